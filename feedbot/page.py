"""Page: the bytes that a source answered with."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

FOLDER = "application/vnd.feedbot.folder+json"
"""Media type of the listing that the files adapter makes of a folder: `{"files": [{"name", "url", "modified",
"type", "length", "text"?}]}`, `modified` in RFC 3339, `text` the decoded content of small text files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a later request can be conditional on (RFC 9110 section 8.8); None where the answer had none."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """Digest of the last body, so that an equal one counts as not modified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer. `url` is the address it came from in the end; `fetched_at` is aware UTC."""

    url: str
    body: bytes
    content_type: str = ""
    status: int = 200
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: datetime | None = None
    shown: str = ""
    """How a browser showed it, in words; empty for a page as it was sent."""
    link: str = ""
    """What it says of other pages in the Link header (RFC 8288)."""

    @property
    def digest(self) -> str:
        """Hex digest of the body."""
        return hashlib.blake2b(self.body, digest_size=16).hexdigest()

    @property
    def validators(self) -> Validators:
        """What the next request for this page can be conditional on."""
        return Validators(etag=self.etag, last_modified=self.last_modified, digest=self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The source still says what it said: HTTP 304, or a body equal to the last one."""

    validators: Validators
    """To be stored in place of the old ones: a 304 may carry new ones."""

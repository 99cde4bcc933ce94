"""A shelf that is a bucket of S3, or what else fsspec reaches: objects are replaced whole by nature."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import fsspec

from feedbot.errors import ShelfError
from feedbot.feed import media_type

CACHED = "public, max-age=300"
"""A CDN before the bucket asks again after five minutes."""
CONNECT, READ, TRIES = 5, 20, 2
"""Seconds until a bucket has to be there, and to answer; how often it is asked. The next pass tries again."""
S3 = "s3"


class BucketShelf:
    """Feed files as objects below an address such as `s3://bucket/news`; satisfies ports.Shelf.

    Who may write there stands in the environment, as usual for the kind of bucket (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL
    and so on). Making one asks for nothing yet.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._kind = urlsplit(address).scheme
        self._path = ""
        self._reached: Any = None

    def tidy(self) -> None:
        """Do nothing: no object is ever half written."""

    def pack(self, names: Iterable[str]) -> None:
        """Do nothing: a CDN packs what it hands out."""

    def names(self) -> frozenset[str]:
        """Return the names of the files that stand there. Raises ShelfError."""
        with self._told():
            try:
                found = self._files().ls(self._path, detail=False, refresh=True)
            except FileNotFoundError:  # nothing was put there yet
                return frozenset()
            return frozenset(one.rsplit("/", 1)[-1] for one in found) - {""}

    def get(self, name: str) -> bytes | None:
        """Return what a file holds; None where it is not there or cannot be read."""
        try:
            with self._told():
                body: bytes = self._files().cat_file(self._at(name))
                return body
        except ShelfError:
            return None

    def put(self, name: str, body: bytes) -> None:
        """Replace a file whole. Raises ShelfError; the old one stands then."""
        kind = media_type(name) or "application/octet-stream"
        said = {"ContentType": kind, "CacheControl": CACHED} if self._kind == S3 else {}
        with self._told():
            self._files().pipe_file(self._at(name), body, **said)

    def settle(self) -> None:
        """Do nothing: what a bucket took lasts."""

    def remove(self, name: str) -> None:
        """Take a file away; it may be gone already. Raises ShelfError."""
        with self._told():
            try:
                self._files().rm_file(self._at(name))
            except FileNotFoundError:
                return

    def changed(self, name: str) -> datetime | None:
        """Return when a file was put there, aware UTC; None where there is none."""
        try:
            with self._told():
                when: datetime = self._files().modified(self._at(name))
                return when.astimezone(UTC).replace(microsecond=0)
        except ShelfError:
            return None

    def _at(self, name: str) -> str:
        if not name or "/" in name or name.startswith(".") or "\0" in name:
            raise ShelfError(f"{name!r} is not the name of a feed file")
        return f"{self._path}/{name}"

    def _files(self) -> Any:  # noqa: ANN401 - fsspec has no types
        if self._reached is None:
            limits = {"connect_timeout": CONNECT, "read_timeout": READ, "retries": {"max_attempts": TRIES}}
            options = {"config_kwargs": limits, "use_listings_cache": False} if self._kind == S3 else {}
            self._reached, self._path = fsspec.core.url_to_fs(self.address, **options)
        return self._reached

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what is wrong in words; drivers raise what they like."""
        try:
            yield
        except ShelfError:
            raise
        except ImportError as error:
            remedy = (
                "`pip install 'feedbot[s3]'`" if self._kind == S3 else f"install what fsspec needs for {self._kind}"
            )
            raise ShelfError(f"{self.address} needs {error.name or error}, which is not here: {remedy}") from error
        except FileNotFoundError as error:
            raise ShelfError(f"{self.address}: there is no such bucket or object; make the bucket first") from error
        except PermissionError as error:
            keys = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to one who may read, write, list and delete there"
            raise ShelfError(f"{self.address}: access is refused; {keys}") from error
        except Exception as error:
            said = str(error).strip().splitlines() or [type(error).__name__]
            place = os.environ.get("AWS_ENDPOINT_URL", "")
            where = f" (AWS_ENDPOINT_URL is {place})" if place and self._kind == S3 else ""
            raise ShelfError(f"{self.address}: {said[0]}{where}; the last good file stands") from error

"""Read the listing of a folder: every file is an item."""

import json
from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import Any

from feedbot.errors import ExtractError
from feedbot.item import Attachment, Candidate, Extraction, legal
from feedbot.page import Page
from feedbot.source import FilesRule, Health


def read(page: Page, rule: FilesRule | None = None) -> Extraction:
    """Return the files of a folder as items, the newest first.

    Raises:
        ExtractError: the listing is not what the files adapter makes.
    """
    rule = rule or FilesRule()
    try:
        listed = json.loads(page.body)["files"]
        files = [_candidate(entry) for entry in listed if fnmatch(str(entry["name"]), rule.pattern)]
    except (ValueError, KeyError, TypeError) as error:
        raise ExtractError(f"the listing of the folder could not be read: {error}") from error
    files.sort(key=lambda one: (str(one.published), one.title), reverse=True)
    return Extraction(
        url=page.url,
        kind="files",
        rule=rule,
        confidence=1.0,
        health=Health.FRESH if files else Health.EMPTY,
        evidence=(f"a folder with {len(listed)} files, {len(files)} of them like {rule.pattern}",),
        items=tuple(files),
    )


def _candidate(entry: Mapping[str, Any]) -> Candidate:
    name, url = str(entry["name"]), str(entry["url"])
    text = legal(str(entry.get("text") or ""))
    first = next((line.strip("# \t") for line in text.splitlines() if line.strip("# \t")), "")
    kind = str(entry.get("type") or "")
    plain = kind in {"text/plain", "text/markdown"}
    title = first[:200] if plain and first else PurePosixPath(name).stem.replace("_", " ")
    return Candidate(
        url=url,
        guid=url,
        title=title,
        published=_time(entry.get("modified")),
        content_text=text if plain else "",
        attachments=(Attachment(url=url, type=kind, length=_size(entry.get("length")), title=name),),
    )


def _time(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(said)) if said else None
    except ValueError:
        return None


def _size(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else None

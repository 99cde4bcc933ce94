"""What feedbot stands on: versions, folders and files, room on disks."""

import os
import platform
import re
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from feedbot import __version__
from feedbot.config import Config
from feedbot.doctor.finding import Finding, fail, ok, warn
from feedbot.store import file_of
from feedbot.target import MaildirTarget

OLDEST = (3, 31, 0)
"""The oldest SQLite that does all that is asked of it."""
SCARCE, FULL = 1_000_000_000, 100_000_000
"""Bytes of room below which it is worth a look, and below which the next backup or migration may not fit."""
NODES = 1000
_MOUNTED_FROM_ELSEWHERE = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"})
_SAID_OPENLY = re.compile(
    r"^[^#\n]*\b(?:password|secret|token|bearer):\s*(?![\"']?\$\{)[\"']?[^\s\"'#{\[]", re.MULTILINE
)


def versions() -> Iterator[Finding]:
    """Say which feedbot, Python and SQLite are at work."""
    said = f"feedbot {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < OLDEST:
        needed = ".".join(map(str, OLDEST))
        yield fail("versions", said, f"use a Python that comes with SQLite {needed} or newer")
    else:
        yield ok("versions", said)
    if os.geteuid() == 0:
        remedy = "give it a user of its own, as deploy/feedbot.service does"
        yield warn("user", "feedbot runs as root, which it never needs", remedy)


def files(config: Config) -> Iterator[Finding]:
    """Look at who may read the configuration and the files of its secrets."""
    own, *others = config.files
    if _is_open(own) and _SAID_OPENLY.search(own.read_text(encoding="utf-8", errors="replace")):
        remedy = f"`chmod o-r {own}`, or keep them in `…_file` or in the environment as ${{NAME}}"
        yield warn("secrets", f"everybody on this machine may read {own}, and it holds secrets", remedy)
    for other in others:
        if _is_open(other) and other.suffix != ".j2":
            yield warn("secrets", f"everybody on this machine may read {other}", f"`chmod o-r {other}`")
    database = file_of(config.settings.database)
    if database and _is_open(database) and any(source.private for source in config.sources):
        why = "it holds what private feeds show"
        yield warn("secrets", f"everybody on this machine may read {database}; {why}", f"`chmod o-r {database}`")


def folders(config: Config) -> Iterator[Finding]:
    """Try whether the folders can be written that feedbot writes."""
    settings = config.settings
    boxes = [Path(target.path) for target in config.targets if isinstance(target, MaildirTarget)]
    database, feeds = file_of(settings.database), settings.feeds_dir.absolute()
    wanted = {**({"database": database.parent} if database else {}), **({} if settings.bucket else {"feeds": feeds})}
    places = [*wanted.items(), *(("maildir", box.absolute()) for box in boxes)]
    troubles = [trouble for name, place in places for trouble in _unwritable(name, place)]
    yield from troubles
    if not troubles:
        also = f" and the database in {database.parent}" if database else ""
        yield ok("permissions", f"feeds in {settings.bucket or feeds}{also} can be written")
    if database and _filesystem(database.parent) in _MOUNTED_FROM_ELSEWHERE:
        what = f"the database is on a network drive ({database.parent}), where locks do not hold"
        yield fail("database", what, "put it on a disk of this machine: `database: sqlite:///…`")


def room(config: Config) -> Iterator[Finding]:
    """Look at the room on the disks that hold the database and the feeds."""
    feeds, database = _there(config.settings.feeds_dir.absolute()), file_of(config.settings.database)
    if database is None:
        yield _room(feeds, "feeds")
        return
    places = [(_there(database.parent), "database"), (feeds, "feeds")]
    (first, _), (second, _) = places
    if first.stat().st_dev == second.stat().st_dev:
        places = [(first, "database and feeds")]
    for place, name in places:
        yield _room(place, name)
    size = database.stat().st_size if database.exists() else 0
    if size > shutil.disk_usage(_there(database.parent)).free:
        remedy = "make room, or have `feedbot backup` write to another disk; a migration needs as much"
        yield warn("disk", "a copy of the database does not fit beside it", remedy)


def _room(place: Path, name: str) -> Finding:
    usage, nodes = shutil.disk_usage(place), os.statvfs(place)
    said = f"{usage.free / 1e9:.1f} of {usage.total / 1e9:.1f} GB are free for the {name} ({place})"
    remedy = "make room: `feedbot prune --compact` gives some back; what is stored stays while the disk is full"
    if nodes.f_files and nodes.f_favail < NODES:
        return fail("disk", f"{place} takes only {nodes.f_favail} more files", "remove files that nobody needs")
    if usage.free < FULL:
        return fail("disk", said, remedy)
    return warn("disk", said, remedy) if usage.free < SCARCE else ok("disk", said)


def _unwritable(name: str, place: Path) -> Iterator[Finding]:
    there = _there(place)
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        remedy = f"`mkdir -p {place} && chown {os.geteuid()} {place}`"
        yield fail("permissions", f"{there} cannot be written for the {name}: {error.strerror}", remedy)


def _is_open(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _there(place: Path) -> Path:
    """Return `place`, or the nearest folder above it that is there."""
    return next(one for one in (place, *place.parents) if one.exists())


def _filesystem(place: Path) -> str:
    """Return the kind of file system that holds `place`; empty where nobody says."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    mounts = {Path(words[1]): words[2] for words in (line.split() for line in lines) if len(words) > 2}
    return next(_held(mounts, (place, *place.parents)), "")


def _held(mounts: dict[Path, str], places: Iterable[Path]) -> Iterator[str]:
    yield from (mounts[place] for place in places if place in mounts)

"""Mails as files of a maildir: written aside, synced, renamed; a repeat replaces instead of doubling."""

import errno
import os
import tempfile
from pathlib import Path

from feedbot.delivery import Mail, Message, Sent
from feedbot.errors import SendError

ALREADY_THERE = Sent("the mailbox has it already")


class MaildirSender:
    """Writes into the maildir at `path`, which is made when it is missing.

    A mail is named after its message key. One that a mail program has moved to `cur` since is left alone.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._seen: frozenset[str] | None = None

    def send(self, message: Message) -> Sent:
        """Write a mail, with line ends of this system as mail programs expect it. Raises SendError."""
        if not isinstance(message, Mail):
            raise SendError("a maildir takes mails only", permanent=True)
        name = f"{message.key}.feedbot"
        try:
            if name in self._taken():
                return ALREADY_THERE
            self._write(name, message.raw.replace(b"\r\n", b"\n"))
        except OSError as error:
            raise SendError(f"the maildir {self._path} cannot be written: {_said(error)}") from error
        return Sent(f"written to {self._path}")

    def close(self) -> None:
        """Let go of nothing: a file is closed as soon as it is written."""

    def _taken(self) -> frozenset[str]:
        """Make the folders, and return the names that stand in `cur`, without the flags of mail programs."""
        if self._seen is None:
            for folder in ("tmp", "new", "cur"):
                (self._path / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._seen = frozenset(entry.name.partition(":")[0] for entry in os.scandir(self._path / "cur"))
        return self._seen

    def _write(self, name: str, raw: bytes) -> None:
        handle, aside = tempfile.mkstemp(prefix=f"{name}.", dir=self._path / "tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            Path(aside).replace(self._path / "new" / name)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        _sync(self._path / "new")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _said(error: OSError) -> str:
    """Return what the system said, and what to do about it."""
    remedies = {
        errno.EACCES: "give the user that runs feedbot the right to write there",
        errno.EROFS: "choose a path on a disk that can be written",
        errno.ENOSPC: "make room on the disk",
        errno.EDQUOT: "make room on the disk",
        errno.ENOTDIR: "a file stands where a folder should be",
        errno.EEXIST: "a file stands where a folder should be",
    }
    remedy = remedies.get(error.errno or 0, "")
    return f"{error.strerror or error}; {remedy}" if remedy else f"{error.strerror or error}"

"""The tree of errors. An error carries its decision, so that nobody has to read its words.

FeedbotError
├── ConfigError          the configuration is wrong; all problems of the file in one
├── FetchError           a source could not be read
│   ├── AddressRefused   the address guard said no
│   ├── Unwelcome        the site asks not to read that address
│   └── Overdue          the total time limit ran out
├── ExtractError         a page could not be understood; says what was seen
├── StoreError           the database could not serve
│   ├── StoreBusy        another feedbot process is using it
│   ├── LeaseLost        another process does by now what this one was at
│   └── StoreUnusable    corrupt, or written by a newer feedbot
├── ShelfError           a feed file could not be written
├── ServeError           feeds could not be served over HTTP
└── SendError            a target did not take a message
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


class FeedbotError(Exception):
    """Root of all errors that feedbot raises on purpose; its text is fit for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a configuration file, and what to do about it."""

    file: str
    line: int
    column: int
    key: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Give `file:line:column: key: what` with the remedy on a line of its own."""
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.key}: {self.what}\n    {self.remedy}"


class ConfigError(FeedbotError):
    """The configuration is wrong; `problems` lists everything found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class FetchError(FeedbotError):
    """A source could not be read.

    `permanent` says that trying again soon is useless; `retry_after` is what the server asked for;
    `status` is the HTTP status, where there was one.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.status = status


class AddressRefused(FetchError):
    """The address is private, loopback or otherwise not for us, and no configuration allows it."""


class Unwelcome(FetchError):
    """The robots.txt of the site asks not to read that address (RFC 9309)."""


class Overdue(FetchError):
    """The answer did not arrive whole within the total time limit."""


class ExtractError(FeedbotError):
    """A page could not be understood at all; the text says what was seen instead."""


class StoreError(FeedbotError):
    """The database could not serve."""


class StoreBusy(StoreError):
    """Another feedbot process holds the database."""


class LeaseLost(StoreError):
    """Another process does by now what this one was at; nothing of it was stored."""


class StoreUnusable(StoreError):
    """The database is corrupt, or its schema is newer than this feedbot."""


class ShelfError(FeedbotError):
    """A feed file could not be written; the last good one stands."""


class ServeError(FeedbotError):
    """Nobody can listen at the address that feeds are to be served at."""


class SendError(FeedbotError):
    """A target did not take a message.

    `permanent`: this message will never be taken. `gone`: the target wants nothing any more (HTTP 410).
    `throttled`: the whole target is to be left alone for `retry_after`, not only this message.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        gone: bool = False,
        throttled: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent or gone
        self.gone = gone
        self.throttled = throttled
        self.retry_after = retry_after

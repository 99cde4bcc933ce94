"""Request and Answer: what is asked and what is said to it; nothing here knows the server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked: `path` is decoded, names of headers are in lower case; bodies are not read.

    `client` is the address that the connection comes from; empty where it is not known.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    client: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status, headers and a body; the body of an answer to HEAD is dropped by the door."""

    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def plain(status: HTTPStatus, text: str, headers: Mapping[str, str] = _NOTHING) -> Answer:
    """Return an answer for people in one line of text, which a cache may keep for a minute."""
    said = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "max-age=60", **headers}
    return Answer(status=status, headers=said, body=f"{text}\n".encode())


def missing() -> Answer:
    """Return the answer to a question for what was never there."""
    return plain(HTTPStatus.NOT_FOUND, "There is nothing here. All feeds are listed at /feeds/")

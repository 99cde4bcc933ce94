"""Content codings undone (RFC 9110 section 8.4): never beyond a size, and never half."""

import zlib
from collections.abc import Callable

MAX_CODINGS = 2
MAX_MEMBERS = 100
_GZIP, _ZLIB, _RAW = 31, 15, -15
_MAGIC = b"\x1f\x8b"


class Unusable(Exception):
    """A body cannot be used; `permanent` says that a second one will be no better."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


def decoded(body: bytes, coding: str, limit: int) -> bytes:
    """Return `body` without the codings that the header field `coding` lists.

    Raises Unusable where there are more than `limit` bytes, an end is missing, or a coding is not known.
    """
    names = [name for part in coding.lower().split(",") if (name := part.strip()) not in {"", "identity"}]
    if len(names) > MAX_CODINGS:
        raise Unusable(f"the answer is coded {len(names)} times over ({coding[:100]!r})", permanent=True)
    for name in reversed(names):
        if body:
            body = _coding(name)(body, limit)
    return body


def _coding(name: str) -> Callable[[bytes, int], bytes]:
    if name in {"gzip", "x-gzip"}:
        return _gunzipped
    if name == "deflate":
        return _inflated
    raise Unusable(f"the answer is coded as {name[:40]!r}, which was not asked for")


def _gunzipped(body: bytes, limit: int) -> bytes:
    """Return all members (RFC 1952 section 2.2); what is no member behind them is ignored."""
    whole, rest = _expanded(body, _GZIP, limit)
    for _ in range(MAX_MEMBERS):
        if not rest.startswith(_MAGIC):
            return whole
        more, rest = _expanded(rest, _GZIP, limit - len(whole))
        whole += more
    raise Unusable(f"the answer is compressed in more than {MAX_MEMBERS} pieces", permanent=True)


def _inflated(body: bytes, limit: int) -> bytes:
    """Return what is deflated, with the frame of RFC 1950 or, as some servers have it, without."""
    framed = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return _expanded(body, _ZLIB if framed else _RAW, limit)[0]


def _expanded(body: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    stream = zlib.decompressobj(window)
    try:
        whole = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise Unusable(f"the answer is compressed in a way that is broken ({error})") from None
    if len(whole) > limit:
        raise Unusable(f"the answer is larger than {limit:,} bytes once it is unpacked", permanent=True)
    if not stream.eof:
        raise Unusable("the answer was cut off: its compressed data has no end")
    return whole, stream.unused_data

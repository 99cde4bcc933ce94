"""How a mail is written down: headers (RFC 5322, 2047, 5890) and parts (RFC 2045), in lines of at most 78 columns."""

from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterator
from email.base64mime import body_encode
from email.utils import formataddr, parseaddr
from functools import lru_cache

from feedbot.compose.story import NAME_LIMIT, line
from feedbot.delivery import SLOT

WIDTH = 72
"""Columns of the text part."""
PLACE = "\x1funsubscribe\x1f"
"""Stands in a text for what differs by recipient; no text of a stranger can hold it (see item.legal)."""


def part(subtype: str, text: str) -> bytes:
    """Return a MIME part in the shorter of quoted-printable and base64, so that no line is ever too long.

    A line that begins with `From ` would be changed by some mailboxes; base64 has none. A part with a PLACE in it is
    quoted-printable, with the SLOT that `Mail.letters` fills on a line of its own.
    """
    if PLACE in text:
        return _part(subtype, "quoted-printable", (b"=\r\n" + SLOT + b"=\r\n").join(map(filling, text.split(PLACE))))
    plain = text.encode("utf-8", "replace")
    quoted = _quoted(plain)
    if len(quoted) <= len(plain) * 1.4 and b"\nFrom " not in b"\n" + quoted:
        return _part(subtype, "quoted-printable", quoted)
    return _part(subtype, "base64", body_encode(plain.replace(b"\n", b"\r\n"), eol="\r\n").encode())


def filling(text: str) -> bytes:
    """Return `text` in quoted-printable that goes into the SLOT of a part, and beside it."""
    quoted = _quoted(text.encode("utf-8", "replace"))
    return (b"\n" + quoted).replace(b"\nFrom ", b"\n=46rom ")[1:]


def header(name: str, text: str) -> str:
    """Return a header's text folded, and encoded where it is not plain ASCII, or would be read as encoded."""
    if text.isascii() and "=?" not in text:
        return wrapped(f"{name}: {text}").replace("\n", "\r\n ")[len(name) + 2 :]
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in _pieces(text))


@lru_cache(maxsize=4096)
def mailbox(text: str) -> str:
    """Return `Name <address>` as a header has it."""
    name, _ = parseaddr(text)
    return formataddr((line(name, NAME_LIMIT), address(text)))


@lru_cache(maxsize=4096)
def address(text: str) -> str:
    """Return the bare address, its domain in ASCII (RFC 5890); letters before the @ stay as they are."""
    local, at, domain = parseaddr(text)[1].rpartition("@")
    return f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"


def named(name: str, inside: str) -> str:
    """Return `name <inside>`, or only the brackets where there is no name."""
    return formataddr((name, inside)) if name else f"<{inside}>"


def wrapped(text: str, first: str = "", later: str = "") -> str:
    """Return `text` in lines of at most WIDTH columns, but for longer words; `first` and `later` begin them."""
    lines: list[str] = []
    for written in text.splitlines():
        hanging = later + ("  " if written.startswith(("- ", "• ", "* ")) else "")
        current, bare = later if lines else first, True
        words = written.split()
        if len(flat := current + " ".join(words)) <= WIDTH:
            lines.append(flat)
            continue
        for word in words:
            if not bare and len(current) + 1 + len(word) > WIDTH:
                lines.append(current)
                current, bare = hanging, True
            current, bare = f"{current}{'' if bare else ' '}{word}", False
        lines.append(current)
    return "\n".join(lines)


def _part(subtype: str, encoding: str, body: bytes) -> bytes:
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body


def _quoted(plain: bytes) -> bytes:
    return b2a_qp(plain, istext=True).replace(b"\n", b"\r\n")


def _pieces(text: str) -> Iterator[str]:
    """Cut `text` into pieces that fit an encoded word on a line of its own (RFC 2047 section 2)."""
    start = size = 0
    for end, letter in enumerate(text):
        length = len(letter.encode())
        if size + length > 39:
            yield text[start:end]
            start, size = end, 0
        size += length
    yield text[start:]

"""Read bytes as text: what was declared counts, unless the bytes say otherwise."""

import codecs
import re

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
WIDE = (
    (re.compile(rb"\s*[<{\[]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\[]"), "utf-32-be"),
    (re.compile(rb"(?:\s\0)*[<{\[]\0"), "utf-16-le"),
    (re.compile(rb"(?:\0\s)*\0[<{\[]"), "utf-16-be"),
)
"""How markup and JSON begin where a character takes two or four bytes and no mark says so."""

DECLARED = re.compile(
    rb"""<\?xml[^>]*?\sencoding\s*=\s*["']?\s*([\w.:-]+)|<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)|@charset\s"([\w.:-]+)""",
    re.IGNORECASE,
)
IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
HEAD = 4096
"""A declaration stands within so many bytes (browsers look at 1024)."""

CODECS = {
    "ascii": "cp1252",
    "usascii": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
    "ansix341968": "cp1252",
    "iso88591": "cp1252",
    "iso88599": "cp1254",
    "latin5": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "windows874": "cp874",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "mskanji": "cp932",
    "windows31j": "cp932",
    "euckr": "cp949",
    "ksc56011987": "cp949",
    "ksc5601": "cp949",
    "windows949": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb23121980": "gb18030",
    "big5": "big5hkscs",
    "cnbig5": "big5hkscs",
    "macintosh": "mac-roman",
    "mac": "mac-roman",
    "unicode": "utf-16-le",
    "utf16": "utf-16-le",
    "ucs2": "utf-16-le",
    "iso10646ucs2": "utf-16-le",
    "koi": "koi8-r",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "hzgb2312": "hz",
}
"""Labels that mean something else than Python thinks (WHATWG Encoding, section 4.2), without their punctuation."""

TEXT = re.compile(
    r"utf(?:7|8|16|32)(?:[lb]e)?|utf8sig|cp\d{3,4}|windows125\d|iso8859\d+[ei]?|iso2022\w+|koi8\w|mac\w+|latin\d+"
    r"|euc\w+|gb18030|big5\w*|hz(?:gb2312)?|johab|ptcp154|hebrew|arabic|greek8?|cyrillic|logical|visual"
)
"""Families of encodings that a page may ask for; Python's codecs for other purposes are none of them."""

CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}
"""What Windows means by a byte that the rest of the text does not explain (as surrogateescape shows it)."""

LIKELY = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "koi8_r", "koi8_u"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_8", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
"""What pages without any declaration are written in."""

ESCAPES = re.compile(rb"\x1b(?:\$[@B]|\([BIJ])")
ESCAPING = ("hz", "iso2022", "utf-7")
FOREIGN = re.compile(rb"[^\x00-\x7f]+")


def decode(body: bytes, content_type: str) -> str:
    """Return the text of `body`, served as `content_type`; never raises.

    Asked in turn are the byte order mark, the header, the declaration inside, and the bytes themselves; UTF-8
    under another label is seen for what it is, as are single bytes of Windows in a text of UTF-8.
    """
    for mark, codec in BOMS:
        if body.startswith(mark):
            return _unless_it_lies(body[len(mark) :], codec)
    for shape, codec in WIDE:
        if shape.match(body, 0, HEAD):
            return body.decode(codec, "replace")
    if body.isascii():
        return body.decode("iso2022_jp_ext" if ESCAPES.search(body) else _escaping(body, content_type), "replace")
    return _bytewise(body, _labels(body, content_type))


def _unless_it_lies(body: bytes, codec: str) -> str:
    """Decode what follows a mark; a mark for UTF-8 alone can stand before other bytes."""
    return _bytewise(body, _labels(body, "")) if codec == "utf-8" else body.decode(codec, "replace")


def _labels(body: bytes, content_type: str) -> list[str]:
    """Return the codecs that the header and the document ask for, the most trusted first."""
    said = IN_HEADER.search(content_type)
    written = DECLARED.search(body, 0, HEAD)
    inside = next(filter(None, written.groups())).decode("ascii") if written else ""
    outside, inside = _codec(said[1] if said else ""), _codec(inside)
    servers_habit = outside == "cp1252" and inside not in ("", "utf-8")
    order = (inside, outside) if servers_habit else (outside, inside)
    return [codec for codec in order if codec]


def _codec(label: str) -> str:
    """Return Python's codec for a label, or nothing where it names none for text."""
    name = re.sub(r"[^a-z0-9]", "", label.lower())
    name = re.sub(r"^(?:x|cs)(?=[a-z]{2})|(?<=^windows)cp", "", name)
    if name not in CODECS and not TEXT.fullmatch(name):
        return ""
    known = CODECS.get(name) or re.sub(r"^windows(?=125)", "cp", re.sub(r"^iso8859(\d+)[ei]?$", r"iso8859-\1", name))
    try:
        found = codecs.lookup(known).name
    except LookupError:
        return ""
    return CODECS.get(re.sub(r"[^a-z0-9]", "", found), found)


def _escaping(body: bytes, content_type: str) -> str:
    """Return the declared codec where it writes everything in ASCII, else ASCII."""
    return next((codec for codec in _labels(body, content_type) if codec.startswith(ESCAPING)), "ascii")


def _bytewise(body: bytes, labels: list[str]) -> str:
    """Decode bytes of which some are not ASCII, where `labels` were declared."""
    other = next((codec for codec in labels if not codec.startswith("utf")), "")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(body) - 3 <= error.start > 0 and "end of data" in error.reason and not body[: error.start].isascii():
            return _bytewise(body[: error.start], labels)
        return _legacy(body, other, named_utf8="utf-8" in labels)
    return text if not other or _is_utf8(body, other) else body.decode(other)


def _is_utf8(body: bytes, other: str) -> bool:
    """Say whether bytes that can be read as UTF-8 are meant so, against the label `other`."""
    foreign = FOREIGN.findall(body, 0, 1_000_000)
    enough = 1 if other in {"cp1252", "iso8859-15"} else 3
    if len(foreign) >= enough or any(len(run) > 2 for run in foreign):
        try:
            body.decode(other)
        except UnicodeDecodeError:
            return True
        return other not in {"gb18030", "cp932", "cp949", "big5hkscs", "euc_jp"} or len(foreign) > 8
    return not _reads(body, other)


def _reads(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _legacy(body: bytes, label: str, *, named_utf8: bool) -> str:
    """Decode bytes that are not UTF-8 throughout."""
    if label and _reads(body, label):
        return body.decode(label)
    text = body.decode("utf-8", "surrogateescape")
    odd = sum("\udc80" <= char <= "\udcff" for char in text)
    whole = sum(char > "\x7f" for char in text) - odd
    if whole >= odd or (label == "" and named_utf8 and odd < 4):
        return text.translate(CP1252)
    codec = label if label and label.startswith(("cp125", "iso8859")) else _guess(body)
    if codec == "cp1252":
        return body.decode("ascii", "surrogateescape").translate(CP1252)
    return body.decode(codec, "replace")


def _guess(body: bytes) -> str:
    """Name the encoding that the bytes look like; a text that is mostly ASCII is taken for Western European."""
    sample = b" ".join(re.findall(rb"[^<>\s]*[^\x00-\x7f][^<>]*", body[:200_000]))[:6000]
    foreign = sum(byte > 0x7F for byte in sample)
    if foreign < 8 or foreign * 8 < len(sample):
        return "cp1252"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - takes long to import, and is seldom needed

    best = from_bytes(sample, cp_isolation=LIKELY, preemptive_behaviour=False).best()
    return best.encoding if best else "cp1252"

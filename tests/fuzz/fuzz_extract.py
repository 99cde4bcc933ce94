"""Look for pages, feeds, JSON, sitemaps and dates that break extraction, guided by the code that each of them reaches.

    pip install atheris
    python tests/fuzz/fuzz_extract.py -max_total_time=1200

Options are those of libFuzzer. The first byte of an input says what it is. What is found is kept in var/fuzz/, and is
looked at again by naming its file: `python tests/fuzz/fuzz_extract.py var/fuzz/crash-…`. Each finding is worth a test.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["feedbot"]):
    from feedbot.errors import ExtractError
    from feedbot.extract import (
        article,  # noqa: F401 - what is read lazily is instrumented only where it is loaded here
        byrule,  # noqa: F401 - the same
        dates,
        embedded,  # noqa: F401 - the same
        extract,
        feed,  # noqa: F401 - the same
        jsonapi,  # noqa: F401 - the same
        listing,  # noqa: F401 - the same
        sitemap,  # noqa: F401 - the same
    )
    from feedbot.extract.dating import Dating
    from feedbot.item import Extraction
    from feedbot.page import Page
    from feedbot.source import Kind

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
LONGEST = 5.0
"""Seconds of CPU that one input may take."""
KINDS: dict[int, Kind] = dict(
    enumerate(("listing", "article", "feed", "json", "sitemap", "auto", "jsonld", "state", "microdata", "hfeed"), 48)
)
DATE = ord("d")
LANGUAGES = ("en-GB", "en-US", "de", "fr", "ja", "ru", "ar", None)
SEEDS = {".html": b"01578", ".xml": b"24", ".rdf": b"2", ".cdf": b"2", ".json": b"3", ".jsonfeed": b"23"}
"""What files under tests/data are tried as, by their ending."""


def one(data: bytes) -> None:
    """Read one input; anything but an answer or an ExtractError is a finding."""
    if len(data) < 2:
        return
    start = process_time()
    if data[0] == DATE:
        _date(data[1:])
    else:
        _page(data[1:], KINDS.get(data[0], "auto"))
    took = process_time() - start
    assert took < LONGEST, f"it took {took:.1f} s of CPU"


def _date(data: bytes) -> None:
    text = data[1:].decode("utf-8", "replace")
    language = LANGUAGES[data[0] % len(LANGUAGES)]
    for now in (NOW, None):
        dates.read(text, language=language, timezone="Europe/London", now=now)
    dates.machine(text)
    dates.in_url(f"https://x.example/{text}")
    Dating(timezone="Asia/Kolkata", language=language).read(text)


def _page(body: bytes, kind: Kind) -> None:
    page = Page(url="https://x.example/news/", body=body, fetched_at=NOW)
    try:
        found = extract(page, kind=kind)
    except ExtractError:
        return
    _fit(found)
    if kind == "listing" and found.rule is not None:
        _fit(extract(page, found.rule))


def _fit(found: Extraction) -> None:
    """Hold what was read against what every reader of it relies on."""
    for item in found.items:
        json.dumps(item.to_json(), ensure_ascii=False).encode()
        addresses = (item.url, item.image.url if item.image else "", *(file.url for file in item.attachments))
        for url in addresses:
            assert not url or url.startswith(("http://", "https://", "file://")), f"no address: {url!r}"
        for text in (item.title, item.summary, item.content_text, item.content_html, *item.authors):
            assert not any(letter < " " and letter not in "\t\n\r" for letter in text), f"control characters: {text!r}"
        assert "\n" not in item.title, f"a title of two lines: {item.title!r}"
        assert "<script" not in item.content_html.lower(), "a script in the content"


def _seeded(folder: Path) -> Path:
    """Return a folder of inputs, the files under tests/data among them."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "tests" / "data").glob("*/*")):
        for kind in SEEDS.get(path.suffix, b""):
            name = f"seed-{path.parent.name}-{path.stem}-{chr(kind)}{path.suffix}"
            (folder / name).write_bytes(bytes([kind]) + path.read_bytes())
    written = (
        "24 October 2024",
        "10/24/2024 5:40 pm",
        "2024年10月24日",
        "2 hours ago",
        "Thu, 24 Oct 2024 09:30:00 +0100",
    )
    for number, text in enumerate(written):
        (folder / f"seed-date-{number}").write_bytes(bytes([DATE, number]) + text.encode())
    return folder


def main(entry: Callable[[bytes], None] = one) -> None:
    """Hand over to libFuzzer; ends the process."""
    var = ROOT / "var" / "fuzz"
    replayed = any(not word.startswith("-") for word in sys.argv[1:])
    corpus = [] if replayed else [str(_seeded(var / "corpus"))]
    limits = ["-max_len=30000", "-timeout=60", "-rss_limit_mb=2048", f"-artifact_prefix={var}/"]
    limits.append(f"-dict={Path(__file__).with_name('words.dict')}")
    atheris.Setup([sys.argv[0], *limits, *sys.argv[1:], *corpus], entry)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

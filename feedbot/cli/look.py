"""Commands that only look: preview and status."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from feedbot.cli import DONE, PARTLY
from feedbot.cli.open import config_of, config_path
from feedbot.cli.screen import say, tell
from feedbot.cli.understood import show
from feedbot.cli.ways import show_ways, ways_json

if TYPE_CHECKING:
    from feedbot.discover import Discovery
    from feedbot.source import Source


def preview(options: Namespace) -> int:
    """Show what is understood of a URL, a file or a configured source."""
    discovery = understood(options)
    found = discovery.found
    if options.json:
        more = found.explained() if options.explain else {}
        tell(found.to_json() | _further(discovery) | ways_json(discovery) | more)
    else:
        show(found, explain=options.explain)
        for url in _further(discovery).values():
            say(f"\nOlder items follow at {url}; `pages: 5` below the source takes five pages at its first check.")
        show_ways(discovery)
    return DONE if found.items else PARTLY


def _further(discovery: "Discovery") -> dict[str, str]:
    """Return the address of the page with the older items under `next`; nothing where none is seen."""
    from feedbot.extract.pager import next_page  # noqa: PLC0415 - help needs none of it

    url = next_page(discovery.page, discovery.found)
    return {"next": url} if url else {}


def understood(options: Namespace) -> "Discovery":
    """Fetch what `options.target` names and find the best way in to its news. Raises FetchError and ExtractError."""
    from feedbot.preview import preview as look  # noqa: PLC0415 - help needs none of it

    config = config_of(options) if config_path(options).exists() else None
    named = next((s for s in config.sources if s.id == options.target), None) if config else None
    source = named or _source(options)
    if (browser := getattr(options, "browser", None)) is not None:
        source = replace(source, browser=browser)
    return look(source, config, as_if_from=options.url, way=options.way or "")


def _source(options: Namespace) -> "Source":
    from feedbot.source import Source, SourceId  # noqa: PLC0415

    target = options.target
    if "://" not in target and Path(target).exists():
        target = Path(target).resolve().as_uri()
    return Source(id=SourceId("preview"), url=target if "://" in target else f"https://{target}", kind=options.kind)

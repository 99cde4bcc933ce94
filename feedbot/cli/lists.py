"""Commands that exchange lists of feeds with readers: import and export."""

import sys
from argparse import Namespace
from pathlib import Path

from feedbot.cli import DONE, PARTLY
from feedbot.cli.open import config_of, config_path
from feedbot.cli.screen import say, tell
from feedbot.errors import ExtractError


def take(options: Namespace) -> int:
    """Add what an OPML file lists to the configuration, keeping what stands in it."""
    from feedbot.config import add_subscriptions, read_opml  # noqa: PLC0415 - help needs none of it

    path = config_path(options)
    try:
        listed = read_opml(Path(options.file).read_bytes())
    except OSError as error:
        print(f"{options.file}: {error.strerror}", file=sys.stderr)
        return PARTLY
    except ExtractError as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return PARTLY
    after, added = add_subscriptions(path.read_text(encoding="utf-8"), listed)
    path.write_text(after, encoding="utf-8")
    if options.json:
        tell({"file": str(path), "listed": len(listed), "added": added})
    else:
        say(f"Added {added} of {len(listed)} feeds to {path}; the others are there already. Next: feedbot run.")
    return DONE


def give(options: Namespace) -> int:
    """Print the sources as OPML, or the feeds that are published."""
    from feedbot.render.opml import opml, subscriptions  # noqa: PLC0415 - help needs none of it
    from feedbot.roster import feeds_of  # noqa: PLC0415

    config = config_of(options)
    feeds, read = feeds_of(config)
    shown = [feed for feed in feeds if options.private or not feed.token]
    if options.published:
        body = opml(config.settings.site, shown)
    else:
        own = {feed.sources[0]: feed for feed in feeds[: len(config.sources)]}
        pairs = [(one, own[one.id]) for one in config.sources if own[one.id] in shown]
        body = subscriptions(config.settings.site, pairs, read)
    sys.stdout.buffer.write(body)
    return DONE

"""Commands that set things up: init, add, and those about the configuration."""

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from feedbot.cli import DONE, WRONG
from feedbot.cli.look import understood
from feedbot.cli.open import config_of, config_path
from feedbot.cli.screen import say, tell
from feedbot.cli.understood import show
from feedbot.cli.ways import show_ways
from feedbot.errors import ConfigError


def init(options: Namespace) -> int:
    """Write a commented starting configuration; an existing file is left alone."""
    from feedbot.config import starting_text  # noqa: PLC0415 - help needs none of it

    path = config_path(options)
    if path.exists():
        say(f"{path} is there already and was left as it is; `feedbot add URL` adds a source to it")
        return WRONG
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(starting_text(), encoding="utf-8")
    say(f"Wrote {path}. Next: feedbot add https://…/news/, then feedbot run.", style="bold")
    return DONE


def add(options: Namespace) -> int:
    """Preview a page, then append it to the configuration, keeping what stands in the file."""
    from feedbot.config import add_source  # noqa: PLC0415 - help needs none of it

    path = config_path(options)
    page = options.url if "://" in options.url or Path(options.url).exists() else f"https://{options.url}"
    options.url = None  # `preview` calls by that name what a local file was saved from
    options.target, options.kind = page, options.kind or "auto"
    discovery = understood(options)
    found = discovery.found
    show(found)
    show_ways(discovery)
    if not found.items and not options.yes:
        say(f"\nNo items were found, so {path} was left as it is; `--yes` adds the source all the same.")
        return WRONG
    text = path.read_text(encoding="utf-8")
    way, kind = discovery.pinned(options.kind)
    after = add_source(text, page, way=way, id=options.id, kind=kind, follow=options.follow)
    path.write_text(after, encoding="utf-8")
    say(f"\nAdded to {path}. Next: feedbot run.", style="bold")
    return DONE


def config_check(options: Namespace) -> int:
    """Say everything that is wrong with the configuration."""
    path = config_path(options)
    try:
        config = config_of(options)
    except ConfigError as error:
        if not options.json:
            raise
        tell({"file": str(path), "problems": [asdict(problem) for problem in error.problems]})
        return WRONG
    counts = {"sources": len(config.sources), "feeds": len(config.feeds), "targets": len(config.targets)}
    if options.json:
        tell({"file": str(path), "problems": [], **counts})
    else:
        say(f"{path} is right: {', '.join(f'{count} {what}' for what, count in counts.items())}", style="green")
    return DONE


def config_schema(_options: Namespace) -> int:
    """Print the JSON Schema of the configuration."""
    from feedbot.config import schema_text  # noqa: PLC0415 - help needs none of it

    print(schema_text(), end="")
    return DONE


def config_explain(options: Namespace) -> int:
    """Explain one key, or list all."""
    from feedbot.config import explain  # noqa: PLC0415 - help needs none of it

    say(explain(options.key))
    return DONE

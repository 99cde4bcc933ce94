"""From a command's options to a configuration and an app."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from feedbot.errors import ConfigError, Problem

if TYPE_CHECKING:
    from feedbot.app import App
    from feedbot.config import Config
    from feedbot.log import Level

DEFAULT = "config/feedbot.yaml"


def config_path(options: Namespace) -> Path:
    """Return which file is the configuration: `--config`, FEEDBOT_CONFIG, or the default."""
    return Path(options.config or os.environ.get("FEEDBOT_CONFIG") or DEFAULT)


def config_of(options: Namespace) -> "Config":
    """Load the configuration. Raises ConfigError with all its problems."""
    from feedbot.config import load  # noqa: PLC0415 - pydantic is not needed for help

    return load(config_path(options), os.environ)


@contextmanager
def app_of(options: Namespace, *, quiet: bool = True, watched: bool = False) -> Iterator["App"]:
    """Open the app of the configuration; on a terminal a `quiet` command logs warnings only, unless -v.

    Where it is `watched`, the operator hears of a database that cannot be opened.
    """
    from feedbot import log  # noqa: PLC0415 - help needs none of it
    from feedbot.app import open_app  # noqa: PLC0415

    terminal = sys.stderr.isatty()
    log.configure(json=not terminal, level=_level(options, quiet=quiet and terminal))
    if watched:
        from feedbot.oversight import opened  # noqa: PLC0415 - only what works by itself is watched over
    with (opened if watched else open_app)(config_of(options)) as app:
        yield app


def known(options: Namespace, what: str, asked: list[str], there: list[str]) -> None:
    """Raise ConfigError, with near names, for the first of `asked` that the configuration does not have."""
    for name in asked:
        if name not in there:
            near = get_close_matches(name, there, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"known are: {', '.join(there) or 'none'}"
            file = str(config_path(options))
            raise ConfigError(
                [Problem(file=file, line=1, column=1, key=f"{what}s", what=f"there is no {what} {name}", remedy=remedy)]
            )


def _level(options: Namespace, *, quiet: bool) -> "Level":
    if getattr(options, "verbose", False):
        return "debug"
    return "warning" if quiet else "info"

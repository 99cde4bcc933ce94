"""The templates of mails: feedbot's own, and an operator's in their place."""

from functools import lru_cache
from typing import TYPE_CHECKING

from feedbot.compose.mime import wrapped

if TYPE_CHECKING:
    from jinja2 import Environment, Template

NAMES = frozenset(f"{name}.{kind}.j2" for name in ("layout", "mail", "digest") for kind in ("html", "txt"))
"""What an operator may replace."""
Own = tuple[tuple[str, str], ...]
"""Names and texts of an operator's templates."""


@lru_cache(maxsize=32)
def template(name: str, own: Own) -> "Template":
    """Return the template `name`: of those in `own`, or feedbot's."""
    return _environment(own).get_template(name)


@lru_cache(maxsize=8)
def _environment(own: Own) -> "Environment":
    from jinja2 import (  # noqa: PLC0415 - only where mail is owed
        ChoiceLoader,
        DictLoader,
        Environment,
        PackageLoader,
        StrictUndefined,
        select_autoescape,
    )

    environment = Environment(
        loader=ChoiceLoader([DictLoader(dict(own)), PackageLoader("feedbot.compose")]),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["wrapped"] = wrapped
    return environment

"""An operator's own format: a Jinja2 template, sandboxed, that must render to JSON whatever an item says."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from feedbot.compose.letterhead import Letterhead
from feedbot.compose.sample import samples
from feedbot.compose.webhook import data, kind
from feedbot.delivery import Delivery, Hook, message_key
from feedbot.feed import Site
from feedbot.item import Item, ItemId, rfc3339
from feedbot.source import TargetId

if TYPE_CHECKING:
    from jinja2 import Template

LIMIT = 1_000_000
"""Bytes of a body."""
MOST = 100
"""Items of one message."""


def templated(
    template: str, deliveries: Sequence[Delivery], items: Mapping[ItemId, Item], letterhead: Letterhead, told: int
) -> Hook:
    """Return what `template` makes of `deliveries`. Raises ValueError where that is no JSON.

    It is given `type`, `timestamp`, `key`, `site`, and of the data of a Standard Webhook `source` or `sources`,
    `items`, `more` and `more_url`; `item` is the first one.
    """
    told_data = data(deliveries, items, letterhead, told)
    words = {
        "type": kind(deliveries, items),
        "timestamp": rfc3339(deliveries[0].created_at),
        "key": message_key(deliveries),
        "site": {"title": letterhead.site.title, "url": letterhead.site.url},
        "item": told_data["items"][0],
        "items": told_data["items"],
        "source": told_data.get("source", {}),
        "sources": told_data.get("sources", [told_data.get("source", {})]),
        "more": told_data.get("more", 0),
        "more_url": told_data.get("more_url", ""),
    }
    rendered = _compiled(template).render(words)
    json.loads(rendered)
    return Hook(key=message_key(deliveries), body=rendered.encode("utf-8", "replace"))


def fault(template: str) -> str:
    """Return what is wrong with a template, tried on made-up items; nothing where it gives JSON for each."""
    from jinja2 import TemplateError, TemplateSyntaxError  # noqa: PLC0415 - only this format needs it

    now = datetime(2026, 1, 1, tzinfo=UTC)
    made_up = samples(now)
    try:
        for item in made_up:
            owed = Delivery(item_id=item.id, revision=1, target_id=TargetId("t"), created_at=now, due_at=now)
            templated(template, [owed], {item.id: item}, Letterhead(site=Site()), 1)
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"
    except json.JSONDecodeError as error:
        return f"it does not give JSON: {error.msg} in line {error.lineno} of what it gives"
    except (TemplateError, ValueError, TypeError, ArithmeticError, LookupError) as error:
        return f"it cannot be rendered: {error}"
    return ""


@lru_cache(maxsize=32)
def _compiled(template: str) -> "Template":
    from jinja2 import ChainableUndefined  # noqa: PLC0415 - only this format needs it
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - the same

    environment = ImmutableSandboxedEnvironment(undefined=ChainableUndefined, autoescape=False)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.filters["tojson"] = _json
    return environment.from_string(template)


def _json(value: object) -> str:
    from jinja2 import Undefined  # noqa: PLC0415 - the same

    return json.dumps(None if isinstance(value, Undefined) else value, ensure_ascii=False)

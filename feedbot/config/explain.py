"""What a key means, for people (`config explain`) and for editors (`config schema`)."""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from feedbot.config.build import models_in
from feedbot.config.model import ConfigModel
from feedbot.errors import ConfigError, Problem

URI = "https://json-schema.org/draft/2020-12/schema"


def schema_text() -> str:
    """Return the JSON Schema of the configuration (draft 2020-12)."""
    schema = ConfigModel.model_json_schema(by_alias=True)
    source = schema["properties"]["sources"]["items"]
    schema["properties"]["sources"]["items"] = {"anyOf": [{"type": "string", "description": "Its URL."}, source]}
    schema["$defs"]["SourceModel"]["required"] = ["url"]
    notified = schema["$defs"]["SourceModel"]["properties"]["notify"]["anyOf"][0]
    notified["items"] = {"anyOf": [{"type": "string", "description": "Id of a target."}, notified["items"]]}
    schema["$defs"]["SiteModel"]["properties"]["ping"]["anyOf"].append({"type": "string", "description": "Its URL."})
    return json.dumps({"$schema": URI, **schema}, indent=2, ensure_ascii=False) + "\n"


def keys() -> tuple[str, ...]:
    """Return every key that can be said."""
    return tuple(name for name, _ in _keys(ConfigModel, ""))


def explain(key: str) -> str:
    """Return what `key` (such as `sources.every`) means; without one, every key in a line. Raises ConfigError."""
    known = dict(_keys(ConfigModel, ""))
    if not key:
        return "\n".join(f"{name:24} {one.description}" for name, one in known.items())
    if key not in known:
        near = get_close_matches(key, known, n=3)
        last = [name for name in known if name.endswith(f".{key}")]
        remedy = (
            f"did you mean {' or '.join(near or last)}?" if near or last else "`feedbot config explain` lists all keys"
        )
        raise ConfigError(
            [Problem(file="config explain", line=1, column=1, key=key, what="there is no such key", remedy=remedy)]
        )
    one = known[key]
    below = [f"  {name:24} {inner.description}" for name, inner in known.items() if name.startswith(f"{key}.")]
    lines = [key, f"  {one.description}", *_default(one), *(f"  Example: {_shown(e)}" for e in one.examples or [])]
    return "\n".join([*lines, *(["  Keys in it:"] if below else []), *below])


def _keys(model: type[BaseModel], above: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, one in model.model_fields.items():
        key = f"{above}{one.alias or name}"
        yield key, one
        for inner in models_in(one.annotation):
            yield from _keys(inner, f"{key}.")


def _default(one: FieldInfo) -> list[str]:
    if one.is_required():
        return ["  Must be given."]
    value = one.get_default(call_default_factory=True)
    plain = not isinstance(value, BaseModel | SecretStr) and value not in (None, "", (), {})
    return [f"  Default: {_shown(value)}"] if plain else []


def _shown(value: Any) -> str:  # noqa: ANN401 - any example
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

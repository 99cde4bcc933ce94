"""Changes to a configuration file that keep its comments and its layout."""

from importlib.resources import files

import yaml

from feedbot.config.build import id_of, unique
from feedbot.errors import ConfigError, Problem


def starting_text() -> str:
    """Return what `feedbot init` writes."""
    return files("feedbot.config").joinpath("starting.yaml").read_text(encoding="utf-8")


def add_source(
    text: str,
    url: str,
    *,
    way: str = "",
    id: str | None = None,  # noqa: A002 - the word of the configuration
    kind: str = "auto",
    follow: bool = False,
) -> str:
    """Return `text` with one more source at the end of `sources:`. Raises ConfigError when there is no such place.

    `way` is where the news of the page at `url` is read, if not there; the page is then the `home` of the source.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    found = next((value for key, value in pairs if key.value == "sources"), None)
    taken = {field.value for one in getattr(found, "value", None) or [] for field in _ids(one)}
    if id in taken:
        raise _problem("sources", f"the id {id!r} is taken", "choose another one with --id")
    home = url if way not in {"", url} else ""
    lines = _entry(id or unique(id_of(url), taken), way or url, home, kind, follow=follow)
    if found is None:
        return (
            f"{text.rstrip()}\n\nsources:\n{_indented(lines, 2)}"
            if text.strip()
            else f"sources:\n{_indented(lines, 2)}"
        )
    if isinstance(found, yaml.SequenceNode) and not found.flow_style and found.value:
        return _after(text, found, lines)
    if not found.value:
        start, end = found.start_mark.index, found.end_mark.index
        return f"{text[:start].rstrip()}\n{_indented(lines, 2)}{text[end:].lstrip(chr(10))}"
    raise _problem("sources", "stands in one line", "write one source a line, each after `- `")


def _ids(one: yaml.Node) -> list[yaml.Node]:
    if not isinstance(one, yaml.MappingNode):
        return []
    return [value for key, value in one.value if key.value == "id"]


def _entry(name: str, url: str, home: str, kind: str, *, follow: bool) -> list[str]:
    lines = [f"- id: {name}", f"  url: {_written(url)}", *([f"  home: {_written(home)}"] if home else [])]
    lines += [f"  kind: {kind}"] if kind != "auto" else []
    return [*lines, *(["  follow: true"] if follow else [])]


def _written(url: str) -> str:
    return url if _plain(url) else f'"{url}"'


def _plain(url: str) -> bool:
    return not any(mark in url for mark in (" #", ": ", '"', "'", "{", "}", "[", "]", ","))


def _indented(lines: list[str], columns: int) -> str:
    return "".join(f"{' ' * columns}{line}\n" for line in lines)


def _after(text: str, sequence: yaml.SequenceNode, lines: list[str]) -> str:
    """Insert after the line in which the last source ends, at the column of its dash."""
    last = sequence.value[-1]
    end = last.end_mark.index
    while end and text[end - 1] in " \t\n":
        end -= 1
    line_end = text.find("\n", end)
    cut = len(text) if line_end < 0 else line_end + 1
    head = text[:cut] if text[:cut].endswith("\n") else f"{text[:cut]}\n"
    return head + _indented(lines, sequence.start_mark.column) + text[cut:]


def _problem(key: str, what: str, remedy: str) -> ConfigError:
    return ConfigError([Problem(file="the configuration", line=1, column=1, key=key, what=what, remedy=remedy)])

"""YAML with positions: what stands where, and nothing in it that could build objects or explode."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer

from feedbot.errors import Problem

MAX_BYTES = 32_000_000
"""Room for some 300,000 sources."""
Where = tuple[int, int]
Place = tuple[str | int, ...]
"""The way to a value: keys and numbers from the root."""
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>[A-Za-z_]\w*)(?P<default>:-[^}]*)?\}|\{[^}]*\}?)")


@dataclass(slots=True)
class Read:
    """A file as plain values, with the position of every one, and what is wrong so far."""

    file: str
    data: Any = None
    positions: dict[Place, Where] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    """Other files that were asked for what they hold, such as secrets."""

    def problem(self, place: Place, what: str, remedy: str) -> None:
        """Note what is wrong at `place`, or at the nearest place above it that is there."""
        near = place
        while near and near not in self.positions:
            near = near[:-1]
        line, column = self.positions.get(near, (1, 1))
        self.at(line, column, dotted(place), what, remedy)

    def at(self, line: int, column: int, key: str, what: str, remedy: str) -> None:
        """Note what is wrong at a position."""
        found = Problem(file=self.file, line=line, column=column, key=key, what=what, remedy=remedy)
        if found not in self.problems:
            self.problems.append(found)


def dotted(place: Place) -> str:
    """Return a place as people write it: `sources[3].select.item`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def read(text: str, file: str, environ: Mapping[str, str]) -> Read:
    """Read YAML 1.1 as people mean it: only true, false and plain numbers are not text. Variables are filled in."""
    found = Read(file)
    if len(text.encode()) > MAX_BYTES:
        found.at(1, 1, "the file", f"larger than {MAX_BYTES} bytes", "split what it watches over several feedbots")
        return found
    node = _composed(text.lstrip("\ufeff"), found)
    if node is None or found.problems:
        return found
    found.data = _value(node, (), found, environ)
    if not isinstance(found.data, dict):
        found.at(
            1, 1, "the file", "not a mapping", "begin with keys such as `sources:`; `feedbot init` writes an example"
        )
        found.data = None
    return found


def _composed(text: str, found: Read) -> yaml.Node | None:
    try:
        node = _node(text)
    except _Refused as refused:
        found.at(refused.mark.line + 1, refused.mark.column + 1, "the file", refused.what, refused.remedy)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        found.at(line, column, "the file", f"not YAML: {error.problem or error.context}", _remedy(error))
    except yaml.YAMLError as error:
        found.at(1, 1, "the file", f"not YAML: {' '.join(str(error).split())}", "remove what is not text")
    except RecursionError:
        found.at(1, 1, "the file", "nested too deeply", "a configuration has five levels at most")
    else:
        if node is None:
            found.at(1, 1, "the file", "nothing stands in it", "`feedbot init` writes an example")
        return node
    return None


def _remedy(error: yaml.MarkedYAMLError) -> str:
    if "'\\t'" in str(error):
        return "use spaces instead of the tab"
    if "single document" in str(error.context or ""):
        return "keep one document: remove the line `---` and what follows"
    return "look at the indentation, quotes and colons of this line and the one above"


class _Refused(Exception):
    """Something that YAML allows and a configuration does not."""

    def __init__(self, mark: yaml.Mark, what: str, remedy: str) -> None:
        super().__init__(what)
        self.mark, self.what, self.remedy = mark, what, remedy


class _Composer(Composer):
    """Composes nodes only, and leaves their types to `_scalar`; aliases and tags are refused where they stand."""

    def descend_resolver(self, current_node: yaml.Node | None, current_index: object) -> None:
        """Do nothing: no type is told by where it stands."""

    def ascend_resolver(self) -> None:
        """Do nothing."""

    def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
        """Give every node the same tag, which nobody asks for."""
        return ""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse what could explode or build objects."""
        event = self.peek_event()  # type: ignore[attr-defined]  # comes with the parser
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(event.start_mark, "anchors and aliases are not read", "write the value out")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise _Refused(event.start_mark, f"the tag {tag} is not read", "write a plain value")
        return super().compose_node(parent, index)


class _Thorough(_Composer, yaml.SafeLoader):
    """Says best what is wrong."""


if yaml.__with_libyaml__:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # its types leave it out

    class _Quick(_Composer, CParser):
        """Reads by libyaml, ten times faster."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            Composer.__init__(self)


def _node(text: str) -> yaml.Node | None:
    """Return the root of the document; None for an empty one."""
    if yaml.__with_libyaml__:
        with suppress(yaml.YAMLError):
            node: yaml.Node | None = _Quick(text).get_single_node()
            return node
    return _Thorough(text).get_single_node()


def _value(node: yaml.Node, place: Place, found: Read, environ: Mapping[str, str]) -> Any:  # noqa: ANN401 - any YAML
    found.positions[place] = (node.start_mark.line + 1, node.start_mark.column + 1)
    match node:
        case yaml.MappingNode():
            return dict(_pairs(node, place, found, environ))
        case yaml.SequenceNode():
            return [_value(one, (*place, number), found, environ) for number, one in enumerate(node.value)]
        case yaml.ScalarNode():
            return _scalar(node, place, found, environ)
        case _:
            return None


def _pairs(node: yaml.MappingNode, place: Place, found: Read, environ: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        name, line, column = str(key.value), key.start_mark.line + 1, key.start_mark.column + 1
        if not isinstance(key, yaml.ScalarNode):
            found.at(line, column, dotted(place), "a key must be a word", "write `key: value`")
        elif name in seen:
            remedy = f"keep one of the two; the first is in line {seen[name]}"
            found.at(line, column, dotted((*place, name)), "this key is there twice", remedy)
        else:
            seen[name] = line
            yield name, _value(value, (*place, name), found, environ)
            found.positions[(*place, name)] = (line, column)


def _scalar(node: yaml.ScalarNode, place: Place, found: Read, environ: Mapping[str, str]) -> Any:  # noqa: ANN401
    text = str(node.value)
    if node.style is None:
        if text in {"", "~", "null"}:
            return None
        if text.lower() in {"true", "false"}:
            return text.lower() == "true"
    return _filled(text, place, found, environ) if "$" in text else text


def _filled(text: str, place: Place, found: Read, environ: Mapping[str, str]) -> str:
    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if match[0] == "$$":
            return "$"
        if name is None:
            found.problem(place, f"{match[0]} is no variable", "write ${NAME} or ${NAME:-default}; $$ is a plain $")
            return ""
        value = environ.get(name) or (match["default"] or "")[2:]
        if not value and match["default"] is None:
            found.problem(place, f"the environment has no {name}", f"set {name}, or write ${{{name}:-default}}")
        return value

    return _VARIABLE.sub(fill, text)


def from_file(name: str, place: Place, found: Read) -> str:
    """Return the secret in a file, without its last line end."""
    found.others.append(Path(name))
    try:
        return Path(name).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not text"
        found.problem(place, f"the file {name} cannot be read: {why}", "make the file readable, or correct its name")
        return ""

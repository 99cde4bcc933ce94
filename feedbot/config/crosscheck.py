"""What no key can know by itself: ids that are taken, names that lead nowhere, selectors, ways to a target.

Works on what stands in the file, so that one wrong value hides no other.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from feedbot.config import checks
from feedbot.config.reading import Place, Read

WAYS = ("webhook", "webhook_file", "email", "maildir", "apprise")


def crosscheck(found: Read) -> None:
    """Note every such problem."""
    _check_ids(found)
    _check_former(found)
    _check_names(found)
    _check_selectors(found)
    _check_targets(found)
    _check_engine(found)


def _check_engine(found: Read) -> None:
    said = found.data.get("database")
    if found.data.get("engine") == "distributed" and not (isinstance(said, str) and said.startswith("postgresql://")):
        what = "`distributed` needs a database that many machines reach"
        found.problem(("engine",), what, "set `database: postgresql://USER@HOST/NAME`, or leave `engine` out")


def _entries(found: Read, section: str) -> Iterator[tuple[Place, dict[str, Any]]]:
    said = found.data.get(section)
    pairs = enumerate(said) if isinstance(said, list) else said.items() if isinstance(said, dict) else ()
    yield from (((section, name), one) for name, one in pairs if isinstance(one, dict))


def _check_ids(found: Read) -> None:
    seen: dict[str, Place] = {}
    for place, one in (*_entries(found, "sources"), *_entries(found, "feeds")):
        name = one.get("id")
        if isinstance(name, str) and name in seen:
            line = found.positions.get((*seen[name], "id"), found.positions.get(seen[name], (1, 1)))[0]
            what = f"the id {name!r} is taken in line {line}"
            found.problem((*place, "id"), what, "give each source and feed its own id")
        if isinstance(name, str):
            seen.setdefault(name, place)


def _check_former(found: Read) -> None:
    """Note former ids that mean something else now."""
    entries = [*_entries(found, "sources"), *_entries(found, "feeds")]
    taken = {one["id"]: place for place, one in entries if isinstance(one.get("id"), str)}
    for place, one in entries:
        said = one.get("was")
        for name in [said] if isinstance(said, str) else said if isinstance(said, list) else []:
            if isinstance(name, str) and taken.get(name, place) != place:
                found.problem((*place, "was"), f"the id {name!r} is in use", "a former id cannot be given again")
            elif isinstance(name, str):
                taken[name] = place


def _check_names(found: Read) -> None:
    targets = [str(place[-1]) for place, _ in _entries(found, "targets")]
    sources = [one["id"] for _, one in _entries(found, "sources") if isinstance(one.get("id"), str)]
    _check_hearers(found, targets)
    for place, one in _entries(found, "sources"):
        _there(_hearers(one.get("notify")), targets, (*place, "notify"), "target", found)
    for place, one in _entries(found, "feeds"):
        _there(one.get("sources"), sources, (*place, "sources"), "source", found)


def _check_hearers(found: Read, targets: Sequence[str]) -> None:
    site = found.data.get("site")
    if not isinstance(site, dict):
        return
    alerts = site.get("alerts")
    _there([alerts] if isinstance(alerts, str) else alerts, targets, ("site", "alerts"), "target", found)
    canary = site.get("canary")
    if isinstance(canary, dict) and isinstance(canary.get("target"), str):
        _there([canary["target"]], targets, ("site", "canary", "target"), "target", found)


def _hearers(said: object) -> object:
    """Return the names of targets that are notified, in their order."""
    return [one.get("to") if isinstance(one, dict) else one for one in said] if isinstance(said, list) else said


def _there(names: object, known: Sequence[str], place: Place, what: str, found: Read) -> None:
    for number, name in enumerate(names if isinstance(names, list) else []):
        if isinstance(name, str) and name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known) or 'none'}"
            found.problem((*place, number), f"there is no {what} {name!r}", remedy)


def _check_selectors(found: Read) -> None:
    for place, one in _entries(found, "sources"):
        select = one.get("select")
        if isinstance(select, dict):
            check = checks.jmespath if one.get("kind") == "json" else checks.selector
            for name, selector in select.items():
                _check((*place, "select", name), check, selector, found)


def _check(place: Place, check: Any, value: object, found: Read) -> None:  # noqa: ANN401 - one of `checks`
    try:
        if isinstance(value, str) and value:
            check(value)
    except checks.Wrong as wrong:
        found.problem(place, wrong.what, wrong.remedy)


def _check_targets(found: Read) -> None:
    for place, one in _entries(found, "targets"):
        ways = [way for way in WAYS if one.get(way)]
        if len(ways) != 1 and not any(way in found_key for found_key in _blank(one) for way in WAYS):
            what = f"says {' and '.join(ways)}" if ways else "says neither webhook, email, maildir nor apprise"
            found.problem(place, what, "give it exactly one of `webhook:`, `email:`, `maildir:` and `apprise:`")
        several = one.get("secrets")
        for secret in (one.get("secret"), *(several if isinstance(several, list) else ())):
            _check((*place, "secret"), checks.secret, secret, found)


def _blank(one: dict[str, Any]) -> list[str]:
    """Return keys whose value is missing for another reason, which is told already (a variable without a value)."""
    return [name for name, value in one.items() if value == ""]

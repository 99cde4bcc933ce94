"""How right one prediction is: a listing, an article, a feed. Every figure is a share, None where nothing is told."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import likeness as like

Json = dict[str, Any]
Figures = dict[str, float | None]
INVENTED = "dates invented"
UNDATED = "undated items"
"""How many items a page has that were met and have no date: what the share of invented ones is of."""


@dataclass(slots=True, kw_only=True)
class Listing:
    """The items of one listing page, found by address or by title, and which of them were met."""

    base: str
    items: Sequence[Json]
    places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    anchors: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    met: dict[int, Json] = field(default_factory=dict)
    wrong: int = 0

    def __post_init__(self) -> None:
        for at, item in enumerate(self.items):
            for url in filter(None, [item.get("url"), *(item.get("alt_urls") or ())]):
                self.places[like.address(url, self.base)].append(at)
                self.anchors[like.address(url, self.base, fragment=True)].append(at)
            for name in titles_of(item):
                self.titles[name].append(at)

    def meet(self, said: Json) -> None:
        """Match one predicted item; a second one for the same item counts neither way."""
        known = self._known(said)
        free = [at for at in known if at not in self.met]
        if not known:
            self.wrong += 1
        elif free:
            name = like.title(said.get("title"))
            self.met[min(free, key=lambda at: like.title(self.items[at].get("title")) != name)] = said

    def _known(self, said: Json) -> list[int]:
        url, name = said.get("url"), like.title(said.get("title"))
        here = self.anchors.get(like.address(url, self.base, fragment=True)) if url else None
        known = here or (self.places.get(like.address(url, self.base)) if url else None)
        alike = (at for at in self.titles.get(name, ()) if at not in self.met)
        return known or [at for at in alike if not url or not self.items[at].get("url")]


def titles_of(item: Json) -> set[str]:
    """Return every title that is right for an item."""
    return {like.title(text) for text in [item.get("title"), *(item.get("alt_titles") or ())] if text}


def of_listing(truth: Json, said: Json) -> Figures:
    """Return F1 of the items, and how exact the fields of those are that were met."""
    base = truth.get("url") or ""
    page = Listing(base=base, items=truth["items"])
    for one in _told_apart(said.get("items") or [], base):
        page.meet(one)
    needed = sum(not item.get("optional") for item in page.items)
    pairs = [(page.items[at], one) for at, one in page.met.items() if not page.items[at].get("optional")]
    f1 = 2 * len(pairs) / (len(pairs) + page.wrong + needed) if pairs else 0.0
    return {"item F1": f1, "pages >= 0.9": float(f1 >= 0.9), **_exact(pairs, truth, base)}


def _told_apart(items: Iterable[Json], base: str) -> list[Json]:
    keyed: dict[tuple[str, str], Json] = {}
    for one in items:
        place = like.address(one["url"], base, fragment=True) if one.get("url") else ""
        keyed.setdefault((place, like.title(one.get("title"))), one)
    return list(keyed.values())


def _exact(pairs: Sequence[tuple[Json, Json]], truth: Json, base: str) -> Figures:
    def share(name: str, right: Callable[[Json, Json], bool]) -> float | None:
        return mean(float(right(item, said)) for item, said in pairs if item.get(name))

    undated = [said for item, said in pairs if not item.get("date")] if truth.get("no_dates") else []
    return {
        "title exact": share("title", lambda item, said: like.title(said.get("title")) in titles_of(item)),
        "date exact": share("date", lambda item, said: bool(like.days(item["date"]) & like.days(said.get("date")))),
        INVENTED: mean(float(bool(said.get("date"))) for said in undated),
        UNDATED: float(len(undated)),
        "summary": share("summary", lambda item, said: like.overlap(said.get("summary"), item["summary"]) >= 0.8),
        "image": share("image", lambda item, said: like.same_picture(item["image"], said.get("image"), base)),
    }


def of_article(truth: Json, said: Json) -> Figures:
    """Return how right each field of an article is that something is known of."""
    told, base = set(truth["truth_fields"]), truth.get("url") or ""
    found: Figures = {}
    if "title" in told:
        found["title exact"] = float(like.title(truth["title"]) == like.title(said.get("title")))
    if "published" in told:
        found["date (day)"] = float(bool(like.days(truth["published"]) & like.days(said.get("published"))))
    if "authors" in told:
        found["authors F1"] = like.agreement(like.people(said.get("authors")), like.people(truth["authors"]))
    if "image" in told:
        found["lead image"] = float(like.same_picture(truth["image"]["urls"], said.get("image"), base))
    if "text" in told:
        shared = like.overlap(said.get("text"), truth["text"])
        found |= {"text F1": shared, "text >= 0.9": float(shared >= 0.9)}
    return found | (_snippets(truth["snippets"], like.letters(said.get("text"))) if "snippets" in told else {})


def _snippets(snippets: Json, text: str) -> Figures:
    return {
        "snippets in": mean(float(like.letters(one) in text) for one in snippets["with"]),
        "snippets out": mean(float(like.letters(one) not in text) for one in snippets["without"]) if text else 0.0,
    }


def of_feed(truth: Json, said: Json) -> tuple[int, list[Json]]:
    """Return how many expectations there are, and those that were not met."""
    every: list[Json] = truth["expects"]
    if not said or said.get("error"):
        return len(every), every
    return len(every), [one for one in every if not _met(one, said, truth.get("url") or "")]


def _met(one: Json, said: Json, base: str) -> bool:
    return any(_holds(one["op"], _at(said, path), one["value"], base) for path in one["path"].split("|"))


def _at(said: Any, path: str) -> Any:
    for step in re.findall(r"\w+|\[\d+\]", path):
        if step[0] == "[":
            place = int(step[1:-1])
            said = said[place] if isinstance(said, list) and place < len(said) else None
        else:
            said = said.get(step) if isinstance(said, dict) else None
    return said


def _holds(op: str, said: Any, true: Any, base: str) -> bool:
    every = said if isinstance(said, list) else [said] if said else []
    match op:
        case "len":
            return bool((len(said) if isinstance(said, list) else 0) == true)
        case "minlen":
            return bool((len(said) if isinstance(said, list) else 0) >= true)
        case "safe":
            return not like.Markup(said).harm
        case "date":
            ours, theirs = like.instant(said), like.instant(true)
            return bool(ours and theirs and abs((ours - theirs).total_seconds()) < 1)
        case "in":
            return like.words(true) in {like.words(one) for one in every}
        case "author":
            return any(read(true) in {read(one) for one in every} for read in (like.person, like.words))
        case _:
            return true in {None, ""} if said is None else _reads(op, str(said), str(true), base)


def _reads(op: str, said: str, true: str, base: str) -> bool:
    if said.strip() == true.strip():
        return True
    match op:
        case "str":
            return said.strip().lower() == true.strip().lower()
        case "url":
            return urljoin(base, said.strip()).rstrip("/") == urljoin(base, true.strip()).rstrip("/")
        case "text":
            return like.shown(said) == like.shown(true)
        case "html":
            ours, theirs = like.Markup(said), like.Markup(true)
            return like.shown(said) == like.shown(true) and sorted(ours.links) == sorted(theirs.links)
    raise ValueError(f"the truth asks for {op!r}, which is no way of comparing")


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of what is there; None of nothing."""
    given = [value for value in values if value is not None]
    return sum(given) / len(given) if given else None

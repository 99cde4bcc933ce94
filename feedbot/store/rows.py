"""Rows to values and back. Content is JSON that comes back exactly; no character can cost a commit."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import RowMapping

from feedbot.cadence import Turn
from feedbot.decision import Decision
from feedbot.delivery import Delivery, State, Try
from feedbot.item import Attachment, Content, Image, Item, Known, Link, Quote, legal
from feedbot.manners import Manners
from feedbot.page import Validators
from feedbot.profile import Doubt, Profile
from feedbot.source import Health, ListingRule, Rulebook, Ruling, SourceState, TargetId
from feedbot.target import TargetState

Row = dict[str, Any]

LONGEST = 400
"""Characters of a key that is stored as it is; databases limit what an index may hold."""

_LEARNED = tuple(field.name for field in fields(Profile))
_UNTAUGHT = Profile()
_MANNERS = tuple(field.name for field in fields(Manners))
_NEVER_ASKED = Manners()
_SAID = tuple(field.name for field in fields(Content))
_WORDS = attrgetter(*_SAID)
_NOTHING = _WORDS(Content())
_DATES = {"published", "updated"}
_OWN = ("id", "source_id", "guid", "published_at", "dated", "first_seen", "rank", "withdrawn_at")
_KNOWN = ("id", "digest", "revision", "published_at", "dated", "first_seen", "rank")
_MADE = {"validators", "health", "profile", "rules", "manners", "asked"}
"""What of a state is stored in a form of its own."""
_STATE = tuple(field.name for field in fields(SourceState) if field.name not in _MADE)


def content_json(content: Content) -> str:
    """Return what is said, as JSON; a date without a time stays one, and what was left out stays out.

    A lone surrogate, which no database takes, is written as an escape; so is NUL. Both come back.
    """
    values = zip(_SAID, _WORDS(content), _NOTHING, strict=True)
    said = {name: value for name, value, nothing in values if value is not nothing and value != nothing}
    for name in _DATES & said.keys():
        said[name] = said[name].isoformat()
    text = _WIDE.encode(said)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _ASCII.encode(said)
    return text


def content_of(text: str) -> Content:
    """Return what `content_json` made JSON of."""
    return Content(**_parts(text))


def key_of(key: str) -> str:
    """Return how a key is stored: as it is, or as its digest where it is too long or has odd characters."""
    if len(key) <= LONGEST and legal(key) == key:
        return key
    return "#" + hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def item_row(item: Item) -> Row:
    """Return the row of `items`, but for its number."""
    row = {name: getattr(item, name) for name in (*_OWN, "revision", "digest")}
    return row | {"heading": heading(item.title)}


def heading(text: str) -> str:
    """Return a title as it is searched: its words, whatever their case."""
    return " ".join(legal(text[:LONGEST]).casefold().split())


def revision_row(item: Item) -> Row:
    """Return the row of `revisions` for the state that the item is in; `of` is its id."""
    at, digest = item.changed_at, item.digest
    return {"of": item.id, "number": item.revision, "at": at, "digest": digest, "content": content_json(item)}


def item_of(row: RowMapping) -> Item:
    """Return the item of a row of `items` with `number`, `at`, `digest` and `content` of a revision.

    It comes without its keys: they only serve to recognise it.
    """
    own = {name: row[name] for name in _OWN}
    said = _parts(row["content"])
    return Item(**own, **said, revision=row["number"], changed_at=row["at"], digest=row["digest"], keys=())


def known_of(row: RowMapping) -> Known:
    """Return what sift has to know of a row of `items`."""
    return Known(**{name: row[name] for name in _KNOWN}, withdrawn=row["withdrawn_at"] is not None)


def decision_row(decision: Decision) -> Row:
    """Return the row of `decisions`, but for its item; `of` is the item's id."""
    row = {name: getattr(decision, name) for name in ("revision", "event", "at", "barred")}
    refused = _WIDE.encode(dict(decision.refused)) if decision.refused else ""
    later = {one: [turn.due_at.isoformat(), turn.wave, turn.rule] for one, turn in decision.turns.items() if turn.rule}
    return row | {"of": decision.item_id, "refused": refused, "turns": _WIDE.encode(later) if later else ""}


def decision_of(row: RowMapping) -> Decision:
    """Return the decision of a row of `decisions` with the `item_id`; who was owed stands in deliveries."""
    facts = {name: row[name] for name in ("item_id", "revision", "event", "at", "barred")}
    later = json.loads(row["turns"]) if row["turns"] else {}
    turns = {
        TargetId(one): Turn(due_at=datetime.fromisoformat(due_at), wave=wave, rule=rule)
        for one, (due_at, wave, rule) in later.items()
    }
    return Decision(**facts, refused=json.loads(row["refused"]) if row["refused"] else {}, turns=turns)


def delivery_row(delivery: Delivery) -> Row:
    """Return the row of `deliveries`, but for its place and its item; `of` is the item's id."""
    row = {name: getattr(delivery, name) for name in Delivery.__slots__}
    row["of"] = row.pop("item_id")
    tries = _WIDE.encode([[one.at.isoformat(), one.reason] for one in delivery.tries]) if delivery.tries else ""
    return row | {"waiting": "\n".join(delivery.waiting), "tries": tries}


def delivery_of(row: RowMapping) -> Delivery:
    """Return the delivery of a row of `deliveries` with the `item_id`."""
    facts = {name: row[name] for name in Delivery.__slots__}
    tries = tuple(Try(datetime.fromisoformat(at), reason) for at, reason in json.loads(row["tries"] or "[]"))
    return Delivery(**facts | {"state": State(row["state"]), "waiting": tuple(row["waiting"].split()), "tries": tries})


def target_row(state: TargetState) -> Row:
    """Return the row of `targets`."""
    row = {name: getattr(state, name) for name in TargetState.__slots__}
    sent = _ASCII.encode([one.isoformat() for one in state.sent_at]) if state.sent_at else ""
    told = {wave: when.isoformat() for wave, when in state.occasions.items()}
    return row | {"sent_at": sent, "occasions": _WIDE.encode(told) if told else ""}


def target_of(row: RowMapping) -> TargetState:
    """Return the state of a row of `targets`."""
    facts = {name: row[name] for name in TargetState.__slots__}
    sent = tuple(datetime.fromisoformat(one) for one in json.loads(row["sent_at"] or "[]"))
    told = {wave: datetime.fromisoformat(when) for wave, when in json.loads(row["occasions"] or "{}").items()}
    return TargetState(**facts | {"sent_at": sent, "occasions": told})


def state_row(state: SourceState) -> Row:
    """Return the row of `sources`."""
    row = {name: getattr(state, name) for name in _STATE}
    known = state.validators
    row |= {"etag": known.etag, "last_modified": known.last_modified, "body_digest": known.digest}
    return (
        row
        | {"health": state.health, "configured": True}
        | {
            "profile": profile_json(state.profile),
            "rules": rules_json(state.rules),
            "manners": manners_json(state.manners),
            "asked": state.asked or None,
        }
    )


def state_of(row: RowMapping) -> SourceState:
    """Return the state of a row of `sources`."""
    validators = Validators(etag=row["etag"], last_modified=row["last_modified"], digest=row["body_digest"])
    health = Health(row["health"]) if row["health"] else None
    known: Row = {name: row[name] for name in _STATE}
    known |= {"profile": profile_of(row["profile"]), "rules": rules_of(row["rules"]), "asked": row["asked"] or ""}
    manners = manners_of(row["manners"])
    return SourceState(**known, validators=validators, health=health, manners=manners)


def manners_json(manners: Manners) -> str:
    """Return what is remembered of asking a source, as JSON; empty where that is nothing."""
    said = {name: value for name in _MANNERS if (value := getattr(manners, name)) != getattr(_NEVER_ASKED, name)}
    return _ASCII.encode(said) if said else ""


def manners_of(text: str) -> Manners:
    """Return what `manners_json` made JSON of."""
    said: Row = json.loads(text) if text else {}
    for name in said.keys() & {"skip_hours", "skip_days"}:
        said[name] = tuple(said[name])
    for name in said.keys() & {"whole_at", "moved_since", "learned_at", "welcome_until", "reread_at"}:
        said[name] = datetime.fromisoformat(said[name])
    return Manners(**{name: value for name, value in said.items() if name in _MANNERS})


def profile_json(profile: Profile) -> str:
    """Return what was learned, as JSON; empty where nothing was."""
    said = {name: value for name in _LEARNED if (value := getattr(profile, name)) != getattr(_UNTAUGHT, name)}
    return _ASCII.encode(said) if said else ""


def profile_of(text: str) -> Profile:
    """Return what `profile_json` made JSON of."""
    said: Row = json.loads(text) if text else {}
    for name in said.keys() & {"counts", "marks"}:
        said[name] = tuple(said[name])
    if "seen_at" in said:
        said["seen_at"] = datetime.fromisoformat(said["seen_at"])
    if "doubt" in said:
        doubt = said["doubt"]
        said["doubt"] = Doubt(**doubt | {"since": datetime.fromisoformat(doubt["since"])})
    return Profile(**{name: value for name, value in said.items() if name in _LEARNED})


def rules_json(book: Rulebook) -> str:
    """Return what became of rules, as JSON; empty where there are none."""
    said = {field.name: value for field in fields(Rulebook) if (value := getattr(book, field.name))}
    return _ASCII.encode(said) if said else ""


def rules_of(text: str) -> Rulebook:
    """Return what `rules_json` made JSON of."""
    said: Row = json.loads(text) if text else {}
    if "rule" in said:
        said["rule"] = ListingRule(**said["rule"])
    if "proposal" in said:
        said["proposal"] = _ruling(said["proposal"])
    for name, of in (("history", _ruling), ("refused", lambda one: ListingRule(**one))):
        said[name] = tuple(of(one) for one in said.get(name, ()))
    return Rulebook(**said)


def _ruling(said: Row) -> Ruling:
    rule = said.get("rule")
    at = datetime.fromisoformat(said["at"])
    return Ruling(**said | {"at": at, "rule": ListingRule(**rule) if rule else None})


def _parts(text: str) -> Row:
    said: Row = json.loads(text)
    for name in _READ.keys() & said.keys():
        said[name] = _READ[name](said[name])
    return said


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case ListingRule():
            return {name: part for name in value.__slots__ if (part := getattr(value, name))}
        case Attachment() | Image() | Quote() | Link() | Doubt() | Ruling():
            return {name: part for name in value.__slots__ if (part := getattr(value, name)) is not None}
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(f"{type(value).__name__} is no part of a content")


def _when(text: str) -> datetime | date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


_WIDE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
_ASCII = json.JSONEncoder(separators=(",", ":"), default=_plain)
_READ: dict[str, Callable[[Any], Any]] = {
    "published": _when,
    "updated": _when,
    "authors": tuple,
    "categories": tuple,
    "image": lambda said: Image(**said),
    "attachments": lambda said: tuple(Attachment(**one) for one in said),
    "quotes": lambda said: tuple(Quote(**one) for one in said),
    "related": lambda said: tuple(Link(**one) for one in said),
}

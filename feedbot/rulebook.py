"""Rulebook: what becomes of the rules by which a listing is read, with a way back. All times are aware UTC."""

from dataclasses import replace
from datetime import datetime

from feedbot.source import ListingRule, Repairs, Rulebook, Ruling, Source

KEPT = 20
"""So many rulings are remembered."""


def repairs(source: Source) -> Repairs:
    """Return what is to be done with a rule that is proved: those that a person wrote are not replaced unasked."""
    return source.repair or ("ask" if source.rule is not None else "auto")


def found(book: Rulebook, rule: ListingRule | None, now: datetime) -> Rulebook:
    """Return the book after a good look that worked `rule` out by itself; what only counts places is not kept."""
    if rule is None or book.pinned or rule == book.rule or rule.item.startswith("/") or ":nth-" in rule.item:
        return replace(book, proposal=None)
    last = book.history[-1:]
    kept = book.history[:-1] if last and last[0].how == "found" else book.history
    ruling = Ruling(at=now, how="found", rule=rule, why="worked out from the page")
    return replace(book, rule=rule, proposal=None, history=(*kept, ruling)[-KEPT:])


def repaired(book: Rulebook, rule: ListingRule, why: str, now: datetime, *, pinned: bool) -> Rulebook:
    """Return the book once a proved rule is taken; `pinned` says that pages are read by it from now on."""
    return _ruled(book, Ruling(at=now, how="repaired", rule=rule, why=why), pinned=pinned)


def told_by_data(book: Rulebook, why: str, now: datetime) -> Rulebook:
    """Return the book once a page is read by what it tells machines, which takes no rule for a listing."""
    return _ruled(book, Ruling(at=now, how="repaired", rule=None, why=why), pinned=False)


def proposed(book: Rulebook, rule: ListingRule, why: str, now: datetime) -> Rulebook:
    """Return the book with a proved rule that waits for the operator."""
    if book.proposal is not None and book.proposal.rule == rule:
        return book
    ruling = Ruling(at=now, how="proposed", rule=rule, why=why)
    return replace(book, proposal=ruling, history=(*book.history, ruling)[-KEPT:])


def accepted(book: Rulebook, now: datetime) -> Rulebook:
    """Return the book once the operator took what is proposed; as it is where nothing is."""
    if book.proposal is None:
        return book
    ruling = Ruling(at=now, how="accepted", rule=book.proposal.rule, why=book.proposal.why)
    return replace(_ruled(book, ruling, pinned=True), refused=tuple(r for r in book.refused if r != ruling.rule))


def undone(book: Rulebook, now: datetime) -> Rulebook:
    """Return the book once the operator went back: to the rule before, or to what is configured.

    What is taken back, or was only proposed, is not taken or proposed again.
    """
    if book.proposal is not None:
        refused = _refusing(book, book.proposal.rule)
        ruling = Ruling(at=now, how="undone", rule=book.proposal.rule, why="refused by the operator")
        return replace(book, proposal=None, refused=refused, history=(*book.history, ruling)[-KEPT:])
    if not book.pinned:
        return book
    before = _before(book)
    ruling = Ruling(at=now, how="undone", rule=before.rule if before else None, why="taken back by the operator")
    pinned = before is not None and before.how != "found"
    return replace(_ruled(book, ruling, pinned=pinned), refused=_refusing(book, book.rule))


def put_away(book: Rulebook) -> Rulebook:
    """Return the book once the configuration says something else: that goes before all that was found."""
    return Rulebook(history=book.history)


def _ruled(book: Rulebook, ruling: Ruling, *, pinned: bool) -> Rulebook:
    history = (*book.history, ruling)[-KEPT:]
    return replace(book, rule=ruling.rule, pinned=pinned, proposal=None, history=history)


def _refusing(book: Rulebook, rule: ListingRule | None) -> tuple[ListingRule, ...]:
    return (*book.refused, rule)[-KEPT:] if rule is not None and rule not in book.refused else book.refused


def _before(book: Rulebook) -> Ruling | None:
    """Return the ruling that was in force before the one that is."""
    rulings = [one for one in book.history if one.how in {"found", "repaired", "accepted"} and one.rule != book.rule]
    return next((one for one in reversed(rulings) if one.rule not in book.refused), None)

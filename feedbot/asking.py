"""Asking: by which way a source is asked for its news, and what it answers."""

from dataclasses import replace
from datetime import datetime

from feedbot import rulebook
from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Fetcher
from feedbot.profile import SLIGHT, Profile
from feedbot.source import Source, SourceState

DEAD = 3
"""After so many failures in a row the way that was found in to a source's news counts as dead."""
ACCEPT = "accept"


def remembered(before: SourceState, source: Source) -> SourceState:
    """Return what earlier checks left behind, as far as the source is still to be read in the same way."""
    if before.reading != source.reading:
        return replace(before.astray(), profile=Profile(), rules=rulebook.put_away(before.rules))
    doubt = before.profile.doubt
    dead = before.way_url and before.failures >= DEAD and not (doubt and doubt.about in SLIGHT)
    return before.astray() if dead else before


def obeyed(state: SourceState, now: datetime) -> SourceState:
    """Return the state once what the operator asked of its rules is done; the page is looked at whole then."""
    if not state.asked:
        return state
    done = rulebook.accepted if state.asked.startswith(ACCEPT) else rulebook.undone
    return replace(state, rules=done(state.rules, now), validators=Validators())


def otherwise(before: SourceState, state: SourceState) -> bool:
    """Say whether the source is read in another way than before, which shows old items anew."""
    return (before.way_url, before.way_kind) != (state.way_url, state.way_kind)


def by_its_rule(source: Source, state: SourceState) -> Source:
    """Return the source as it is to be read: by the rule that a repair found, where one is in force."""
    book = state.rules
    return replace(source, kind="listing", rule=book.rule) if book.pinned and book.rule else source


def on_its_way(source: Source, state: SourceState) -> Source:
    """Return the source as it is to be asked and read: by the way that was found to be best, where one was."""
    if not state.way_url:
        return by_its_rule(source, state)
    found = replace(source, url=state.way_url, kind=state.way_kind, home=source.page, rule=None)
    return by_its_rule(found, state)


def asked(source: Source, by: Source, state: SourceState, fetcher: Fetcher) -> Page | NotModified:
    """Return what is answered where the news of `source` are, read `by` a way in. Raises FetchError."""
    first = source.by_browser(by.url) and by.url == source.url
    return fetcher.fetch(by.url, validators=state.validators, allow=source.open_to(by.url), browser=first)

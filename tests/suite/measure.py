"""Measure: how many faults are told right, how often health cries wolf, and how often identities go wrong."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from feedbot.source import TROUBLE, Health
from tests.suite.faults import FAULTS, WELL, changed
from tests.suite.identity import SCENES, played
from tests.suite.markups import FEEDS, Markup
from tests.suite.press import Press, Tongue
from tests.suite.watch import Watch

PACES = (0.15, 0.6, 2.0, 6.0)
"""New pieces a day: from a parish council to a busy desk."""
HOURS = (1, 4, 8, 24, 3)
"""Hours between looks, in turn."""


@dataclass
class Score:
    """What was tried, what went right, and what did not, by name."""

    tried: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def __add__(self, other: "Score") -> "Score":
        """Return both together."""
        return Score(self.tried + other.tried, self.missed + other.missed, self.told + other.told)

    @property
    def right(self) -> float:
        """The share of what went right."""
        return 1 - self.missed.total() / (self.tried.total() or 1)


def faults(tongue: Tongue, seed: int, markup: Markup) -> Score:
    """Let each fault come over a source that was well, and see whether the first check names it and believes nothing.

    A page that is read as ever is right where the fault leaves it readable; nothing new may be stored or sent then.
    """
    score = Score()
    learned = Watch(Press(tongue, seed), markup).learn()
    learned.check()
    for fault in FAULTS:
        seen = deepcopy(learned)
        now = changed(fault, seen.body(), markup, tongue)
        if now is None:
            continue
        before = len(seen.store.items_by_id), seen.published
        done = seen.check(*now)
        named = done.health in fault.right or (fault.survived and done.health in WELL)
        silent = (len(seen.store.items_by_id), seen.published) == before
        score.tried[fault.name] += 1
        if not (named and silent):
            score.missed[fault.name] += 1
            what = done.health if silent else f"{done.health}, {done.new} new items stored"
            score.told.append(f"{fault.name}: {tongue.code}, {markup.name}: {what}: {done.evidence[:120]}")
    return score


def calm(tongue: Tongue, seed: int, markup: Markup, looks: int) -> Score:
    """Look at a healthy source for long, with all that happens at healthy sources, and count the alarms."""
    score, random = Score(), Random(seed)
    seen = Watch(Press(tongue, seed, pace=PACES[seed % len(PACES)]), markup)
    for look in range(looks):
        _live(seen, random, look)
        done = seen.check()
        score.tried["healthy checks"] += 1
        if done.health in TROUBLE or (done.health is Health.EMPTY and markup.days is None):
            score.missed["healthy checks"] += 1
            score.told.append(f"false alarm: {tongue.code}, {markup.name}, look {look}: {done.evidence[:160]}")
        seen.press.wait(HOURS[look % len(HOURS)])
    return score


def _live(seen: Watch, random: Random, look: int) -> None:
    """Let happen what happens: slips are mended, pieces pinned, taken back, holidays kept, lists a little longer."""
    chance = random.random()
    stories = seen.press.latest(seen.markup.shows)
    if chance < 0.04:
        story = random.choice(stories)
        seen.press.edit(story, title=f"{story.title}, again", summary=f"{story.summary} It is so.")
    elif chance < 0.05:
        seen.press.stories.remove(random.choice(stories))
    elif chance < 0.07:
        seen.pinned = None if seen.pinned else random.choice(seen.press.stories)
    elif chance < 0.08 and look > 5:
        seen.press.now += timedelta(days=random.choice((3, 9, 16)))
    elif chance < 0.12:
        shows = seen.markup.shows + random.choice((-1, 1))
        seen.markup = replace(seen.markup, shows=max(6, min(30, shows)))


def identities(tongue: Tongue, seed: int, markup: Markup) -> tuple[Score, Score]:
    """Play all scenes; return what is there twice, and what was taken for another piece."""
    doubled, lost = Score(), Score()
    for scene in SCENES:
        if not (scene.feeds if markup in FEEDS else scene.pages):
            continue
        ledger = played(scene, Watch(Press(tongue, seed), markup, lively=False))
        for score, count in ((doubled, ledger.doubled), (lost, ledger.lost)):
            score.tried[scene.name] += ledger.events
            score.missed[scene.name] += count
            if count:
                score.told.append(f"{scene.name}: {tongue.code}, {markup.name}: {count} of {ledger.events}")
    return doubled, lost

"""A floor under what `bench/health.py` measures at length: faults told, no alarm without one, items that stay one."""

import pytest

from tests.suite.identity import SCENES, Scene, played
from tests.suite.markups import MARKUPS, Markup
from tests.suite.measure import calm, faults
from tests.suite.press import ENGLISH, GERMAN, Press
from tests.suite.watch import Watch

BY_NAME = {one.name: one for one in MARKUPS}
SOME = [BY_NAME[name] for name in ("cards", "articles by hand", "table", "rss", "json api")]


def test_faults_are_told_at_the_first_check() -> None:
    scores = [faults(GERMAN, 3, markup) for markup in SOME]
    missed = [line for score in scores for line in score.told]
    assert len(missed) <= 0.02 * sum(score.tried.total() for score in scores), missed


@pytest.mark.parametrize("markup", SOME, ids=lambda one: one.name)
def test_healthy_sources_raise_no_alarm(markup: Markup) -> None:
    assert calm(ENGLISH, SOME.index(markup), markup, 25).told == []


@pytest.mark.parametrize("scene", SCENES, ids=lambda one: one.name)
def test_pieces_stay_one_item_each_whatever_happens_to_their_identity(scene: Scene) -> None:
    markup = BY_NAME["articles" if scene.pages and SCENES.index(scene) % 2 else "rss"]
    ledger = played(scene, Watch(Press(ENGLISH, 5), markup, lively=False), learn=4)
    assert (ledger.doubled, ledger.lost) == (0, 0)

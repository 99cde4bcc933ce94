"""What a pass of the service publishes, where there are few sources, and where there are many."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feedbot.app import App, open_app
from feedbot.config import load_text
from feedbot.press import REST, Press
from feedbot.source import SourceId
from tests.newsroom import NOW, item, state

MANY = 400
EVERYTHING = REST * MANY
Tell = Callable[[str], None]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    sources = "".join(f"  - {{id: office{n}, url: 'https://office{n}.example/'}}\n" for n in range(MANY))
    text = f"database: sqlite:///{tmp_path}/db.sqlite3\nfeeds_dir: {tmp_path}/feeds\nsources:\n{sources}"
    with open_app(load_text(text, str(tmp_path / "feedbot.yaml"), {})) as app:
        yield app


@pytest.fixture
def tell(app: App) -> Tell:
    """Have an office publish something."""

    def told(office: str) -> None:
        news = item(f"news of {office}", source_id=SourceId(office))
        app.store.commit(state(SourceId(office)), items=[news], feeds=[office, "all"])  # type: ignore[list-item]

    return told


def test_the_first_look_is_at_everything_and_the_next_only_at_what_has_news(app: App, tell: Tell) -> None:
    press = Press()
    assert len([*press.publish(app, NOW)]) > MANY
    assert [*press.publish(app, NOW)] == []
    tell("office7")
    done = {one.feed_id: one for one in press.publish(app, NOW)}
    assert {*done} == {"office7", "all"}
    assert all(one.written for one in done.values())
    assert [*press.publish(app, NOW)] == []


def test_everything_is_looked_at_again_after_a_time_that_grows_with_the_number_of_sources(app: App, tell: Tell) -> None:
    press = Press()
    assert [*press.publish(app, NOW)]
    (app.config.settings.feeds_dir / "office7.json").unlink()
    assert [*press.publish(app, NOW + EVERYTHING - timedelta(seconds=1))] == []
    assert any("office7.json" in one.written for one in press.publish(app, NOW + EVERYTHING))


def test_pages_and_the_index_follow_with_the_look_at_everything(app: App, tell: Tell) -> None:
    press = Press()
    assert [*press.publish(app, NOW)]
    tell("office7")
    soon = {name for one in press.publish(app, NOW) for name in one.written}
    assert not soon & {"office7.html", "index.html"}
    later = {name for one in press.publish(app, NOW + EVERYTHING) for name in one.written}
    assert later == {"office7.html", "all.html", "index.html"}


def test_another_configuration_has_everything_looked_at(app: App) -> None:
    press = Press()
    assert [*press.publish(app, NOW)]
    again = App(
        config=app.config, store=app.store, shelf=app.shelf, outbound=app.outbound, fetcher=app.fetcher, gate=app.gate
    )
    assert len([*press.publish(again, NOW)]) > MANY

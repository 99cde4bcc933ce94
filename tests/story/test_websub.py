"""With a hub a subscriber has a new item right after the check that found it."""

import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from feedbot.demo.newsroom import Newsroom
from feedbot.demo.servers import Receiver, serving
from feedbot.demo.stories import PUBLISHED
from tests.story.hub import Hub, hub, subscriber
from tests.story.receiver import SECRET
from tests.story.test_serve import Service, serve

CONFIG = """\
site: {{title: News, url: "http://127.0.0.1:{port}/", hub: "{hub}", secret: "a secret of sixteen characters"}}
network: {{allow: [127.0.0.0/8]}}
serve: {{port: {port}}}
sources:
  - {{id: office, url: "{site}/news/", every: 1s}}
  - {{id: inner, url: "{site}/news/?page=1", every: 1h, private: true}}
"""


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(date(2026, 11, 20))


@pytest.fixture
def running_hub() -> Iterator[Hub]:
    with hub() as running:
        yield running


@pytest.fixture
def place(newsroom: Newsroom, running_hub: Hub, tmp_path: Path) -> Iterator[Path]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(newsroom, tmp_path / "feeds", Receiver(SECRET)) as site:
        (tmp_path / "config").mkdir()
        text = CONFIG.format(port=port, hub=running_hub.url, site=site)
        (tmp_path / "config" / "feedbot.yaml").write_text(text)
        yield tmp_path


def begun(running: Service) -> Service:
    running.url = running.until("listening")["url"]
    running.until("announced")
    return running


def test_a_subscriber_has_a_new_item_right_after_the_check(place: Path, newsroom: Newsroom, running_hub: Hub) -> None:
    with serve(place) as service, subscriber() as reader:
        begun(service)
        for suffix in ("atom.xml", "rss.xml", "json"):
            reader.subscribe(f"{service.url}feeds/office.{suffix}")
        newsroom.publish()
        service.until("checked", source="office", new=2)
        bodies = [reader.received.get(timeout=30) for _ in range(3)]
    title = PUBLISHED[0].title.encode()
    assert all(title in body for body in bodies)
    assert not any("inner" in topic or ".html" in topic for topic in running_hub.pings)


def test_a_change_that_the_hub_did_not_take_outlives_the_process(
    place: Path, newsroom: Newsroom, running_hub: Hub
) -> None:
    with serve(place) as service:
        begun(service)
    running_hub.down = True
    newsroom.publish()
    with serve(place) as service:
        assert service.until("published", feed="office")["files"] == 3, "publishing waits for no hub"
        assert "503" in service.until("not announced")["why"]
    running_hub.down, running_hub.pings[:] = False, []
    with serve(place) as service, subscriber() as reader:
        service.url = service.until("listening")["url"]
        service.until("announced")
        assert any("office" in topic for topic in running_hub.pings)
        assert reader.received.empty()

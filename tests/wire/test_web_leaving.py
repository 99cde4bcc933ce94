"""Signed links that end mails, opened and posted to on loopback by a real client, and obeyed by the next message."""

import http.client
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from feedbot.compose import Letterhead, compose
from feedbot.compose.unsubscribe import PATH, Leaving, token
from feedbot.deliver import Desk, deliver
from feedbot.delivery import Mail, Message, Sent, State
from feedbot.feed import Site
from feedbot.source import TargetId
from feedbot.target import EmailTarget
from feedbot.web.door import Door
from feedbot.web.feeds import Feeds
from feedbot.web.files import Folder
from feedbot.web.leaving import Exit
from feedbot.web.register import register
from feedbot.web.server import listening
from tests.fakes import MemoryStore
from tests.insides import Calm
from tests.newsroom import NOW, item, owed, state

KEY = "a secret of sixteen characters or more"
READERS = TargetId("readers")
ANN, BOB = "ann@example.org", "bob@example.org"
HEAD = Letterhead(
    site=Site(title="News & views", url="https://news.example/"), sender="News <n@n.example>", signing=KEY
)
TARGET = EmailTarget(id=READERS, recipients=(ANN, BOB), unsubscribe=True)


@dataclass
class Readers:
    """Who left, in memory."""

    store: MemoryStore = field(default_factory=MemoryStore)

    def leave(self, leaving: Leaving) -> None:
        self.store.leave(leaving.target_id, leaving.address, at=NOW)

    def come_back(self, leaving: Leaving) -> None:
        self.store.come_back(leaving.target_id, leaving.address)


@dataclass
class Web:
    port: int
    readers: Readers

    def ask(self, path: str, method: str = "GET", body: str = "") -> tuple[int, Mapping[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body=body or None, headers=kind)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, said

    @property
    def left(self) -> set[str]:
        return set(self.readers.store.left(READERS))


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    readers, faults = Readers(), list[Exception]()
    feeds = Feeds(Folder(tmp_path), lambda: register([], [], known=(), secret=KEY), HEAD.site)
    door = Door(feeds, inside=Calm(), told=faults.append, exit=Exit(readers, KEY, HEAD.site.title))
    with listening(door.answer, "127.0.0.1", 0) as port:
        yield Web(port, readers)
    assert not faults


def link(address: str = ANN) -> str:
    return f"/{PATH}{token(Leaving(target_id=READERS, address=address), KEY)}"


def test_who_opens_the_link_is_asked_and_not_taken_off(web: Web) -> None:
    status, headers, page = web.ask(link())
    assert status == 200
    assert "<strong>News &amp; views</strong> to <strong>ann@example.org</strong>?" in page
    assert headers["cache-control"] == "no-store"
    assert "form-action 'self'" in headers["content-security-policy"]
    assert web.left == set()
    assert web.ask(link(), "HEAD")[2] == ""


def test_the_button_of_the_page_leads_to_itself(web: Web) -> None:
    _, _, page = web.ask(link())
    found = re.search(r'<form method="post" action="([^"]+)">', page)
    assert found
    assert web.ask(f"/{PATH}{found[1]}", "POST")[0] == 200
    assert web.left == {ANN}


def test_a_mail_program_takes_its_reader_off_by_one_click(web: Web) -> None:
    """RFC 8058 section 3.2: a POST without cookies, whose body says so; no redirect answers it."""
    status, _, page = web.ask(link(), "POST", "List-Unsubscribe=One-Click")
    assert (status, web.left) == (200, {ANN})
    assert "ann@example.org" in page
    assert web.ask(link(), "POST", "List-Unsubscribe=One-Click")[0] == 200


def test_a_mistake_can_be_taken_back(web: Web) -> None:
    _, _, page = web.ask(link(), "POST")
    undo = re.findall(r'action="([^"]+)"', page)
    assert web.ask(f"/{PATH}{undo[0]}", "POST")[0] == 200
    assert web.left == set()


@pytest.mark.parametrize(
    "path", ["", "x", "AAAA", "%00", "../feeds/", f"{token(Leaving(target_id=READERS, address=ANN), 'another key')}"]
)
def test_what_we_did_not_sign_takes_nobody_off(web: Web, path: str) -> None:
    for method in ("GET", "POST"):
        status, _, said = web.ask(f"/{PATH}{path}", method)
        assert status == 404
        assert "<" not in said
    assert web.left == set()


def test_nothing_else_is_done_there(web: Web) -> None:
    status, headers, _ = web.ask(link(), "DELETE")
    assert (status, headers["allow"]) == (405, "GET, HEAD, POST")
    assert web.ask("/feeds/", "POST")[0] == 405


@dataclass
class Post:
    """Takes every mail."""

    mails: list[Mail] = field(default_factory=list)

    def send(self, message: Message) -> Sent:
        assert isinstance(message, Mail)
        self.mails.append(message)
        return Sent("ok")

    def close(self) -> None: ...

    @property
    def recipients(self) -> list[tuple[str, ...]]:
        return [mail.recipients for mail in self.mails]


def run(store: MemoryStore, *names: str) -> Post:
    post = Post()
    store.commit(state(), items=[item(name) for name in names], debts=[owed(name, READERS) for name in names])
    deliver(
        TARGET,
        outbox=store,
        sender=post,
        desk=Desk(lambda to, told, items: compose(to, told, items, HEAD)),
        clock=lambda: NOW,
        jitter=lambda: 0.0,
        stop=lambda: False,
    )
    return post


def test_the_next_mail_goes_to_those_who_stayed(web: Web) -> None:
    assert run(web.readers.store, "i1").recipients == [(ANN, BOB)]
    web.ask(link(), "POST")
    assert run(web.readers.store, "i2").recipients == [(BOB,)]
    web.ask(link(ANN) + "/undo", "POST")
    assert run(web.readers.store, "i3").recipients == [(ANN, BOB)]


def test_where_everybody_left_nothing_is_sent_and_the_account_says_why(web: Web) -> None:
    for address in (ANN, BOB):
        web.ask(link(address), "POST")
    assert run(web.readers.store, "i1").mails == []
    (row,) = web.readers.store.deliveries.values()
    assert (row.state, row.stage, row.rule) == (State.DROPPED, "unwanted", "everybody who got it has left")

"""What the door says of the service: health, readiness and metrics, and to whom."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from feedbot.web.answer import Answer, Request
from feedbot.web.door import Door
from feedbot.web.feeds import Feeds
from feedbot.web.files import Folder
from feedbot.web.register import register
from tests.insides import Calm
from tests.newsfeed import SITE

NEAR = ("127.0.0.0/8", "::1/128", "10.1.0.0/16")
BARE: Mapping[str, str] = MappingProxyType({})


def ask(inside: Calm, path: str, client: str = "127.0.0.1", headers: Mapping[str, str] = BARE) -> Answer:
    feeds = Feeds(Folder(Path("nowhere")), lambda: register([], [], known=(), secret=""), SITE)
    faults: list[Exception] = []
    door = Door(feeds, inside=inside, told=faults.append, readers=NEAR)
    said = door.answer(Request(method="GET", path=path, headers=headers, client=client))
    assert not faults
    return said


def test_a_service_that_is_well_says_so() -> None:
    for path in ("/healthz", "/readyz"):
        said = ask(Calm(), path)
        assert (said.status, said.body) == (200, b"ok\n")
        assert said.headers["Cache-Control"] == "no-store"


def test_what_fails_makes_it_unready_but_only_what_hangs_wants_a_new_start() -> None:
    full = Calm(fails=["check fails since 09:12: the disk is full", "nothing is published yet"])
    assert ask(full, "/healthz").status == 200
    assert (ask(full, "/readyz").status, ask(full, "/readyz").body) == (503, "\n".join([*full.fails, ""]).encode())
    hanging = Calm(hangs=["check hangs since 1900 s"])
    assert (ask(hanging, "/healthz").status, ask(hanging, "/readyz").status) == (503, 503)


def test_what_is_wrong_is_told_to_those_near_only() -> None:
    said = ask(Calm(fails=["/var/feedbot.sqlite3: the disk is full"]), "/readyz", "192.0.2.7")
    assert said.status == 503
    assert b"sqlite3" not in said.body


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "10.1.2.3"])
def test_metrics_are_for_those_near(client: str) -> None:
    said = ask(Calm(), "/metrics", client)
    assert (said.status, said.body) == (200, b"feedbot_up 1\n")
    assert said.headers["Content-Type"].startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("192.0.2.7", {}),
        ("", {}),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1, 192.0.2.7"}),
        ("127.0.0.1", {"x-forwarded-for": "somebody"}),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}),
    ],
)
def test_others_do_not_learn_that_there_are_metrics(client: str, headers: dict[str, str]) -> None:
    assert ask(Calm(), "/metrics", client, headers).status == 404


def test_a_monitor_behind_a_proxy_of_the_same_network_reads_them() -> None:
    assert ask(Calm(), "/metrics", "127.0.0.1", {"x-forwarded-for": "10.1.2.3"}).status == 200

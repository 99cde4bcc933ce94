"""What the doctor finds, with real servers, files and ports on this machine."""

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from feedbot.app import utc_now
from feedbot.config import load_text
from feedbot.doctor import Finding, examine
from feedbot.source import SourceId
from feedbot.store import open_store
from tests.newsroom import item, state
from tests.story.receiver import SECRET
from tests.wire.origin import always, answering, page, serving

SITE = 'site: {contact: "ops@example.org", url: "https://news.example.org/"}\n'
PLACE = "database: sqlite:///{place}/var/feedbot.sqlite3\nfeeds_dir: {place}/feeds\nserve: {{port: 0}}\n"
NEAR = "network: {allow: [127.0.0.0/8]}\n"


def found(place: Path, more: str = "", *, online: bool = False) -> dict[str, list[Finding]]:
    file = place / "feedbot.yaml"
    file.write_text(SITE + (PLACE.format(place=place) if "database:" not in more else "") + NEAR + more)
    file.chmod(0o600)
    by_check: dict[str, list[Finding]] = {}
    for one in examine(lambda: load_text(file.read_text(), str(file), {}), online=online):
        by_check.setdefault(one.check, []).append(one)
        assert one.remedy or one.state == "ok", "what is wrong has a remedy"
    return by_check


def states(findings: list[Finding]) -> list[str]:
    return [one.state for one in findings]


def test_an_installation_that_is_right_has_nothing_to_mend(tmp_path: Path) -> None:
    said = found(tmp_path)
    well = {"versions", "config", "permissions", "database", "disk"}
    assert all(states(said[check]) == ["ok"] for check in well)
    assert not (tmp_path / "var").exists(), "nothing is changed"


def test_a_wrong_configuration_is_told_with_every_mistake(tmp_path: Path) -> None:
    said = found(tmp_path, "sources: [{id: a}]\ntargets: {b: {}}\n")
    assert len(said["config"]) == 2
    assert {one.state for one in said["config"]} == {"fail"}
    assert "database" not in said


def test_names_that_readers_would_be_told_for_ever_are_asked_for_first(tmp_path: Path) -> None:
    file = tmp_path / "feedbot.yaml"
    file.write_text(PLACE.format(place=tmp_path))
    said = list(examine(lambda: load_text(file.read_text(), str(file), {}), online=False))
    config = [one for one in said if one.check == "config"]
    assert states(config) == ["ok", "warn", "warn"]
    assert "contact" in config[1].remedy
    assert "site.url" in config[2].remedy


def test_folders_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    wrong = f"database: sqlite:///{tmp_path}/file/db.sqlite3\nfeeds_dir: {tmp_path}/file/feeds\nserve: {{web: false}}\n"
    said = found(tmp_path, wrong + f"targets: {{box: {{maildir: {tmp_path}/file/mail}}}}\n")
    assert states(said["permissions"]) == ["fail"] * 3
    assert f"{tmp_path}/file cannot be written for the database" in said["permissions"][0].what


def test_secrets_that_everybody_may_read_are_told(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    more = f"targets: {{hook: {{webhook: 'https://example.org/', secret_file: {secret}}}}}\n"
    assert [one.what for one in found(tmp_path, more)["secrets"]] == [f"everybody on this machine may read {secret}"]
    secret.chmod(0o600)
    assert "secrets" not in found(tmp_path, more)
    file = tmp_path / "feedbot.yaml"
    for said, told in {"smtp: {password: hunter2}": True, "smtp: {password: '${PATH}'}": False}.items():
        file.write_text(f"{said}\n")
        file.chmod(0o644)
        findings = [*examine(lambda: load_text(file.read_text(), str(file), dict(os.environ)), online=False)]
        assert ("secrets" in {one.check for one in findings}) is told
        assert "hunter2" not in str(findings)


def test_a_database_is_told_with_who_works_on_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/var/feedbot.sqlite3"
    with open_store(url) as store:
        store.register([SourceId("office")])
        (working,) = found(tmp_path)["database"]
        assert f"1 sources; feedbot (process {os.getpid()}) works on it" in working.what
    (resting,) = found(tmp_path)["database"]
    assert (resting.state, "no feedbot works on it" in resting.what) == ("ok", True)


@pytest.mark.parametrize(
    ("version", "state"),
    [("0001", "warn"), ("9999", "fail")],
)
def test_a_database_of_another_feedbot_is_told(tmp_path: Path, version: str, state: str) -> None:
    with open_store(f"sqlite:///{tmp_path}/var/feedbot.sqlite3"):
        pass
    with closing(sqlite3.connect(tmp_path / "var" / "feedbot.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))
    assert states(found(tmp_path)["database"]) == [state]


def test_a_damaged_database_is_told_with_the_way_back(tmp_path: Path) -> None:
    path = tmp_path / "var" / "feedbot.sqlite3"
    with open_store(f"sqlite:///{path}") as store:
        store.commit(state(), items=[item(f"i{n}") for n in range(2000)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) // 2))
    (damaged,) = found(tmp_path)["database"]
    assert (damaged.state, "restore" in damaged.remedy) == ("fail", True)


def test_a_check_that_is_yet_to_come_tells_of_a_clock_that_was_wrong(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/var/feedbot.sqlite3") as store:
        store.commit(state(checked_at=utc_now() + timedelta(days=1)))
    assert states(found(tmp_path)["clock"]) == ["warn"]


@pytest.mark.parametrize(("aside", "state"), [(0, "ok"), (90, "warn"), (-86_400, "fail"), (86_400, "fail")])
def test_the_clock_is_compared_with_those_of_servers(tmp_path: Path, aside: int, state: str) -> None:
    when = format_datetime(utc_now() + timedelta(seconds=aside), usegmt=True)
    with serving(always(Date=when)) as origin:
        said = found(tmp_path, f'sources: [{{id: a, url: "{origin.url}news/"}}]\n', online=True)
    assert [request.path for request in origin.requests] == ["/robots.txt"]
    assert (states(said["clock"]), states(said["tls"]), states(said["dns"])) == ([state], ["ok"], ["ok"])


def test_hosts_that_do_not_answer_are_told_apart_from_a_line_that_is_down(tmp_path: Path) -> None:
    with serving(answering(lambda _: page())) as origin, closing(free()) as taken:
        port = taken.getsockname()[1]
        down = f'{{id: b, url: "http://127.0.0.1:{port}/"}}'
        one = found(tmp_path, f'sources: [{{id: a, url: "{origin.url}"}}, {down}]\n', online=True)
        none = found(tmp_path, f"sources: [{down}]\n", online=True)
    assert (states(one["tls"]), states(none["tls"])) == (["warn"], ["fail"])


def test_no_other_machine_is_asked_offline(tmp_path: Path) -> None:
    with serving(always()) as origin:
        said = found(
            tmp_path, f'sources: [{{id: a, url: "{origin.url}"}}]\ntargets: {{m: {{email: [a@example.org]}}}}\n'
        )
    assert not origin.requests
    assert not {"dns", "tls", "smtp"} & said.keys()


@pytest.fixture
def post() -> Iterator[int]:
    with closing(free()) as taken:
        port = int(taken.getsockname()[1])
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


def free() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken


MAIL = "targets: {m: {email: [a@example.org]}}\nsmtp: {url: 'smtp://127.0.0.1:%d'}\n"


def test_the_mail_server_is_spoken_to_and_gets_no_mail(tmp_path: Path, post: int) -> None:
    (said,) = found(tmp_path, MAIL % post, online=True)["smtp"]
    assert (said.state, said.what) == ("ok", f"127.0.0.1:{post} takes mails, in the clear")


def test_a_mail_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with closing(free()) as taken:
        (said,) = found(tmp_path, MAIL % taken.getsockname()[1], online=True)["smtp"]
    assert said.state == "fail"


def test_a_port_is_free_or_taken_by_feedbot_or_by_something_else(tmp_path: Path) -> None:
    place = f"database: sqlite:///{tmp_path}/f.sqlite3\nfeeds_dir: {tmp_path}/feeds\n"
    with serving(always(b"Welcome")) as other, serving(always(b"ok\n", Cache_Control="no-store")) as ours:
        taken = found(tmp_path, f"{place}serve: {{port: {other.port}}}\n")["port"]
        feedbot = found(tmp_path, f"{place}serve: {{port: {ours.port}}}\n")["port"]
    with closing(free()) as there:
        number = there.getsockname()[1]
    idle = found(tmp_path, f"{place}serve: {{port: {number}}}\n")["port"]
    assert (states(taken), states(feedbot), states(idle)) == (["fail"], ["ok"], ["ok"])
    assert feedbot[0].what.startswith("feedbot answers")

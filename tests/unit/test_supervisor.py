"""What systemd is told, over a socket of its kind."""

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedbot.supervisor import Supervisor


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        yield listening


def test_each_state_is_one_datagram_as_systemd_reads_it(manager: socket.socket) -> None:
    supervisor = Supervisor(manager.getsockname())
    supervisor.ready("3 sources,\n2 targets")
    supervisor.alive()
    supervisor.status("check fails")
    supervisor.reloading()
    supervisor.stopping()
    said = [manager.recv(4096).decode() for _ in range(5)]
    assert said[:3] == ["READY=1\nSTATUS=3 sources, 2 targets", "WATCHDOG=1", "STATUS=check fails"]
    assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=[1-9]\d+", said[3])
    assert said[4].startswith("STOPPING=1\n")


def test_a_name_with_an_at_sign_is_an_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        name = f"feedbot-test-{os.getpid()}"
        listening.bind(f"\0{name}")
        listening.settimeout(5)
        Supervisor(f"@{name}").alive()
        assert listening.recv(100) == b"WATCHDOG=1"


def test_where_nobody_listens_nothing_is_said_and_nothing_fails(tmp_path: Path) -> None:
    Supervisor().ready("well")
    Supervisor(str(tmp_path / "gone")).ready("well")


def test_the_environment_names_the_socket_and_the_watchdog_and_no_child_inherits_them() -> None:
    environ = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42", "HOME": "/"}
    assert Supervisor.of(environ, 42).period == 30
    assert environ == {"HOME": "/"}


@pytest.mark.parametrize(
    "environ",
    [{}, {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "0"}],
)
def test_nobody_watches_who_is_not_meant(environ: dict[str, str]) -> None:
    assert Supervisor.of(environ, 42).period == 0

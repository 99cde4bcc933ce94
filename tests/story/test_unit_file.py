"""The unit of systemd, held against systemd's own checks."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "feedbot.service"
ANALYZE = shutil.which("systemd-analyze")
EXPOSED = 1.5
"""What systemd calls the exposure of a service that is well shut off, of 10."""
needed = pytest.mark.skipif(ANALYZE is None, reason="there is no systemd-analyze here")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program that is installed here."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/feedbot/bin/feedbot", sys.executable))
    return unit


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(ANALYZE), *words], capture_output=True, text=True, check=False, timeout=60)


@needed
def test_systemd_finds_nothing_wrong_with_the_unit(unit: Path) -> None:
    done = analyze("verify", "--man=no", str(unit))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needed
def test_the_service_is_shut_off_from_what_it_does_not_need(unit: Path) -> None:
    done = analyze("security", "--offline=true", "--no-pager", str(unit))
    level = re.search(r"Overall exposure level for feedbot\.service: ([\d.]+)", done.stdout)
    assert level, done.stderr
    assert float(level[1]) <= EXPOSED


def test_what_the_service_tells_is_what_the_unit_waits_for() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as its docs say
    parser.read(UNIT)
    service = parser["Service"]
    assert (service["Type"], service["NotifyAccess"], service["WatchdogSec"]) == ("notify", "main", "2min")
    assert "-HUP" in service["ExecReload"]
    assert service["RestartPreventExitStatus"].split() == ["2", "3"], "as the command line ends with"

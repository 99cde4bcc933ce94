"""What a person sees of a page before any of it is stored: on a terminal of any width, in a pipe, as JSON."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
import yaml

PAGE = Path(__file__).parent.parent / "data" / "transit" / "listing.html"
PREVIEW = (sys.executable, "-m", "feedbot", "preview", str(PAGE), "--url", "https://transit.example/news/")

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(columns: int, place: Path, *words: str) -> list[str]:
    """Return the lines that a terminal of so many columns shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    told = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns)}
    with subprocess.Popen([*PREVIEW, *words], cwd=place, stdout=theirs, stderr=theirs, env=told):
        os.close(theirs)
        shown = b""
        while piece := _piece(ours):
            shown += piece
    os.close(ours)
    return _STYLE.sub("", shown.decode()).splitlines()


def _piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # the other end was closed
        return b""


def in_a_pipe(place: Path, *words: str) -> str:
    return subprocess.run([*PREVIEW, *words], cwd=place, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("columns", [80, 120])
def test_a_preview_fits_the_terminal_and_shows_every_field_of_an_item(tmp_path: Path, columns: int) -> None:
    lines = on_terminal(columns, tmp_path)
    shown = "\n".join(lines).partition("\nTo pin")[0]
    assert max(map(len, shown.splitlines())) <= columns
    for said in ("2024-10-24", "/news/ferry-timetable/", "Blog", "A ferry leaving", "% sure", "health: fresh"):
        assert said in shown


def test_the_rule_of_a_preview_can_be_pasted(tmp_path: Path) -> None:
    lines = on_terminal(80, tmp_path)
    start = next(number for number, line in enumerate(lines) if line.strip() == "select:")
    assert yaml.safe_load("\n".join(lines[start : start + 2]))["select"]["item"] == "li.card"


def test_lines_in_a_pipe_have_one_item_each_with_tabs(tmp_path: Path) -> None:
    rows = [line.split("\t") for line in in_a_pipe(tmp_path).splitlines() if "\t" in line]
    assert rows[0] == [
        "2024-10-24",
        "Ferry timetable changes for the winter",
        "/news/ferry-timetable/",
        "News",
        "A ferry leaving a small harbour at dusk",
    ]


def test_an_explanation_shows_the_losing_lists_and_what_became_of_each_part(tmp_path: Path) -> None:
    told = in_a_pipe(tmp_path, "--explain")
    assert "a menu, a header, a footer" in told
    assert "own link at `h2.card__title > a`" in told
    assert "a menu" not in in_a_pipe(tmp_path)


def test_only_an_explanation_adds_keys_to_the_json(tmp_path: Path) -> None:
    plain = json.loads(in_a_pipe(tmp_path, "--json"))
    more = json.loads(in_a_pipe(tmp_path, "--json", "--explain"))
    assert set(more) - set(plain) == {"considered", "verdicts"}
    assert more["considered"][0]["taken"]

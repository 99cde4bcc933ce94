import subprocess
import sys
from pathlib import Path

import feedparser


def demo(place: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "feedbot", "demo"]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=120)


def test_the_demo_does_the_main_job_and_says_where_to_look(tmp_path: Path) -> None:
    shown = demo(tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "4 new, 0 changed" in shown.stdout
    assert "2 new, 1 changed, 3 seen before" in shown.stdout
    assert "3 calls and verified 3 signatures" in shown.stdout
    assert (tmp_path / "feeds" / "index.html").resolve().as_uri() in shown.stdout


def test_every_format_of_the_demo_shows_the_six_stories(tmp_path: Path) -> None:
    demo(tmp_path)
    for name in ("all.atom.xml", "all.rss.xml", "sample-newsroom.atom.xml", "sample-newsroom.rss.xml"):
        feed = feedparser.parse((tmp_path / "feeds" / name).read_bytes())
        assert not feed.bozo
        assert len(feed.entries) == 6
        assert feed.entries[0].title.startswith("Silent monitors")


def test_the_demo_leaves_a_real_installation_alone(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "feedbot.sqlite3").touch()
    assert demo(tmp_path).returncode == 0
    assert not (tmp_path / "feeds").exists()
    assert (tmp_path / "var" / "demo" / "feeds" / "index.html").is_file()

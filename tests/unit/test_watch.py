"""Whether files changed, and whether who writes them is done."""

import os
from pathlib import Path

import pytest

from feedbot.watch import Watch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "feedbot.yaml"
    file.write_text("sources: []\n")
    return file


def test_files_that_stay_as_they_are_are_no_change(file: Path) -> None:
    watch = Watch([file])
    assert [watch.changed(), watch.changed()] == [False, False]


def test_a_change_is_told_once_when_its_writer_seems_done(file: Path) -> None:
    watch = Watch([file])
    file.write_text("sources:")
    assert not watch.changed()
    file.write_text("sources: [a]\n")
    assert not watch.changed()
    assert [watch.changed(), watch.changed()] == [True, False]


def test_a_file_that_is_replaced_by_one_of_the_same_size_and_time_is_a_change(file: Path, tmp_path: Path) -> None:
    watch = Watch([file])
    other = tmp_path / "other"
    other.write_text("sources: {}\n")
    os.utime(other, ns=(file.stat().st_mtime_ns, file.stat().st_mtime_ns))
    other.replace(file)
    assert [watch.changed(), watch.changed()] == [False, True]


def test_a_file_that_goes_and_comes_back_is_a_change_each_time(file: Path) -> None:
    watch = Watch([file])
    file.rename(file.with_name("away"))
    assert [watch.changed(), watch.changed(), watch.changed()] == [False, True, False]
    file.with_name("away").rename(file)
    assert [watch.changed(), watch.changed()] == [False, True]


def test_a_change_while_the_file_was_read_is_not_missed(file: Path, tmp_path: Path) -> None:
    watch = Watch([file])
    watch.settle()
    file.write_text("changed while it was read\n")
    watch.follow([file, tmp_path / "secret"])
    assert [watch.changed(), watch.changed()] == [False, True]
    (tmp_path / "secret").write_text("new")
    assert [watch.changed(), watch.changed()] == [False, True]

"""Work that is done by as many threads as the waiting is worth."""

from collections.abc import Iterator
from threading import Barrier, Event, current_thread

import pytest

from feedbot.pool import side_by_side


def test_every_job_is_done_and_every_outcome_told() -> None:
    assert sorted(side_by_side(range, [1, 2, 3], most=4)) == [0, 0, 0, 1, 1, 2]
    assert list(side_by_side(range, list[int](), most=4)) == []


def test_jobs_that_wait_for_each_other_are_joined_by_more_threads() -> None:
    together = Barrier(8)
    assert sorted(side_by_side(lambda job: [together.wait(10) and job], range(8), most=8)) != []


def test_quick_work_is_left_to_one_thread() -> None:
    assert len(set(side_by_side(lambda _: [current_thread().name], range(50), most=8))) == 1


def test_no_more_threads_join_than_were_allowed() -> None:
    release = Event()

    def work(job: int) -> list[str]:
        release.wait(0.1)
        return [current_thread().name]

    assert len(set(side_by_side(work, range(12), most=3))) == 3


def test_an_error_is_raised_when_the_others_are_done() -> None:
    begun = Barrier(2)
    heard: list[str] = []

    def work(job: str) -> Iterator[str]:
        begun.wait(10)
        if job == "bad":
            raise ValueError(job)
        yield job

    with pytest.raises(ValueError, match="bad"):
        heard.extend(side_by_side(work, ["bad", "good"], most=2))
    assert heard == ["good"]


def test_who_stops_listening_drops_what_was_not_begun() -> None:
    begun: list[int] = []

    def work(job: int) -> Iterator[int]:
        begun.append(job)
        yield job

    listening = side_by_side(work, range(100_000), most=1)
    next(listening)
    listening.close()  # type: ignore[attr-defined]  # a generator, which is told to end
    assert len(begun) < 100_000

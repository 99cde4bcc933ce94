"""Alerts: told once, over once, and ever more rarely when they come and go."""

from datetime import timedelta

from feedbot.alert import MOST_CALM, Alarm, Alert, calm, cleared, raised, to_tell
from tests.newsroom import NOW

MINUTE = timedelta(minutes=1)


def alert(**facts: object) -> Alert:
    plain = {"key": "source:board", "kind": "source", "subject": "board", "cause": "HTTP 500", "remedy": "Wait."}
    return Alert(**{"since": NOW} | plain | facts)  # type: ignore[arg-type]  # a builder of values


def told(alarm: Alarm, now: object = None) -> Alarm:
    telling = to_tell(alarm, now or NOW)  # type: ignore[arg-type]
    assert telling
    return Alarm(alert=alarm.alert, over_at=alarm.over_at, told=telling, times=alarm.times)


def test_a_trouble_is_told_once_however_often_it_is_raised() -> None:
    alarm = raised(None, alert())
    assert to_tell(alarm, NOW) == "raised"
    alarm = raised(told(alarm), alert(since=NOW + MINUTE, cause="HTTP 502"))
    assert to_tell(alarm, NOW + MINUTE) is None
    assert (alarm.alert.since, alarm.alert.cause) == (NOW, "HTTP 502")


def test_its_end_is_told_once_and_at_once() -> None:
    alarm = cleared(told(raised(None, alert())), NOW + MINUTE)
    assert to_tell(alarm, NOW + MINUTE) == "cleared"
    assert to_tell(told(alarm, NOW + MINUTE), NOW + 2 * MINUTE) is None
    assert cleared(alarm, NOW + 5 * MINUTE) == alarm


def test_what_was_over_before_it_could_be_told_is_not_told() -> None:
    assert to_tell(cleared(raised(None, alert()), NOW + MINUTE), NOW + MINUTE) is None


def test_what_comes_back_after_its_end_was_told_is_told_anew_and_must_stay_away_for_longer() -> None:
    alarm = told(cleared(told(raised(None, alert())), NOW + MINUTE), NOW + MINUTE)
    alarm = raised(alarm, alert(since=NOW + 2 * MINUTE))
    assert to_tell(alarm, NOW + 2 * MINUTE) == "raised"
    alarm = cleared(told(alarm), NOW + 3 * MINUTE)
    assert to_tell(alarm, NOW + 17 * MINUTE) is None
    assert to_tell(alarm, NOW + 18 * MINUTE) == "cleared"


def test_what_comes_and_goes_every_minute_for_a_day_is_told_a_handful_of_times() -> None:
    alarm, tellings = raised(None, alert()), 0
    for minute in range(1440):
        now = NOW + minute * MINUTE
        alarm = raised(alarm, alert(since=now)) if minute % 2 == 0 else cleared(alarm, now)
        if telling := to_tell(alarm, now):
            alarm, tellings = told(alarm, now), tellings + 1
            assert telling
    assert tellings <= 4
    assert to_tell(cleared(alarm, now), now + MOST_CALM) == "cleared"


def test_after_a_quiet_day_an_alert_is_as_if_it_was_never_there() -> None:
    alarm = Alarm(alert=alert(), over_at=NOW, told="cleared", times=7)
    assert raised(alarm, alert(since=NOW + timedelta(days=2))).times == 1


def test_the_calm_that_is_asked_for_has_a_limit() -> None:
    assert calm(1) == timedelta()
    assert calm(10_000) == MOST_CALM

"""Outcry: telling the operator past the store, where nothing can be stored any more."""

from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from feedbot import log
from feedbot.alert import Alarm, Alert
from feedbot.app import App, utc_now
from feedbot.bulletin import bulletin, owed_to
from feedbot.config import Config
from feedbot.delivery import Delivery
from feedbot.errors import SendError
from feedbot.item import Item
from feedbot.lookout import Told
from feedbot.outbound import Outbound
from feedbot.outfit import composer, outbound_of, sender_of
from feedbot.store import file_of

KEY = "store:feedbot"


def cry(config: Config, why: str, now: datetime) -> bool:
    """Send every target of `site.alerts` at once that nothing can be stored; say whether that was not done before.

    A mark beside the database keeps it from being told twice, also by other processes, where a mark can still be made;
    on one day the message has the same key in any case.
    """
    mark = _mark(config)
    if mark.exists():
        return False
    with suppress(OSError):
        mark.touch()
    alert = _alert(why, now)
    item = bulletin(Alarm(alert=alert), "raised", config.settings.site.timezone, now)
    hearers = config.settings.oversight.alerts
    log.alerted(Told(alert=alert, telling="raised", hearers=len(hearers)))
    with closing(outbound_of(config)) as outbound:
        for debt in owed_to(item, "raised", hearers, now):
            _send(config, outbound, debt, item)
    return True


def calm(app: App, now: datetime) -> bool:
    """Owe the operator that all is well again, once the store takes it; say whether that was to be told.

    Raises StoreError while it takes nothing.
    """
    mark = _mark(app.config)
    if not mark.exists():
        return False
    alert = _alert("nothing could be stored", datetime.fromtimestamp(mark.stat().st_mtime, now.tzinfo))
    alarm = replace(Alarm(alert=alert), told="raised", over_at=now)
    item = bulletin(alarm, "cleared", app.config.settings.site.timezone, now)
    hearers = app.config.settings.oversight.alerts
    app.store.post_bulletin(item, owed_to(item, "cleared", hearers, now))
    mark.unlink(missing_ok=True)
    log.alerted(Told(alert=alert, telling="cleared", hearers=len(hearers)))
    return True


def _alert(why: str, since: datetime) -> Alert:
    day = since.replace(hour=0, minute=0, second=0, microsecond=0)
    remedy = "Free some room, or put right what is said there; feedbot goes on by itself, and nothing owed is lost."
    return Alert(key=KEY, kind="store", subject="feedbot", cause=f"{why.rstrip('.')}.", remedy=remedy, since=day)


def _send(config: Config, outbound: Outbound, debt: Delivery, item: Item) -> None:
    target = next(one for one in config.targets if one.id == debt.target_id)
    try:
        message = composer(config, {})(target, [debt], {item.id: item})
        with closing(sender_of(config, target, outbound, utc_now)) as sender:
            sender.send(message)
    except SendError as error:
        log.failed(f"alert to {target.id}", error)


def _mark(config: Config) -> Path:
    beside = file_of(config.settings.database) or config.settings.feeds_dir
    return beside.with_name(f"{beside.name}.unstored")

"""What the operator hears of: alerts, a summary, a canary, and a sign of life to somebody else."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr

from feedbot.config import checks
from feedbot.config.kinds import Duration, Model, Text
from feedbot.config.reading import Read, from_file
from feedbot.source import TargetId

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class CanaryModel(Model):
    """A made-up item that travels the whole way again and again."""

    target: Text = Field(description="Id of the target that it is sent to.", examples=["team-hook"])
    every: Duration | None = Field(None, description="How often; an hour when absent.", examples=["6h"])


class PingModel(Model):
    """Addresses that are asked so that somebody else notices silence, such as healthchecks.io."""

    url: SecretStr | None = Field(None, description="Asked after each pass that went well.")
    url_file: Text = Field("", description="File that holds the address.", examples=["/run/secrets/ping"])
    start: SecretStr | None = Field(None, description="Asked when feedbot starts; `url` with /start when absent.")
    fail: SecretStr | None = Field(None, description="Told what went wrong; `url` with /fail when absent.")
    every: Duration | None = Field(
        None, description="The least time between two from `feedbot serve`; a minute when absent.", examples=["5m"]
    )


Pinged = Annotated[PingModel, BeforeValidator(lambda said: {"url": said} if isinstance(said, str) else said)]
Hour = Annotated[time, BeforeValidator(checks.hour), Field(json_schema_extra={"type": "string"})]


class OversightModel(Model):
    """What the operator hears of."""

    alerts: Annotated[tuple[Text, ...], BeforeValidator(checks.several)] = Field(
        (), description="Ids of targets that hear of trouble, once when it begins and once when it is over."
    )
    summary: Hour | None = Field(
        None, description="When they get a summary of the last day, each day, in the site's time zone."
    )
    canary: CanaryModel | None = Field(None, description="A made-up item that proves the whole way, again and again.")
    ping: Pinged | None = Field(None, description="Address that is asked after each pass (healthchecks.io).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A made-up item for `target`, a new one `every` so often."""

    target: TargetId
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Addresses to ask at a start, after success, and to tell of a failure; an empty one is left out."""

    url: str = field(repr=False)
    start: str = field(default="", repr=False)
    fail: str = field(default="", repr=False)
    every: timedelta = MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """What the operator hears of, and how."""

    alerts: tuple[TargetId, ...] = ()
    summary: time | None = None
    """Local time of the site's time zone."""
    canary: Canary | None = None
    ping: Ping | None = None


def oversight_of(said: OversightModel, found: Read) -> Oversight:
    """Return what the operator hears of."""
    canary = said.canary
    return Oversight(
        alerts=tuple(dict.fromkeys(TargetId(name) for name in said.alerts)),
        summary=said.summary,
        canary=Canary(target=TargetId(canary.target), every=canary.every or HOUR) if canary else None,
        ping=_ping(said.ping, found) if said.ping else None,
    )


def _ping(said: PingModel, found: Read) -> Ping | None:
    url = said.url.get_secret_value() if said.url else ""
    if said.url_file:
        url = from_file(said.url_file, ("site", "ping", "url_file"), found)
    addresses = {"url": url, "start": _or(said.start, url, "start"), "fail": _or(said.fail, url, "fail")}
    for name, address in addresses.items():
        try:
            if address or name == "url":
                checks.web_url(address)
        except checks.Wrong:
            remedy = 'write an address with https://; `start: ""` or `fail: ""` leaves one out'
            found.problem(("site", "ping"), f"`{name}` is no web address", remedy)
            return None
    return Ping(**addresses, every=said.every or MINUTE)


def _or(said: SecretStr | None, url: str, part: str) -> str:
    """Return what is said, or `url` with a further part of its path (as healthchecks.io has it)."""
    if said is not None:
        return said.get_secret_value()
    if not url:
        return ""
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{part}").geturl()

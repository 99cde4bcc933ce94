"""Outfit: what a configuration says of messages and requests, built for those who make them."""

from collections.abc import Mapping

from feedbot import __version__
from feedbot.bulletin import BUILT_IN
from feedbot.compose import Letterhead, compose
from feedbot.config import Config
from feedbot.deliver import Composer
from feedbot.feed import Site
from feedbot.outbound import Outbound
from feedbot.ports import Clock, Sender
from feedbot.send import Relay, Signer, sender_for
from feedbot.source import Source, SourceId
from feedbot.target import Target


def outbound_of(config: Config | None) -> Outbound:
    """Return the HTTP client of a configuration."""
    site = config.settings.site if config else Site()
    contact = site.contact or (site.url if config else "")
    agent = f"feedbot/{__version__}" + (f" (+{contact})" if contact else "")
    return Outbound(agent, allow=config.settings.allow if config else ())


def sender_of(config: Config, target: Target, outbound: Outbound, clock: Clock) -> Sender:
    """Return what carries messages to a target of a configuration."""
    dkim = config.settings.smtp.dkim
    signer = Signer(domain=dkim.domain, selector=dkim.selector, key=dkim.key) if dkim else None
    return sender_for(target, relay=relay(config), tls=outbound.tls, outbound=outbound, clock=clock, signer=signer)


def relay(config: Config) -> Relay:
    """Return the mail server of a configuration."""
    smtp = config.settings.smtp
    return Relay(
        host=smtp.host,
        port=smtp.port,
        scheme=smtp.scheme,
        starttls=smtp.starttls,
        user=smtp.user,
        password=smtp.password,
    )


def composer(config: Config, titles: Mapping[SourceId, str]) -> Composer:
    """Return what composes messages under the letterhead of a configuration."""
    head = letterhead(config, titles)
    return lambda target, owed, items: compose(target, owed, items, head)


def letterhead(config: Config, titles: Mapping[SourceId, str]) -> Letterhead:
    """Return what every message says beside its items."""
    zone = config.settings.site.timezone
    built_in = (Source(id=one, url="", title=title, timezone=zone) for one, title in BUILT_IN.items())
    return Letterhead(
        site=config.settings.site,
        sender=config.settings.smtp.sender,
        sources={source.id: source for source in (*config.sources, *built_in)},
        titles=titles,
        templates=config.settings.templates,
        signing=config.settings.secret,
    )

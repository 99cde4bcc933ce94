"""Servers: the one that takes mails, the one that feedbot is, and what the addresses of private feeds are made of."""

from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import unquote, urlsplit

from feedbot.config.model import ConfigModel, DkimModel, FeedModel, ServeModel, SmtpModel
from feedbot.config.reading import Place, Read, from_file
from feedbot.config.targets import installed
from feedbot.feed import Feed, Site, token_of
from feedbot.retention import Keep

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PORT = 8000
MAKE = "python3 -c 'import secrets; print(secrets.token_urlsafe())'"
SHORTEST = 16
"""Characters of a secret that can be guessed by nobody who tries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """Where `feedbot serve` listens, if it does; port 0 is a free one."""

    host: str = "127.0.0.1"
    port: int = PORT
    web: bool = True
    metrics: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks (CIDR) that may read the metrics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    """How mails are signed (RFC 6376); `key` is an RSA key in PEM."""

    domain: str
    selector: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """The mail server that takes mails."""

    host: str
    port: int
    scheme: Literal["smtp", "smtps"]
    starttls: Literal["required", "opportunistic", "never"]
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    dkim: Dkim | None = None


def smtp_of(said: SmtpModel, found: Read) -> Smtp:
    """Return the mail server; STARTTLS is required unless it is on this machine."""
    parts = urlsplit(said.url)
    host = parts.hostname or "localhost"
    password = said.password.get_secret_value() or unquote(parts.password or "")
    if said.password_file:
        password = from_file(said.password_file, ("smtp", "password_file"), found)
    return Smtp(
        host=host,
        port=parts.port or (465 if parts.scheme == "smtps" else 25),
        scheme="smtps" if parts.scheme == "smtps" else "smtp",
        starttls=said.starttls or ("opportunistic" if host in LOOPBACK else "required"),
        user=said.user or unquote(parts.username or ""),
        password=password,
        sender=said.sender,
        dkim=_dkim(said.dkim, found),
    )


def _dkim(said: DkimModel | None, found: Read) -> Dkim | None:
    if said is None:
        return None
    place: Place = ("smtp", "dkim")
    installed(found, place, "dkim", "dkim")
    key = from_file(said.key_file, (*place, "key_file"), found)
    if key and "PRIVATE KEY-----" not in key:
        remedy = "make one with: openssl genrsa -traditional 2048"
        found.problem((*place, "key_file"), "the file holds no private key in PEM", remedy)
    return Dkim(domain=said.domain, selector=said.selector, key=key)


def serve_of(said: ServeModel, site: Site) -> Serve:
    """Return where to listen: at the port of the site's address where that is this machine, else at 8000."""
    parts = urlsplit(site.url)
    near = parts.hostname in LOOPBACK and parts.scheme == "http"
    port = (parts.port or 80) if near else PORT
    return Serve(host=said.host, port=port if said.port is None else said.port, web=said.web, metrics=said.metrics)


def keep_of(model: ConfigModel, found: Read) -> Keep:
    """Return how long what is kept; archives show every item, so that none of them can be cut down."""
    keep = Keep(**model.keep.model_dump(exclude_none=True))
    if keep.items is not None and model.site.archives:
        remedy = "add `archives: false` to `site:`, or remove it: items are kept for ever then"
        found.problem(("keep", "items"), "archives show every item that there ever was", remedy)
    return keep


def secret_of(model: ConfigModel, found: Read) -> str:
    """Return the secret of private feeds and of signed links; it must be long, and there where feeds are private."""
    said, place = model.site, ("site", "secret_file" if model.site.secret_file else "secret")
    secret = from_file(said.secret_file, place, found) if said.secret_file else ""
    secret = secret or (said.secret.get_secret_value() if said.secret else "")
    private = next((one.id for many in (model.sources, model.feeds) for one in many if one.private), None)
    remedy = (
        "add `secret_file:` to `site:`, a file made with: python3 -c 'import secrets; print(secrets.token_urlsafe())'"
    )
    if private and not secret and not said.secret_file:
        found.problem(place, f"is missing, and the feed {private!r} is private", remedy)
    elif secret and len(secret) < SHORTEST:
        found.problem(place, f"has less than {SHORTEST} characters", remedy)
    return secret


def privately(feed: Feed, secret: str, said: FeedModel) -> Feed:
    """Return `feed` with the token that its addresses hold, where it is private."""
    return replace(feed, token=token_of(secret, feed.id)) if said.private else feed

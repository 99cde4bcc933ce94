"""What feedbot reaches: names, servers, the mail server, and the port that it listens at itself."""

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median
from urllib.parse import urlsplit

from feedbot.config import Config
from feedbot.doctor.finding import Finding, fail, ok, warn
from feedbot.errors import FetchError, SendError
from feedbot.outbound import Answer, Outbound
from feedbot.outfit import outbound_of, relay
from feedbot.send.relay import connected
from feedbot.target import EmailTarget, WebhookTarget

MOST_NAMES, MOST_HOSTS, SHOWN = 100, 5, 3
PATIENCE = timedelta(seconds=10)
SLIP, WRONG = timedelta(seconds=30), timedelta(minutes=5)
SOON = timedelta(days=14)
Reached = Mapping[str, Answer | FetchError]


def names(config: Config) -> Iterator[Finding]:
    """Look up the hosts of sources and targets, up to MOST_NAMES."""
    hosts = sorted(_hosts(config))[:MOST_NAMES]
    with ThreadPoolExecutor(max_workers=16) as pool:
        unknown = [host for host, found in zip(hosts, pool.map(_is_known, hosts), strict=True) if not found]
    if not hosts:
        yield ok("dns", "no source or target names a host")
    elif not unknown:
        yield ok("dns", f"{len(hosts)} hosts of sources and targets were found")
    else:
        remedy = "correct the addresses, or the resolver of this machine (/etc/resolv.conf)"
        state = fail if len(unknown) == len(hosts) else warn
        yield state("dns", f"{len(unknown)} of {len(hosts)} hosts are not found: {_few(unknown)}", remedy)


def servers(config: Config, now: datetime) -> Iterator[Finding]:
    """Ask a few hosts of sources for their robots.txt: whether they answer, by which certificate, at what time."""
    with closing(outbound_of(config)) as outbound:
        reached = _reached(config, outbound)
    yield from _clock(reached, now)
    failed = {origin: said for origin, said in reached.items() if isinstance(said, FetchError)}
    if not reached:
        return
    if failed:
        state = fail if len(failed) == len(reached) else warn
        remedy = "look whether a browser on this machine reaches them, and at proxies, firewalls and authorities"
        why = _few([str(one) for one in failed.values()])
        yield state("tls", f"{len(failed)} of {len(reached)} hosts do not answer: {why}", remedy)
    else:
        yield ok("tls", f"{len(reached)} of the hosts were reached: {_few([*reached])}")


def certificate(config: Config, now: datetime) -> Iterator[Finding]:
    """Look at the certificate of the address that feeds are published at."""
    parts = urlsplit(config.settings.site.url)
    if parts.scheme != "https" or not parts.hostname:
        return
    where = (parts.hostname, parts.port or 443)
    try:
        with (
            socket.create_connection(where, timeout=PATIENCE.total_seconds()) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=parts.hostname) as proven,
        ):
            ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str((proven.getpeercert() or {})["notAfter"])), UTC)
    except (OSError, KeyError) as error:
        remedy = "readers may not reach it either; where only this machine cannot, that is no trouble"
        yield warn("site", f"{config.settings.site.url} cannot be reached from here: {error}", remedy)
        return
    said = f"the certificate of {parts.hostname} is good until {ends:%Y-%m-%d}"
    yield warn("site", said, "renew it") if ends - now < SOON else ok("site", said)


def mail(config: Config) -> Iterator[Finding]:
    """Speak to the mail server up to the login; nothing is sent."""
    if not any(isinstance(target, EmailTarget) for target in config.targets):
        return
    server = relay(config)
    try:
        with closing(outbound_of(config)) as outbound:
            smtp = connected(server, outbound.tls)
            safe = isinstance(smtp.sock, ssl.SSLSocket)
            smtp.quit()
    except SendError as error:
        what, _, remedy = str(error).partition("; ")
        yield fail("smtp", what, remedy or "look at `smtp:` in the configuration")
        return
    except OSError as error:
        yield warn("smtp", f"{server.name} hung up: {error}", "look at its log")
        return
    login = f", {server.user} logged in" if server.user else ""
    yield ok("smtp", f"{server.name} takes mails, {'encrypted' if safe else 'in the clear'}{login}")


def port(config: Config) -> Iterator[Finding]:
    """Look whether the port to listen at is free, or a feedbot answers there."""
    said = config.settings.serve
    if not said.web or said.port == 0:
        return
    where = f"{said.host}:{said.port}"
    try:
        family, _, _, _, place = socket.getaddrinfo(said.host, said.port, type=socket.SOCK_STREAM)[0]
        socket.create_server(place[:2], family=family).close()
    except OSError as error:
        near = "127.0.0.1" if said.host in {"0.0.0.0", "::"} else said.host  # noqa: S104 - compared, not bound
        if _answers(near, said.port):
            yield ok("port", f"feedbot answers at {where}")
        else:
            remedy = "choose another one by `serve: {port: …}`, or stop what listens there"
            why = (error.strerror or str(error)).partition(" (")[0]
            yield fail("port", f"{where} cannot be listened at: {why}", remedy)
    else:
        yield ok("port", f"{where} is free")


def _answers(host: str, number: int) -> bool:
    own = (host,) if host.replace(".", "").isdecimal() or ":" in host else ()
    with closing(Outbound("feedbot doctor", allow=("127.0.0.0/8", "::1/128", *own))) as outbound:
        try:
            url = f"http://{f'[{host}]' if ':' in host else host}:{number}/healthz"
            said = outbound.get(url, deadline=PATIENCE)
        except FetchError:
            return False
    return said.headers.get("Cache-Control") == "no-store" and said.body.startswith((b"ok", b"not well"))


def _hosts(config: Config) -> set[str]:
    urls = [source.url for source in config.sources]
    urls += [target.url for target in config.targets if isinstance(target, WebhookTarget)]
    hosts = {urlsplit(url).hostname or "" for url in urls}
    if any(isinstance(target, EmailTarget) for target in config.targets):
        hosts.add(config.settings.smtp.host)
    return hosts - {""}


def _is_known(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, None))
    except (OSError, UnicodeError):
        return False


def _reached(config: Config, outbound: Outbound) -> Reached:
    origins: dict[str, tuple[str, ...]] = {}
    for source in config.sources:
        parts = urlsplit(source.url)
        if parts.scheme in {"http", "https"} and len(origins) < MOST_HOSTS:
            origins.setdefault(f"{parts.scheme}://{parts.netloc}/", source.allow)

    def ask(origin: str) -> Answer | FetchError:
        try:
            return outbound.get(f"{origin}robots.txt", allow=origins[origin], deadline=PATIENCE)
        except FetchError as error:
            return error

    with ThreadPoolExecutor(max_workers=MOST_HOSTS) as pool:
        return dict(zip(origins, pool.map(ask, origins), strict=True))


def _clock(reached: Reached, now: datetime) -> Iterator[Finding]:
    """Compare the clock with those of the servers that answered."""
    said = [when for answer in reached.values() if isinstance(answer, Answer) for when in _date(answer)]
    if not said:
        return
    gap = timedelta(seconds=median((when - now).total_seconds() for when in said))
    aside = "behind" if gap > timedelta() else "ahead of"
    what = f"the clock is {abs(gap.total_seconds()):.0f} s {aside} those of the servers asked"
    remedy = "let the machine keep its time: `timedatectl set-ntp true`"
    if abs(gap) > WRONG:
        yield fail("clock", what, remedy)
    elif abs(gap) > SLIP:
        yield warn("clock", what, remedy)
    else:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, as the servers asked have it")


def _date(answer: Answer) -> Iterator[datetime]:
    try:
        yield parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC)
    except ValueError:
        return


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more

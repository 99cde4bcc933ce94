"""Doctor: looks at everything that feedbot needs, and says what is wrong and what to do; changes nothing."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from feedbot.app import utc_now
from feedbot.config import Config
from feedbot.doctor import machine, memory, outside
from feedbot.doctor.finding import Finding, fail, ok, warn
from feedbot.errors import ConfigError

__all__ = ["Finding", "examine"]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def examine(load: Callable[[], Config], *, online: bool) -> Iterator[Finding]:
    """Look at everything, one after the other; only where `online` are other machines asked.

    `load` reads the configuration; where that is wrong, nothing that it says can be looked at.
    """
    yield from machine.versions()
    try:
        config = load()
    except ConfigError as error:
        for one in error.problems:
            yield fail("config", f"{one.file}:{one.line}: {one.key}: {one.what}", one.remedy)
        return
    now = utc_now()
    yield from _said(config)
    yield from machine.files(config)
    yield from machine.folders(config)
    yield from memory.database(config, now)
    yield from machine.room(config)
    yield from _browser(config)
    yield from outside.port(config)
    if online:
        yield from outside.names(config)
        yield from outside.servers(config, utc_now())
        yield from outside.certificate(config, now)
        yield from outside.mail(config)


def _said(config: Config) -> Iterator[Finding]:
    site, counts = config.settings.site, f"{len(config.sources)} sources, {len(config.targets)} targets"
    yield ok("config", f"{config.files[0]} is right: {counts}")
    if not site.contact:
        remedy = "add `contact:` to `site:`, a mail address or page that publishers can write to"
        yield warn("config", "our requests name nobody to turn to", remedy)
    if urlsplit(site.url).hostname in LOOPBACK:
        remedy = "set `site.url` before others subscribe: its host is part of every published id"
        yield warn("config", f"feeds say that they are at {site.url}, which only this machine reaches", remedy)


def _browser(config: Config) -> Iterator[Finding]:
    if not any(source.browser for source in config.sources):
        return
    from feedbot.fetch.browser import installed  # noqa: PLC0415 - few have a browser

    found = installed()
    remedy = "`pip install 'feedbot[browser]'` and `apt-get install chromium`"
    yield ok("browser", found) if found else warn("browser", "`browser: true` is said, and none is installed", remedy)

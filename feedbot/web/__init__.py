"""Web: what is published, over HTTP, beside the scheduler in one process."""

from collections.abc import Iterator
from contextlib import contextmanager

from feedbot import log
from feedbot.app import App
from feedbot.web.door import Door
from feedbot.web.feeds import Feeds
from feedbot.web.files import Folder
from feedbot.web.register import Register, register
from feedbot.web.server import listening

__all__ = ["serving"]


@contextmanager
def serving(app: App, host: str, port: int) -> Iterator[str]:
    """Serve what `app` publishes while the context lasts; yield the address of the root.

    Raises ServeError where nobody can listen there.
    """
    settings = app.config.settings
    folder = Folder(settings.feeds_dir)
    feeds = Feeds(folder, lambda: _registered(app), settings.site)
    door = Door(feeds, ready=folder.ready, told=lambda fault: log.failed("web", fault, trace=True))
    with listening(door.answer, host, port) as bound:
        url = f"http://{f'[{host}]' if ':' in host else host}:{bound}/"
        log.event("listening", url=url)
        yield url


def _registered(app: App) -> Register:
    settings = app.config.settings
    return register(
        app.feeds(),
        app.config.sources,
        known=app.known_feeds(),
        secret=settings.secret,
        hub=settings.site.hub or "",
    )

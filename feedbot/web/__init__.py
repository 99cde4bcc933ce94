"""Web: what is published, over HTTP, beside the scheduler in one process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from feedbot import log
from feedbot.app import App, utc_now
from feedbot.compose.unsubscribe import Leaving
from feedbot.metrics import CONTENT_TYPE
from feedbot.ports import Departures
from feedbot.service import Service
from feedbot.store import FolderShelf
from feedbot.web.answer import Answer, Request
from feedbot.web.door import Door
from feedbot.web.feeds import Feeds
from feedbot.web.files import Folder, Objects
from feedbot.web.leaving import Exit
from feedbot.web.register import Register, register
from feedbot.web.server import listening

__all__ = ["serving"]


@contextmanager
def serving(service: Service, host: str, port: int) -> Iterator[str]:
    """Serve what `service` publishes while the context lasts; yield the address of the root.

    Raises ServeError where nobody can listen there.
    """
    entrance = _Entrance(service)
    service.when_changed(entrance.open)
    with listening(entrance.answer, host, port) as bound:
        url = f"http://{f'[{host}]' if ':' in host else host}:{bound}/"
        log.event("listening", url=url)
        yield url


class _Entrance:
    """Has a door for the app at work, and another one for each that follows."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.open()

    def open(self) -> None:
        """Open the door of the app that is at work now."""
        app = self._service.app
        settings = app.config.settings
        shelf = app.shelf
        folder = Folder(settings.feeds_dir, shelf.pack) if isinstance(shelf, FolderShelf) else Objects(shelf)
        feeds = Feeds(folder, lambda: _registered(app), settings.site)
        self._door = Door(
            feeds,
            inside=_Inside(self._service, folder),
            told=_told,
            readers=settings.serve.metrics,
            exit=Exit(_Readers(app.store), settings.secret, settings.site.title),
        )

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        return self._door.answer(request)


class _Readers:
    """Those who get mails, by the store."""

    def __init__(self, store: Departures) -> None:
        self._store = store

    def leave(self, leaving: Leaving) -> None:
        """Take somebody off."""
        self._store.leave(leaving.target_id, leaving.address, at=utc_now())
        log.event("unsubscribed", target=leaving.target_id)

    def come_back(self, leaving: Leaving) -> None:
        """Put somebody on again."""
        self._store.come_back(leaving.target_id, leaving.address)
        log.event("subscribed again", target=leaving.target_id)


class _Inside:
    """How the service is, for those who ask at the door."""

    def __init__(self, service: Service, folder: Folder | Objects) -> None:
        self._service = service
        self._folder = folder

    def hanging(self) -> Sequence[str]:
        """Return what hangs."""
        return self._service.hanging()

    def faults(self) -> Sequence[str]:
        """Return all that keeps the service from its work."""
        unpublished = [] if self._folder.ready() else ["nothing is published yet"]
        return [*unpublished, *self._service.faults()]

    def metrics(self) -> tuple[bytes, str]:
        """Return the metrics as they are now."""
        return self._service.metrics.text(), CONTENT_TYPE


def _told(fault: Exception) -> None:
    log.failed("web", fault, trace=True)


def _registered(app: App) -> Register:
    settings = app.config.settings
    return register(
        app.feeds(),
        app.config.sources,
        known=app.known_feeds(),
        secret=settings.secret,
        hub=settings.site.hub or "",
    )

"""Every service that the Apprise library knows; tried once each, and those that failed are tried again alone."""

from contextlib import suppress
from logging import WARNING
from types import ModuleType
from urllib.parse import urlsplit

from feedbot.delivery import Message, Note, Partly, Sent
from feedbot.errors import SendError
from feedbot.item import legal
from feedbot.target import AppriseTarget


class AppriseSender:
    """Hands notes to the library, one address after the other. Addresses hold secrets: only their schemes are told."""

    def __init__(self, target: AppriseTarget) -> None:
        self._target = target

    def send(self, message: Message) -> Sent | Partly:
        """Hand a note over to each address that still waits for it. Raises SendError where none took it."""
        if not isinstance(message, Note):
            raise SendError("Apprise takes notes only", permanent=True)
        library = _library()
        names = {f"{at}:{_scheme(url)}": url for at, url in enumerate(self._target.urls, start=1)}
        asked = {name: url for name, url in names.items() if not message.waiting or name in message.waiting}
        failed = {name: why for name, url in asked.items() if (why := _told(library, url, message))}
        if len(failed) == len(asked):
            raise SendError(_named(failed), permanent=all(why == _UNKNOWN for why in failed.values()))
        taken = f"taken by {', '.join(name for name in asked if name not in failed)}"
        return Partly(f"{taken}; {_named(failed)}", tuple(failed), reached=True) if failed else Sent(taken)

    def close(self) -> None:
        """Let go of nothing: the library keeps no connection."""


_UNKNOWN = "Apprise does not know such an address; see `apprise --details`"


def _library() -> ModuleType:
    try:
        import apprise  # noqa: PLC0415 - only where such a target is told
    except ImportError:
        why = "the library apprise is not installed, so this target cannot be told; pip install 'feedbot[apprise]'"
        raise SendError(why, throttled=True) from None
    return apprise


def _told(library: ModuleType, url: str, note: Note) -> str:
    """Tell one address; return what went wrong, or nothing."""
    asset = library.AppriseAsset(app_id="feedbot", app_desc="feedbot", async_mode=False, secure_logging=True)
    service = library.Apprise(asset=asset)
    with library.LogCapture(level=WARNING, fmt="%(message)s") as log:
        if not service.add(url):
            return _UNKNOWN
        taken = False
        with suppress(Exception):
            taken = bool(service.notify(title=note.title, body=note.text, body_format=library.NotifyFormat.TEXT))
        return "" if taken else _discreet(log.getvalue(), url) or "it was not taken"


def _discreet(text: str, url: str) -> str:
    """Return what the library says, on one line, or nothing where it might show a part of the address."""
    parts = urlsplit(url)
    pieces = [*parts.netloc.replace("@", ":").split(":"), *parts.path.split("/"), *parts.query.split("=")]
    hidden = any(piece in text for piece in pieces if len(piece) > 3 and piece != parts.hostname)
    return "" if hidden else " ".join(legal(text).split())[:200]


def _scheme(url: str) -> str:
    return url.partition(":")[0]


def _named(failed: dict[str, str]) -> str:
    return "; ".join(f"{name}: {why}" for name, why in failed.items())

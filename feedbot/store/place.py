"""Where a database is: a file of this machine, or a server."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from feedbot.errors import StoreUnusable


def path_of(url: str) -> Path:
    """Return the file that `url` names; links are followed, so that one file has one lock. Raises StoreUnusable."""
    path = file_of(url)
    if path is None:
        raise StoreUnusable(f"{name_of(url)} is no file; use what PostgreSQL has for that, such as pg_dump")
    return path


def file_of(url: str) -> Path | None:
    """Return the file that `url` names; None where it names a database of a server. Raises StoreUnusable."""
    parts = _parts(url)
    return Path(parts.database or "").resolve() if parts.get_backend_name() == "sqlite" else None


def name_of(url: str) -> str:
    """Return what to call a database: its file, or its address without what is secret."""
    path = file_of(url)
    return str(path) if path else _parts(url).set(password=None, query={}).render_as_string()


def _parts(url: str) -> URL:
    try:
        parts = make_url(url)
    except ArgumentError:
        raise StoreUnusable("the database is not given as `sqlite:///PATH` or `postgresql://HOST/NAME`") from None
    if parts.get_backend_name() not in {"sqlite", "postgresql"} or not parts.database:
        raise StoreUnusable(
            f"a {parts.drivername} database is not supported; use `sqlite:///PATH` or `postgresql://HOST/NAME`"
        )
    return parts

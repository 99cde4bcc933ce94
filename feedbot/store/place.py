"""Where a database is."""

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from feedbot.errors import StoreUnusable


def path_of(url: str) -> Path:
    """Return the file that `url` names; links are followed, so that one file has one lock. Raises StoreUnusable."""
    try:
        parts = make_url(url)
    except ArgumentError:
        raise StoreUnusable("the database is not given as `sqlite:///PATH`") from None
    if parts.get_backend_name() != "sqlite" or not parts.database:
        raise StoreUnusable(f"a {parts.drivername} database is not supported; use `sqlite:///PATH`")
    return Path(parts.database).resolve()

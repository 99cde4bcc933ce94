"""The schema of a database: made, brought up to date, or refused. Alembic is imported only for that."""

import sqlite3
from pathlib import Path

from sqlalchemy import inspect, text

from feedbot.errors import StoreUnusable
from feedbot.store.database import Database

HEAD = "0001"
"""The newest migration; a test holds it against the folder of migrations."""


def current(database: Database) -> str | None:
    """Return the version of the schema; None for a database without one."""
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def prepare(database: Database) -> None:
    """Bring the schema up to date; a database that has items is copied first. Raises StoreUnusable."""
    version = current(database)
    if version == HEAD:
        return
    if version is not None and version > HEAD:
        raise StoreUnusable(
            f"{database.path} was written by a newer feedbot (schema {version}, this one knows {HEAD}); "
            "install that version, or restore a backup made before it"
        )
    if version is not None:
        _back_up(database.path, version)
    _upgrade(database)


def _back_up(path: Path, version: str) -> None:
    with sqlite3.connect(path) as old, sqlite3.connect(path.with_name(f"{path.name}.{version}.backup")) as copy:
        old.backup(copy)
    old.close()
    copy.close()


def _upgrade(database: Database) -> None:
    from alembic import command  # noqa: PLC0415 - a database that is up to date does not need it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)

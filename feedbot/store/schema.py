"""The schema of a database: made, brought up to date, or refused. Alembic is imported only for an older one."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from feedbot.errors import StoreUnusable
from feedbot.store.database import Database
from feedbot.store.faults import told, unreadable
from feedbot.store.tables import insert, metadata

_alembic = MetaData()
_version = Table("alembic_version", _alembic, Column("version_num", String(32), primary_key=True))
_VERSION = select(_version.c.version_num)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A folder of migrations and the newest of them; their names sort in the order in which they are run."""

    head: str
    scripts: Path


SCHEMA = Schema(head="0016", scripts=Path(__file__).parent / "migrations")
"""What this code works with."""


def prepare(database: Database, schema: Schema = SCHEMA) -> None:
    """Make the schema, or bring an older one up to date in one transaction after a copy was made beside it.

    Raises StoreUnusable for a newer one and for a file that is no database of feedbot.
    """
    with database.reading() as connection:  # what is not ours is not touched in any way
        version = current(connection, database.name)
    if version is None:
        with database.writing() as connection:
            _make(connection, schema)
        return
    if version == schema.head:
        return
    if version > schema.head:
        raise newer(database.name, version, schema)
    if database.place:
        _back_up(database.place, version)
    _upgrade(database, schema)


def current(connection: Connection, name: Path | str) -> str | None:
    """Return the version of the schema; None where there is nothing at all. Raises StoreUnusable."""
    try:
        with connection.begin_nested():
            version: str | None = connection.execute(_VERSION).scalar()
    except (OperationalError, ProgrammingError):
        if inspect(connection).get_table_names():
            raise unreadable(name, "this is a database, but not one of feedbot") from None
        return None
    if version is None:
        raise unreadable(name, "this database does not say which schema it has")
    return version


def newer(name: Path | str, version: str, schema: Schema = SCHEMA) -> StoreUnusable:
    """Return the error for a database that a later feedbot made."""
    return StoreUnusable(
        f"{name} was made by a newer feedbot (schema {version}, this one knows {schema.head}). Nothing was changed. "
        "Install that version (`pip install --upgrade feedbot`), or put a backup from before in its place."
    )


def _make(connection: Connection, schema: Schema) -> None:
    """Make all tables at once: the same that the migrations come to, without importing Alembic."""
    metadata.create_all(connection)
    _alembic.create_all(connection)
    connection.execute(insert(_version), {"version_num": schema.head})


def _back_up(path: Path, version: str) -> None:
    copy = path.with_name(f"{path.name}.{version}.backup")
    aside = copy.with_name(f"{copy.name}.part")
    with told(copy):
        aside.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(aside)) as new:
            old.backup(new)
        aside.replace(copy)


def _upgrade(database: Database, schema: Schema) -> None:
    from alembic import command  # noqa: PLC0415 - a database that is up to date does not need it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(schema.scripts).replace("%", "%%"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, schema.head)

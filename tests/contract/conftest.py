"""The same promises are asked of the store in memory, of the one in SQLite, and of the one in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from feedbot.store import open_store
from tests.fakes import MemoryStore
from tests.newsroom import Ports
from tests.postgresql import Server


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ports]:
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "sqlite":
        with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as opened:
            yield opened
    else:
        server: Server = request.getfixturevalue("server")
        name = server.made(like=request.getfixturevalue("prepared"))
        try:
            with open_store(server.url(name)) as opened:
                yield opened
        finally:
            server.dropped(name)

"""The same promises are asked of the store in memory and of the one in SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from feedbot.store import open_store
from tests.fakes import MemoryStore
from tests.newsroom import Ports


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ports]:
    if request.param == "memory":
        yield MemoryStore()
    else:
        with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as opened:
            yield opened

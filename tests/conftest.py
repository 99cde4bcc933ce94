"""What tests of several kinds stand on: a PostgreSQL server that runs while they do."""

import os
from collections.abc import Iterator

import pytest

from feedbot.store import open_store
from tests.postgresql import Server, programs, running
from tests.s3 import Bucket, buckets, made


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    found = programs()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is not installed, and has to be where CI=true")
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with running(found) as server:
        yield server


@pytest.fixture(scope="session")
def prepared(server: Server) -> str:
    """Return the name of a database that has all tables and nothing in them."""
    name = server.made()
    with open_store(server.url(name)):
        pass
    return name


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    with buckets() as url:
        yield url


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name, value in Bucket("", s3).environ.items():
        monkeypatch.setenv(name, value)
    return made(s3)

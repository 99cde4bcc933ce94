"""A PostgreSQL server of the tests' own: on loopback, in a folder that goes with it, with a fresh database for each."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

USER = "feedbot"
NOBODY = "nobody"
"""Who runs the server where root runs the tests: it refuses to be root's."""
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60", "shared_buffers=32MB")

SORTED = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
"""Words are sorted as people sort them, unless a column says otherwise: what servers usually do."""


def programs() -> Path | None:
    """Return the folder of the programs of a server; None where none is installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def made(self, like: str = "template0") -> str:
        """Make a database as another one is; return its name."""
        name = f"news{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like))
        self.run(statement)
        return name

    def dropped(self, name: str) -> None:
        """Take a database away, whoever uses it."""
        self.run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def run(self, statement: sql.SQL | sql.Composed) -> None:
        """Run a statement beside all databases of tests."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Run a server that listens at a socket in its own folder, and nowhere else."""
    folder = Path(tempfile.mkdtemp(prefix="feedbot-pg-", dir="/tmp"))
    folder.chmod(0o777)
    data, whose = folder / "data", ["--auth=trust", f"--username={USER}", "--encoding=UTF8", *SORTED]
    settings = " ".join(f"-c {one}" for one in (*FAST, "listen_addresses=", f"unix_socket_directories={folder}"))
    try:
        _run([programs / "initdb", f"--pgdata={data}", *whose, "--no-sync"])
        _run([programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", settings, "-w", "-t", "60", "start"])
        try:
            yield Server(folder)
        finally:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str | Path]) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", f"--reuid={NOBODY}", "--regid=nogroup", "--clear-groups", *words]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", timeout=120)
    assert done.returncode == 0, f"{command[0]}: {done.stderr or done.stdout}"

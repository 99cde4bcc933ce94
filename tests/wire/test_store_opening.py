"""Opening a database: one writing process, schemas old and new, files that are no database."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from feedbot.errors import StoreBusy, StoreError, StoreUnusable
from feedbot.store import open_store, read_store
from feedbot.store.schema import SCHEMA, Schema, prepare
from feedbot.store.sqlite import FileDatabase
from tests.newsroom import LEASE, NOW, OFFICE, OPS, feed, item, owed, state

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feedbot.sqlite3"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def run(code: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT)


HOLD = """
import sys
from feedbot.store import open_store
with open_store(sys.argv[1]) as store:
    print("open", flush=True)
    sys.stdin.readline()
"""


def holder(path: Path) -> "subprocess.Popen[str]":
    """Start a process that has the database until it is told to end."""
    command = [sys.executable, "-c", HOLD, url(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def test_a_missing_database_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "var" / "news" / "feedbot.sqlite3"
    with open_store(url(path)) as store:
        store.commit(state())
    assert rows(path, "SELECT version_num FROM alembic_version") == [(SCHEMA.head,)]
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


def test_a_path_may_have_any_name(tmp_path: Path) -> None:
    for name in ("news 100% & more.sqlite3", "nouvelles-é#1.sqlite3"):
        with open_store(url(tmp_path / name)) as store:
            store.commit(state())
        assert (tmp_path / name).stat().st_size > 0


def test_what_was_stored_is_there_when_the_database_is_opened_again(path: Path) -> None:
    with open_store(url(path)) as store:
        store.commit(state(title="Office"), items=[item("a")])
    with open_store(url(path)) as store:
        assert store.state(OFFICE).title == "Office"
        assert "guid:a" in store.known(OFFICE, ["guid:a"])


def test_a_second_process_is_refused_and_told_who_has_the_database(path: Path) -> None:
    first = holder(path)
    with pytest.raises(StoreBusy) as refusal, open_store(url(path), wait=0.1):
        pass
    first.communicate("\n", timeout=60)
    text = str(refusal.value)
    assert str(path) in text
    assert f"process {first.pid}" in text
    assert "stop it" in text


def test_a_second_process_waits_for_the_first_to_end(path: Path) -> None:
    first = holder(path)
    assert first.stdin is not None
    first.stdin.write("\n")
    first.stdin.flush()
    with open_store(url(path), wait=30) as store:
        assert store.state(OFFICE).failures == 0
    first.communicate(timeout=60)


def test_the_lock_of_a_killed_process_is_let_go_of(path: Path) -> None:
    first = holder(path)
    first.kill()
    first.communicate(timeout=60)
    with open_store(url(path), wait=5) as store:
        store.commit(state())


def test_two_names_of_one_file_are_one_database(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with open_store(url(path)):
        (other / "link.sqlite3").symlink_to(path)
        with pytest.raises(StoreBusy), open_store(url(other / "link.sqlite3"), wait=0):
            pass


def test_leases_that_a_dead_process_left_behind_are_freed_and_their_tries_counted(path: Path) -> None:
    with open_store(url(path)) as store:
        store.commit(state(), items=[item("a")], debts=[owed("a")])
        store.claim(OPS, now=NOW, lease=LEASE, limit=1)
    with open_store(url(path)) as store:
        (again,) = store.claim(OPS, now=NOW, lease=LEASE, limit=1)
    assert again.attempts == 2


def test_a_reader_looks_while_another_process_works(path: Path) -> None:
    with open_store(url(path)) as writer, read_store(url(path)) as reader:
        assert reader is not None
        writer.commit(state(title="written meanwhile"))
        assert reader.state(OFFICE).title == "written meanwhile"


def test_a_reader_cannot_write(path: Path) -> None:
    with open_store(url(path)):
        pass
    with read_store(url(path)) as reader:
        assert reader is not None
        with pytest.raises(StoreError, match="reading only"):
            reader.commit(state())


def test_a_reader_finds_nothing_where_there_is_no_database_and_makes_none(path: Path) -> None:
    with read_store(url(path)) as reader:
        assert reader is None
    assert not path.exists()


@pytest.mark.parametrize("opening", [open_store, read_store])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path, opening: type) -> None:
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(StoreUnusable, match="no database") as refusal, opening(url(path)):
        pass
    assert f"`mv {path}" in str(refusal.value)
    assert path.read_bytes() == b"Dear diary, " * 1000


@pytest.mark.parametrize("opening", [open_store, read_store])
def test_a_database_of_something_else_is_refused_and_left_as_it_is(path: Path, opening: type) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE cookies (name)")
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="not one of feedbot"), opening(url(path)):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("opening", [open_store, read_store])
def test_a_newer_schema_is_refused_with_what_to_do(path: Path, opening: type) -> None:
    with open_store(url(path)):
        pass
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnusable, match=r"9999.*pip install --upgrade feedbot"), opening(url(path)):
        pass
    assert rows(path, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_damaged_database_is_told_with_its_file_and_a_remedy(path: Path) -> None:
    with open_store(url(path)) as store:
        for n in range(60):
            store.commit(state(), items=[item(f"i{n}-{m}") for m in range(20)])
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(StoreUnusable, match=f"{path}.*damaged"), open_store(url(path)) as store:
        store.sources()


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "feedbot.sqlite3").mkdir()
    with pytest.raises(StoreError, match=r"feedbot\.sqlite3"), open_store(url(tmp_path / "feedbot.sqlite3")):
        pass
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="file"), open_store(url(tmp_path / "file" / "feedbot.sqlite3")):
        pass


@pytest.mark.parametrize("other", ["mysql://user:hunter2@db/news", "sqlite://", "nonsense", ""])
def test_other_databases_are_refused_without_telling_their_password(other: str) -> None:
    with pytest.raises(StoreUnusable, match="sqlite:///PATH") as refusal, open_store(other):
        pass
    assert "hunter2" not in str(refusal.value)


def test_a_database_that_is_up_to_date_is_opened_without_alembic(path: Path) -> None:
    code = (
        "import sys\nfrom feedbot.store import open_store\n"
        "with open_store(sys.argv[1]): print('alembic' in sys.modules)"
    )
    assert [run(code, url(path)).stdout, run(code, url(path)).stdout] == ["False\n", "False\n"]


# The next schema, of which only these tests know.
AFTER = f"{int(SCHEMA.head) + 1:04}"
NEXT = """
import sqlalchemy as sa
from alembic import op
import os
revision = "{after}"
down_revision = "{now}"
def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("targets", sa.Column("note", sa.Text, server_default="none yet"))
    {end}
"""


BEFORE_ARCHIVES = """
ALTER TABLE deliveries DROP COLUMN waiting; ALTER TABLE sources DROP COLUMN profile;
ALTER TABLE sources DROP COLUMN manners; ALTER TABLE sources DROP COLUMN rules; ALTER TABLE sources DROP COLUMN asked;
DROP TABLE leases; DROP INDEX feeds_unpublished; DROP TABLE robots; DROP TABLE notices; DROP TABLE labels;
DROP TABLE archives;
DROP INDEX items_arrived; DROP INDEX items_withdrawn;
DROP TABLE alerts; DROP TABLE beats; DROP TABLE decisions; DROP TABLE departures; DROP INDEX deliveries_tried;
ALTER TABLE deliveries DROP COLUMN wave; ALTER TABLE deliveries DROP COLUMN message;
ALTER TABLE deliveries DROP COLUMN stage; ALTER TABLE deliveries DROP COLUMN rule;
ALTER TABLE targets DROP COLUMN failing_since; ALTER TABLE targets DROP COLUMN failures;
ALTER TABLE targets DROP COLUMN sent_at; ALTER TABLE targets DROP COLUMN occasions;
ALTER TABLE items DROP COLUMN heading; ALTER TABLE deliveries DROP COLUMN tries;
ALTER TABLE items DROP COLUMN gone_at; ALTER TABLE feeds DROP COLUMN layout;
UPDATE alembic_version SET version_num = '0002';
"""


def following(folder: Path, end: str = "pass") -> Schema:
    """Return a schema that is one step ahead of the code's."""
    scripts = folder / f"migrations of {end[:3]} 100%"
    if not scripts.exists():
        shutil.copytree(SCHEMA.scripts, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / f"{AFTER}_next.py").write_text(NEXT.format(end=end, now=SCHEMA.head, after=AFTER))
    return Schema(head=AFTER, scripts=scripts)


@pytest.fixture
def older(path: Path) -> Path:
    """A database of the schema before, with something in it."""
    with open_store(url(path)) as store:
        store.commit(state(title="Office"), items=[item("a")], debts=[owed("a")])
    return path


def upgrade(path: Path, schema: Schema) -> None:
    database = FileDatabase(path)
    try:
        prepare(database, schema)
    finally:
        database.close()


def test_an_older_database_is_copied_and_brought_up_to_date(older: Path, tmp_path: Path) -> None:
    upgrade(older, following(tmp_path))
    assert rows(older, "SELECT version_num FROM alembic_version") == [(AFTER,)]
    assert rows(older, "SELECT target_id, note FROM targets") == [("ops", "none yet")]
    backup = older.with_name(f"feedbot.sqlite3.{SCHEMA.head}.backup")
    assert rows(backup, "SELECT version_num FROM alembic_version") == [(SCHEMA.head,)]
    assert rows(backup, "SELECT id FROM items") == [("a",)]


def test_labels_of_items_stored_before_there_were_labels_are_found(path: Path) -> None:
    with open_store(url(path)) as store:
        store.commit(state(), items=[item("a", categories=("News", "Blog"), authors=("Ann",)), item("b")])
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(BEFORE_ARCHIVES)
    with open_store(url(path)) as store:
        assert store.labels("category", [OFFICE]) == ["Blog", "News"]
        assert store.labels("author", [OFFICE]) == ["Ann"]
        assert [one.id for one in store.arrived(feed(), after=0, most=9)] == ["a", "b"]


def test_a_migration_that_fails_leaves_the_older_database_as_it_was(older: Path, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        upgrade(older, following(tmp_path, "1 / 0"))
    assert rows(older, "SELECT name FROM sqlite_master WHERE name = 'extra'") == []
    with open_store(url(older)) as store:
        assert store.state(OFFICE).title == "Office"


def test_a_migration_that_is_killed_half_way_is_done_at_the_next_start(older: Path, tmp_path: Path) -> None:
    schema = following(tmp_path, "os.kill(os.getpid(), 9)")
    code = (
        "import sys\nfrom pathlib import Path\nfrom feedbot.store.sqlite import FileDatabase\n"
        "from feedbot.store.schema import Schema, prepare\n"
        "prepare(FileDatabase(Path(sys.argv[1])), Schema(head=sys.argv[3], scripts=Path(sys.argv[2])))"
    )
    assert run(code, str(older), str(schema.scripts), AFTER).returncode == -9
    assert rows(older, "SELECT version_num FROM alembic_version") == [(SCHEMA.head,)]
    upgrade(older, following(tmp_path, "pass"))
    assert rows(older, "SELECT version_num FROM alembic_version") == [(AFTER,)]


def test_a_reader_leaves_an_older_database_to_the_one_who_works(older: Path) -> None:
    with closing(sqlite3.connect(older)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(StoreUnusable, match="feedbot run"), read_store(url(older)):
        pass


def shape(path: Path) -> dict[str, object]:
    """Return all that a database says of its own tables and indexes, whatever the order they were made in."""
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        indexes = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'index'")]
        asked = [(name, what) for name in tables for what in ("table_xinfo", "foreign_key_list", "index_list")]
        said: dict[str, object] = {
            f"{name} {what}": sorted(row[1:] for row in database.execute(f"PRAGMA {what}('{name}')"))
            for name, what in asked
        }
        said |= {f"{name} columns": database.execute(f"PRAGMA index_xinfo('{name}')").fetchall() for name in indexes}
        said |= dict(database.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE '% WHERE %'"))
        said |= dict(database.execute("SELECT name, 'no rowid' FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"))
    return said


def test_a_new_database_is_what_all_migrations_come_to(path: Path, tmp_path: Path) -> None:
    from alembic import command  # noqa: PLC0415 - only this test runs migrations from nothing
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    with open_store(url(path)):
        pass
    config, migrated = Config(), FileDatabase(tmp_path / "migrated.sqlite3")
    config.set_main_option("script_location", str(SCHEMA.scripts))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA.head]
    with migrated.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    migrated.close()
    assert shape(path) == shape(migrated.path)


def test_a_source_of_the_first_schema_is_read_as_before(path: Path) -> None:
    from alembic import command  # noqa: PLC0415 - an up to date database does not need it
    from alembic.config import Config  # noqa: PLC0415

    config, first = Config(), FileDatabase(path)
    config.set_main_option("script_location", str(SCHEMA.scripts))
    with first.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    first.close()
    with closing(sqlite3.connect(path)) as database, database:
        names = "source_id, title, evidence, failures, kind, reading, configured"
        database.execute(f"INSERT INTO sources ({names}) VALUES ('office', 'Office', '', 0, 'feed', 'x', 1)")
    with open_store(url(path)) as store:
        found = store.state(OFFICE)
    assert (found.title, found.way_url, found.way_kind) == ("Office", "", "auto")


def test_nothing_is_left_open(path: Path) -> None:
    def held() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = held()
    for _ in range(3):
        with open_store(url(path)) as store:
            store.commit(state())
            store.state(OFFICE)
    assert held() == before

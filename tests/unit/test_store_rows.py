"""Contents as JSON, keys as they are stored, and statements for the database that comes next."""

import json

import pytest
from sqlalchemy import create_mock_engine
from sqlalchemy.dialects import postgresql

from feedbot.item import Content, Image
from feedbot.store.columns import Utc
from feedbot.store.rows import LONGEST, content_json, content_of, key_of
from feedbot.store.tables import metadata

POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def test_what_was_not_said_takes_no_room() -> None:
    assert content_json(Content()) == "{}"
    assert content_json(Content(title="Ünï", image=Image(url="x"))) == '{"title":"Ünï","image":{"url":"x"}}'


@pytest.mark.parametrize("text", ["\ud800", "\udfff\0", "a\x1b\ufffe", "\u2028</script>", "🗞"])
def test_any_text_becomes_json_that_utf8_can_carry_and_comes_back(text: str) -> None:
    said = Content(title=text, fields={text: text})
    stored = content_json(said)
    assert json.loads(stored.encode())["title"] == text
    assert "\0" not in stored
    assert content_of(stored) == said


def test_two_surrogates_that_belong_together_come_back_as_the_character_they_mean() -> None:
    assert content_of(content_json(Content(title="\ud83d\uddde"))).title == "🗞"


def test_a_plain_key_is_stored_as_it_is_and_an_odd_one_as_its_digest() -> None:
    assert key_of("url:office.example/ä") == "url:office.example/ä"
    assert len(key_of("x" * (LONGEST + 1))) == 33
    assert len({key_of(key) for key in ("a\ud800", "a\0", "a", "a\x07")}) == 4


def test_every_table_can_be_made_in_postgresql_too() -> None:
    made: list[str] = []
    database = create_mock_engine("postgresql://", lambda sql, *_: made.append(str(sql.compile(dialect=POSTGRESQL))))
    metadata.create_all(database, checkfirst=False)
    timed = [one for one in metadata.tables.values() if any(isinstance(column.type, Utc) for column in one.c)]
    assert sum("TIMESTAMP WITH TIME ZONE" in text for text in made) == len(timed) > 5
    assert sum("WHERE withdrawn_at IS NULL" in text for text in made) == 2
    assert sum("WHERE withdrawn_at IS NOT NULL" in text for text in made) == 1

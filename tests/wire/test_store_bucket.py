"""Feeds in a bucket of a server that speaks as S3 does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from feedbot.errors import ShelfError
from feedbot.store.bucket import BucketShelf
from feedbot.web.files import Objects
from tests.s3 import Bucket

RSS = (
    '<rss version="2.0"><channel><title>Office</title>'
    "<item><title>{}</title><link>https://office.example/1</link></item></channel></rss>"
)


def feedbot(place: Path, bucket: Bucket, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "feedbot", *words, "--config", "feedbot.yaml"]
    environ = os.environ | bucket.environ
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, env=environ, timeout=60)


@pytest.fixture
def place(tmp_path: Path, bucket: Bucket) -> Path:
    (tmp_path / "office.xml").write_text(RSS.format("A bed for every patient"))
    config = f"feeds_dir: {bucket.address}\nsources: [{{id: office, url: 'file://{tmp_path}/office.xml'}}]\n"
    (tmp_path / "feedbot.yaml").write_text(config)
    return tmp_path


def test_a_pass_puts_every_file_there_as_what_it_is(place: Path, bucket: Bucket) -> None:
    done = feedbot(place, bucket, "run", "--json")
    assert done.returncode == 0, done.stderr
    names = bucket.shelf.names()
    assert {"office.atom.xml", "office.rss.xml", "office.json", "all.json", "index.html", "feeds.opml"} <= names
    [item] = json.loads(bucket.shelf.get("office.json") or b"")["items"]
    assert item["title"] == "A bed for every patient"
    said = bucket.said("office.atom.xml")
    assert said["ContentType"] == "application/atom+xml; charset=utf-8"
    assert not (place / "feeds").exists()
    assert json.loads(feedbot(place, bucket, "publish", "--json").stdout)[0]["written"] == []


def test_what_is_published_no_more_is_taken_away(place: Path, bucket: Bucket) -> None:
    feedbot(place, bucket, "run")
    config = (place / "feedbot.yaml").read_text()
    (place / "feedbot.yaml").write_text(config.replace("id: office", "id: other"))
    assert feedbot(place, bucket, "run").returncode == 0
    names = bucket.shelf.names()
    assert "other.json" in names
    assert "office.json" not in names


def test_a_bucket_that_is_not_there_is_named_with_what_to_do(place: Path, bucket: Bucket) -> None:
    config = (place / "feedbot.yaml").read_text()
    (place / "feedbot.yaml").write_text(config.replace(bucket.name, "nowhere"))
    done = feedbot(place, bucket, "run")
    assert done.returncode == 1
    assert "there is no such bucket" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_is_not_there_is_named_and_the_next_pass_goes_on(
    place: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Bucket(bucket.name, "http://127.0.0.1:9")
    done = feedbot(place, away, "run")
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "no-secret" not in done.stderr
    assert feedbot(place, bucket, "publish").returncode == 0
    assert "office.json" in bucket.shelf.names()


def test_the_service_hands_out_what_stands_there(bucket: Bucket) -> None:
    shelf, objects = bucket.shelf, Objects(bucket.shelf)
    assert not objects.ready()
    shelf.put("index.html", b"<p>")
    shelf.put("all.json", b"{}")
    found = objects.find("all.json")
    assert objects.ready()
    assert found is not None
    assert (found.media_type, objects.read(found)) == ("application/feed+json", b"{}")
    shelf.put("all.json", b"[]")
    assert objects.read(found) is None, "it was replaced since it was found"
    assert objects.find("nothing.json") is objects.find("../all.json") is None


def test_other_kinds_of_places_work_as_well(tmp_path: Path) -> None:
    shelf = BucketShelf(f"local://{tmp_path}")
    shelf.put("all.json", b"{}")
    assert shelf.names() == {"all.json"}
    assert shelf.changed("all.json") is not None
    with pytest.raises(ShelfError, match="not known"):
        BucketShelf("nosuch://place").names()

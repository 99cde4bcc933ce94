"""The configuration that is shipped: it loads, every example in it loads, and its schema is current."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from feedbot.config import explain, load, load_text, schema_text, starting_text
from feedbot.config.explain import keys

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "feedbot.yaml"


def uncommented(text: str) -> str:
    """Take the mark away from every example; prose is what does not look like YAML."""
    lines = []
    for line in text.splitlines():
        example = re.match(r"^(\s*)# (\s*(?:- |[a-z_]+:).*)$", line)
        lines.append(example[1] + example[2] if example and "://…" not in line else line)
    return "\n".join(line for line in lines if not line.lstrip().startswith("yaml-language-server"))


def test_the_shipped_configuration_is_ready_to_run() -> None:
    config = load(SHIPPED, {})
    assert [source.id for source in config.sources] == ["hssib-news"]
    assert [target.id for target in config.targets] == ["archive"]


def test_every_example_in_it_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "config" / "templates").mkdir(parents=True)
    (tmp_path / "secrets" / "hook.url").write_text("https://example.org/other\n")
    (tmp_path / "secrets" / "hook.key").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    (tmp_path / "secrets" / "smtp").write_text("secret\n")
    (tmp_path / "secrets" / "feeds").write_text("a secret of feeds that nobody guesses\n")
    text = uncommented(SHIPPED.read_text()).replace("\n    every: 30m", "\n    # every: 30m", 1)
    config = load_text(text, "feedbot.yaml", {})
    assert [source.id for source in config.sources] == ["hssib-news", "example-org-news", "notices", "api"]
    assert [feed.id for feed in config.feeds] == ["maternity"]
    assert [target.id for target in config.targets] == [
        "archive",
        "board",
        "team",
        "morning",
        "desk",
        "list",
        "chat",
        "bot",
        "matrix",
        "own",
        "other",
    ]
    assert config.settings.smtp.password == "secret"


def test_every_key_stands_in_it_or_is_explained() -> None:
    text = SHIPPED.read_text()
    for key in keys():
        assert f"{key.rpartition('.')[2]}:" in text or explain(key)
        assert explain(key).startswith(key)


def test_the_schema_is_current() -> None:
    assert (ROOT / "config" / "feedbot.schema.json").read_text() == schema_text(), "run `make schema`"


@pytest.mark.parametrize("text", [SHIPPED.read_text(), starting_text()])
def test_editors_agree_with_what_is_shipped(text: str) -> None:
    jsonschema.Draft202012Validator(json.loads(schema_text())).validate(yaml.safe_load(text))

import subprocess
import sys
from pathlib import Path

HEAVY = ("requests", "lxml", "sqlalchemy", "alembic", "pydantic", "yaml", "feedgen", "apscheduler", "rich", "structlog")
NEEDLESS = ("feedbot.intake", "feedbot.discover", "feedgen", "sqlalchemy.dialects.postgresql")


def python(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)


def feedbot(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "feedbot", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_help_imports_none_of_the_heavy_packages() -> None:
    shown = python(
        "import sys\n"
        "from feedbot.cli import run\n"
        "try:\n    run(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    assert shown.stdout.splitlines()[-1] == "[]"


def test_a_pass_that_finds_nothing_new_loads_nothing_of_what_reads_pages(tmp_path: Path) -> None:
    news = tmp_path / "news.xml"
    news.write_text("<rss version='2.0'><channel><title>News</title></channel></rss>", encoding="utf-8")
    (tmp_path / "feedbot.yaml").write_text(f"sources: ['{news.as_uri()}']", encoding="utf-8")
    words = ["run", "--config", str(tmp_path / "feedbot.yaml")]
    loads = (
        "import sys\n"
        "from feedbot.cli import run\n"
        f"run({words!r})\n"
        f"print([name for name in {NEEDLESS!r} if name in sys.modules])"
    )
    assert "feedbot.intake" in python(loads).stdout.splitlines()[-1]
    assert python(loads).stdout.splitlines()[-1] == "[]"


def test_help_names_every_command_with_what_it_does() -> None:
    shown = feedbot("--help").stdout
    for command in ("demo", "init", "add", "preview", "check", "run", "serve", "publish", "deliver", "retry", "status"):
        assert f"    {command}" in shown


def test_an_unknown_command_is_a_wrong_call() -> None:
    assert feedbot("fly").returncode == 2


def test_the_version_is_told() -> None:
    assert feedbot("--version").stdout.startswith("feedbot ")


def test_the_log_draws_no_tracebacks_and_leaves_what_would_to_those_who_want_it() -> None:
    told = python("import sys, feedbot.log; print('rich' in sys.modules); import rich; print(rich.__name__)")
    assert told.stdout.split() == ["False", "rich"]

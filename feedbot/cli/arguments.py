"""What can be said to `feedbot`: every command with its options, and the function that carries it out."""

import re
from argparse import ArgumentParser, BooleanOptionalAction, RawDescriptionHelpFormatter
from datetime import datetime, timedelta
from typing import Any

from feedbot import __version__

KINDS = ("auto", "listing", "feed", "sitemap", "json", "jsonld", "state", "microdata", "hfeed", "files", "article")

MOST_DAYS = 36_500

EPILOG = """\
start here:
  feedbot demo                       see it work on a sample newsroom
  feedbot preview https://…/news/    see what would be read from a page; nothing is stored
  feedbot init && feedbot add URL    write a configuration and add a source to it
  feedbot run                        one pass over what is due: check, publish, deliver
  feedbot serve                      the same until stopped

exit codes: 0 done; 1 the work failed in part; 2 the call or the configuration is wrong;
            3 another feedbot is using the database
"""


def parser() -> ArgumentParser:
    """Return the parser of the whole command line; needs nothing heavy."""
    root = ArgumentParser(
        prog="feedbot",
        description="From a page of news to feeds and notifications.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"feedbot {__version__}")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: str, about: str, *, config: bool = True, json: bool = True) -> ArgumentParser:
        made = commands.add_parser(name, help=about, description=about)
        made.set_defaults(command=run)
        _shared(made, config=config, json=json)
        return made

    _start(command)
    _work(command)
    _look(command)
    _keep(command)
    _configuration(commands)
    return root


def _start(command: Any) -> None:  # noqa: ANN401 - the local function above
    demo = command("demo", "demo:demo", "show the main job on a sample newsroom, offline", config=False, json=False)
    demo.add_argument("--keep-serving", action="store_true", help="leave newsroom and feeds up until Ctrl-C")
    demo.add_argument("--port", type=int, default=0, help="loopback port to serve on (default: a free one)")
    command("init", "setup:init", "write a commented starting configuration", json=False)
    add = command("add", "setup:add", "preview a page of news and add it to the configuration", json=False)
    add.add_argument("url", metavar="URL")
    add.add_argument("--id", help="name of the source (default: made from the URL)")
    add.add_argument("--kind", choices=KINDS, help="how to read it (default: worked out)")
    add.add_argument("--way", metavar="WAY", help="address of the one way in to take (default: the best)")
    add.add_argument("--follow", action="store_true", help="open each new item's own page once")
    add.add_argument("--yes", action="store_true", help="add it even when nothing was found in it")
    read = command("import", "lists:take", "add the feeds of an OPML file to the configuration")
    read.add_argument("file", metavar="FILE.opml")
    told = command("export", "lists:give", "print what is followed, for another reader or feedbot", json=False)
    told.add_argument("form", choices=("opml",), help="form of the list")
    told.add_argument("--published", action="store_true", help="what feedbot publishes, instead of its sources")
    told.add_argument("--private", action="store_true", help="private ones, too: their addresses are secret")
    preview = command("preview", "look:preview", "show what is understood of a URL or file; stores nothing")
    preview.add_argument("target", metavar="TARGET", help="a URL, a file, or the id of a configured source")
    preview.add_argument("--url", metavar="BASE", help="address that a local file was saved from")
    preview.add_argument("--kind", choices=KINDS, default="auto", help="how to read it (default: worked out)")
    preview.add_argument("--way", metavar="WAY", help="address of the one way in to take (default: the best)")
    shown = "let a browser show the page first, or never (default: where only that gives items)"
    preview.add_argument("--browser", action=BooleanOptionalAction, help=shown)
    preview.add_argument("--explain", action="store_true", help="say what else was weighed, and why it was left")


def _work(command: Any) -> None:  # noqa: ANN401 - the local function above
    sources = {"nargs": "*", "metavar": "SOURCE", "help": "ids of sources (default: all)"}
    check = command("check", "work:check", "check sources now, whether due or not")
    check.add_argument("sources", **sources)
    check.add_argument("--accept", action="store_true", help="take pages that are held as they are now")
    mend = command(
        "repair", "rules:repair", "by which rule a page is read, and what is proposed now that it was rebuilt"
    )
    mend.add_argument("source", metavar="SOURCE")
    way = mend.add_mutually_exclusive_group()
    way.add_argument("--accept", action="store_true", help="read it by the rule that is proposed")
    way.add_argument("--undo", action="store_true", help="refuse what is proposed, or go back to the rule before")
    way.add_argument("--history", action="store_true", help="show which rules came before, and why")
    command("run", "work:run", "one pass over what is due: check, publish, deliver")
    serve = command("serve", "work:serve", "keep checking, publishing and delivering until stopped", json=False)
    serve.add_argument("--tick", type=float, default=10.0, metavar="SECONDS", help="how often to ask what is due")
    serve.add_argument("--host", help="address to listen at (default: what the configuration says)")
    serve.add_argument("--port", type=int, help="port to hand out feeds at; 0 for a free one")
    serve.add_argument("--no-web", action="store_true", help="do not listen: a web server hands out the files")
    serve.add_argument("--slots", type=int, default=16, help="with `engine: distributed`: so much is done at once here")
    worker = command("worker", "work:worker", "share the work of `feedbot serve` (engine: distributed)", json=False)
    worker.add_argument("--slots", type=int, default=16, help="so much is done at once here")
    publish = command("publish", "work:publish", "write the feed files of what changed")
    publish.add_argument("--all", action="store_true", help="render every feed anew")
    deliver = command("deliver", "work:deliver", "send what is owed and due")
    deliver.add_argument("targets", nargs="*", metavar="TARGET", help="ids of targets (default: all)")
    retry = command("retry", "work:retry", "make dead deliveries due again, and enable their targets")
    retry.add_argument("--target", help="only this target's")
    retry.add_argument("--since", type=_since, metavar="WHEN", help="given up since then: 2d, 2026-11-20, or a time")
    test = command("send-test", "work:send_test", "send a made-up item to a target, now")
    test.add_argument("target", metavar="TARGET")
    instead = test.add_mutually_exclusive_group()
    instead.add_argument("--render", metavar="DIR", help="send nothing; write what it would get into DIR")
    instead.add_argument("--verify", action="store_true", help="send nothing; shake hands with a webhook")


def _look(command: Any) -> None:  # noqa: ANN401 - the local function above
    status = command("status", "stand:status", "how sources, deliveries and the service stand")
    status.add_argument("sources", nargs="*", metavar="SOURCE", help="ids of sources (default: all)")
    status.add_argument("--health", metavar="HEALTH", help="only sources in this state, such as down")
    status.add_argument("--politeness", action="store_true", help="what each source was asked, per new item")
    status.add_argument("--all", action="store_true", help="every source, also on a terminal")
    why = command("why", "account:why", "why an item was sent or not: the rule, the times and tries for each target")
    why.add_argument("item", metavar="ITEM", nargs="+", help="an id, a link, or words of the title")
    why.add_argument("--target", metavar="TARGET", help="only for this target")
    test = command("backtest", "account:backtest", "what a configuration would have sent, beside what was sent")
    test.add_argument("--days", type=_days, default=30, metavar="N", help="how far to look back (default: 30)")


def _since(said: str) -> datetime | timedelta:
    found = re.fullmatch(r"(\d+)\s*([mhdw])", said.strip())
    if found:
        return timedelta(**{{"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[found[2]]: int(found[1])})
    return datetime.fromisoformat(said.strip())


def _days(said: str) -> int:
    days = int(said)
    if not 1 <= days <= MOST_DAYS:
        raise ValueError
    return days


def _keep(command: Any) -> None:  # noqa: ANN401 - the local function above
    doctor = command("doctor", "upkeep:doctor", "look at everything that feedbot needs, and say what to do")
    doctor.add_argument("--offline", action="store_true", help="ask no other machine")
    prune = command("prune", "upkeep:prune", "let go of what nobody needs any more")
    prune.add_argument("--dry-run", action="store_true", help="only say how much that would be")
    prune.add_argument("--compact", action="store_true", help="give the room back to the disk as well")
    backup = command("backup", "upkeep:backup", "copy the database into a file, also while feedbot serves")
    backup.add_argument("file", metavar="FILE")
    move = command("migrate", "upkeep:migrate", "copy the database into one of a PostgreSQL server, checked row by row")
    move.add_argument(
        "--to", metavar="URL", required=True, help="postgresql://…; ${NAME} is taken from the environment"
    )
    again = command("restore", "upkeep:restore", "put a copy in the place of the database; the one before is kept")
    again.add_argument("file", metavar="FILE")


def _configuration(commands: Any) -> None:  # noqa: ANN401 - argparse does not name this type
    config = commands.add_parser("config", help="check and explain the configuration")
    actions = config.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="say everything that is wrong with the configuration")
    check.set_defaults(command="setup:config_check")
    _shared(check, config=True, json=True)
    schema = actions.add_parser("schema", help="print the JSON Schema of the configuration")
    schema.set_defaults(command="setup:config_schema")
    explain = actions.add_parser("explain", help="explain one key, such as sources.every")
    explain.set_defaults(command="setup:config_explain")
    explain.add_argument("key", metavar="KEY", nargs="?", default="")


def _shared(made: ArgumentParser, *, config: bool, json: bool) -> None:
    if config:
        made.add_argument(
            "--config", metavar="FILE", help="configuration (default: $FEEDBOT_CONFIG, config/feedbot.yaml)"
        )
    if json:
        made.add_argument("--json", action="store_true", help="answer in JSON on standard output")
    made.add_argument("-v", "--verbose", action="store_true", help="log more")

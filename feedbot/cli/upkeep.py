"""Commands that keep an installation in order: doctor, prune, backup, restore, migrate."""

import sys
from argparse import Namespace
from dataclasses import asdict
from os import environ
from pathlib import Path
from string import Template

from feedbot.cli import DONE, PARTLY, WRONG
from feedbot.cli.open import app_of, config_of
from feedbot.cli.screen import say, size, tell

_STYLES = {"ok": "green", "warn": "yellow", "fail": "red"}


def doctor(options: Namespace) -> int:
    """Look at everything that feedbot needs, and say what is wrong and what to do."""
    from feedbot.doctor import examine  # noqa: PLC0415 - help needs none of it

    findings = []
    for one in examine(lambda: config_of(options), online=not options.offline):
        findings.append(one)
        if not options.json:
            say(f"{one.state:4}  {one.check}: {one.what}", style=_STYLES[one.state])
            if one.remedy:
                say(f"      {one.remedy}")
    if options.json:
        tell([asdict(one) for one in findings])
    failed = {one.check for one in findings if one.state == "fail"}
    return WRONG if "config" in failed else PARTLY if failed else DONE


def prune(options: Namespace) -> int:
    """Let go of what nobody needs any more."""
    with app_of(options) as app:
        done = asdict(app.prune(dry=options.dry_run))
        room = app.store.compact() if options.compact and not options.dry_run else None
    if options.json:
        tell(done | ({"bytes_before": room[0], "bytes": room[1]} if room else {}))
        return DONE
    facts = [f"{count} {name}" for name, count in done.items() if count]
    begun = "Would let go of" if options.dry_run else "Let go of"
    say(f"{begun} {', '.join(facts)}." if facts else "There is nothing that nobody needs.")
    if room:
        say(f"The database took {size(room[0])}, and takes {size(room[1])} now.")
    return DONE


def backup(options: Namespace) -> int:
    """Copy the database into a file."""
    from feedbot.store import back_up  # noqa: PLC0415 - help needs none of it

    copy = back_up(config_of(options).settings.database, Path(options.file))
    if options.json:
        tell(asdict(copy))
    else:
        say(f"{copy.path} holds {copy.items} items ({size(copy.bytes)}), and was read back.", style="green")
        say("The configuration and its secrets are files of their own: keep a copy of them, too.")
    return DONE


def restore(options: Namespace) -> int:
    """Put a copy in the place of the database."""
    from feedbot.store import restore as put_back  # noqa: PLC0415 - help needs none of it
    from feedbot.store.backup import ASIDE  # noqa: PLC0415 - the same

    copy = put_back(config_of(options).settings.database, Path(options.file))
    if options.json:
        tell(asdict(copy))
    else:
        say(f"{copy.path} is now as it was in {options.file}: {copy.items} items.", style="green")
        say(f"What stood there is {copy.path}{ASIDE}; `feedbot publish --all` draws the feeds anew.")
    return DONE


def migrate(options: Namespace) -> int:
    """Copy the database into one of a server."""
    from feedbot.store import move, name_of  # noqa: PLC0415 - help needs none of it

    try:
        to = Template(options.to).substitute(environ)
    except (KeyError, ValueError) as error:
        what = f"the environment has no {error.args[0]}" if isinstance(error, KeyError) else str(error)
        print(f"--to: {what}; ${{NAME}} takes a value from there, $$ is a dollar", file=sys.stderr)
        return WRONG
    moved = []
    for one in move(config_of(options).settings.database, to):
        moved.append(one)
        if not options.json:
            say(f"{one.table}: {one.rows} rows, {one.stored} of them stored now; the same in both")
    if options.json:
        tell({"database": name_of(to), "tables": [asdict(one) for one in moved]})
    else:
        say(f"{name_of(to)} holds all of it. Say so in the configuration: `database: {options.to}`.", style="green")
    return DONE

"""The command line: one module per command family, imported only when its command is called."""

import sys
from collections.abc import Sequence
from importlib import import_module

from feedbot.errors import ConfigError, FeedbotError, StoreBusy

DONE, PARTLY, WRONG, BUSY = 0, 1, 2, 3
"""Exit codes: done; the work failed in part; the call or the configuration is wrong; another process is at work."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; trouble is told on standard error, never as a traceback."""
    from feedbot.cli.arguments import parser  # noqa: PLC0415 - help needs nothing else

    options = parser().parse_args(argv)
    try:
        module, name = options.command.split(":")
        return int(getattr(import_module(f"feedbot.cli.{module}"), name)(options))
    except ConfigError as error:
        return _told(f"The configuration is wrong ({_count(error)}); nothing was done.\n{error}", WRONG)
    except StoreBusy as error:
        return _told(str(error), BUSY)
    except FeedbotError as error:
        return _told(str(error), PARTLY)
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except KeyboardInterrupt:
        return _told("Stopped.", 130)
    except Exception as error:
        if getattr(options, "verbose", False):
            raise
        what = f"feedbot itself failed ({type(error).__name__}: {error}); nothing half done was stored."
        return _told(f"{what}\nPlease report it with what `-v` adds to the same command.", PARTLY)


def _count(error: ConfigError) -> str:
    many = len(error.problems)
    return "1 problem" if many == 1 else f"{many} problems"


def _told(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code

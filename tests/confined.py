"""Read a page in a process of its own that may use so much time and memory and no more."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

from feedbot.errors import ExtractError
from feedbot.extract import extract
from feedbot.page import Page
from feedbot.source import Kind

SECONDS = 5
"""CPU that one page may take, the start of Python among it; the kernel ends the process then."""
MEGABYTES = 200
"""Memory that the whole process may ever hold."""


def read_confined(body: bytes, kind: Kind, content_type: str = "") -> tuple[str, int]:
    """Return what became of a page, in words, and the megabytes that the process held at most.

    Raises:
        AssertionError: the process died, of the limit or of the page.
    """
    command = [sys.executable, str(Path(__file__)), kind, content_type]
    done = subprocess.run(command, input=body, capture_output=True, cwd=Path(__file__).parents[1], check=False)
    assert done.returncode == 0, f"the reader died with {done.returncode}: {done.stderr[-2000:].decode()}"
    said: Any = json.loads(done.stdout)
    return said["outcome"], said["megabytes"]


def _outcome(page: Page, kind: Kind) -> str:
    try:
        return str(extract(page, kind=kind).health)
    except ExtractError as error:
        return f"refused: {error}"


def _most() -> int:
    """Return the megabytes that this process ever held; what it had before it became Python does not count."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def main() -> None:
    """Read the page on standard input as the kind that the first word names."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    page = Page(url="https://x.example/news/", body=sys.stdin.buffer.read(), content_type=sys.argv[2])
    outcome = _outcome(page, cast("Kind", sys.argv[1]))
    print(json.dumps({"outcome": outcome, "megabytes": _most()}))  # noqa: T201 - that is how it answers


if __name__ == "__main__":
    main()

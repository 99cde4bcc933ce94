"""What a start costs, and a service that has nothing to do.

    python bench/start.py [--pairs N] [--minutes N] [--small]

`feedbot --help` beside a script that only makes an argparse parser, a check of one source beside importing what it
uses, and the memory and CPU of `feedbot serve` while nothing is due.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from threading import Event

from origin import origin
from passes import HERE, cost

PLAIN = "import argparse; p = argparse.ArgumentParser(prog='x'); p.add_argument('--z'); p.parse_args(['-h'])"
USED = (
    "import feedbot.app, feedbot.config, feedbot.check, feedbot.intake, feedbot.extract, requests, sqlalchemy, pydantic"
)
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--small", action="store_true", help="a few of everything, to see that it works")
    options = parser.parse_args()
    pairs = 1 if options.small else options.pairs
    environ = {**os.environ, "PYTHONPATH": str(HERE)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder, origin(1) as there:
        place = Path(folder)
        config = f"network: {{allow: [127.0.0.0/8]}}\nsources: [{{id: one, url: '{there.url(0)}', every: 1d}}]\n"
        (place / "feedbot.yaml").write_text(config)
        check = [sys.executable, "-m", "feedbot", "check", "--config", "feedbot.yaml"]
        commands = {
            "--help": ([sys.executable, "-m", "feedbot", "--help"], [sys.executable, "-c", PLAIN], 3.0),
            "a check of one source": (check, [sys.executable, "-c", USED], 1.3),
        }
        for name, (ours, other, goal) in commands.items():
            cost(ours, place, environ)
            took = [(cost(ours, place, environ)[0], cost(other, place, environ)[0]) for _ in range(pairs)]
            mine, least = median(one for one, _ in took), median(one for _, one in took)
            print(f"{name}: {mine:.3f} s of CPU, {mine / least:.2f}x of the least (goal {goal}x)")
        idle(place, environ, 0.05 if options.small else options.minutes)
    return 0


def idle(place: Path, environ: dict[str, str], minutes: float) -> None:
    """Print what a service takes that has nothing to do."""
    command = [sys.executable, "-m", "feedbot", "serve", "--port", "0", "--config", "feedbot.yaml"]
    process = subprocess.Popen(command, cwd=place, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    turn = Event()
    turn.wait(8)
    before = _worked(process.pid)
    turn.wait(60 * minutes)
    worked = (_worked(process.pid) - before) / minutes
    status = Path(f"/proc/{process.pid}/status").read_text().split("VmRSS:")[1].split()[0]
    print(f"idle: {int(status) / 1024:.1f} MB, {1000 * worked:.0f} ms of CPU in a minute (goal 90 MB)")
    process.send_signal(signal.SIGTERM)
    process.wait()


def _worked(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    sys.exit(main())

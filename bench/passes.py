"""What a pass costs in CPU, start included: nothing is new, everything is new, pages instead of feeds.

    python bench/passes.py [unchanged|https|slow|changed|pages] [--feeds N] [--pairs N] [--small]

Beside it, in turn, a bare `requests` session that asks for the same with the same validators, which is the least that
an HTTP client of Python can do, and where something is new, also the time to parse it with lxml and to post a webhook
for it. The origin is a process of its own, whose counts are the proof that the work was done.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import monotonic, sleep  # noqa: TID251 - sources are due after a second

import trustme
from origin import Origin, addresses, origin

HERE = Path(__file__).parents[1]
BARE = """
import sys, json, requests
from concurrent.futures import ThreadPoolExecutor
urls, hook, threads = json.load(open(sys.argv[1]))
session = requests.Session(); session.trust_env = False
if sys.argv[3]: session.verify = sys.argv[3]
session.mount("http://", requests.adapters.HTTPAdapter(pool_connections=1, pool_maxsize=1))
tag = sys.argv[2]
def ask(url):
    got = session.get(url, headers={"If-None-Match": tag} if tag else {}, timeout=30)
    if hook and got.status_code == 200:
        from lxml import etree
        found = [one.text for one in etree.fromstring(got.content, etree.HTMLParser()).iter("title", "a")][1:2]
        session.post(hook, json={"data": {"items": [{"title": one} for one in found]}}, timeout=30)
with ThreadPoolExecutor(threads) as pool: list(pool.map(ask, urls))
"""


def cost(command: Sequence[str], place: Path, environ: dict[str, str]) -> tuple[float, float, float]:
    """Run a command; return its seconds of CPU, those by the clock, and its most memory in MB."""
    began = monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=place, env=environ, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(command)[:200]}: {said.read().decode()[-800:]}")
    return used.ru_utime + used.ru_stime, monotonic() - began, used.ru_maxrss / 1024


class Desk:
    """feedbot with N sources, and the bare client beside it."""

    def __init__(self, place: Path, there: Origin, feeds: int, options: argparse.Namespace, ca: str) -> None:
        self.place, self.there, self.feeds, self.ca = place, there, feeds, ca
        self.environ = {**os.environ, "PYTHONPATH": str(HERE), **({"SSL_CERT_FILE": ca} if ca else {})}
        self.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        select = ', select: {item: "li.card", title: "h3"}' if options.select else ""
        sources = "".join(f"  - {{id: s{n}, url: '{there.url(n)}', every: 1s{select}}}\n" for n in range(feeds))
        hook = "" if ca else f"targets:\n  hook: {{webhook: '{there.url(0)}'}}\n"
        self.hook = there.url(0) if options.new and not ca else ""
        (place / "feedbot.yaml").write_text(f"network: {{allow: [127.0.0.0/8]}}\nsources:\n{sources}{hook}")
        (place / "bare.py").write_text(BARE)
        threads = 64 if options.delay else 4
        (place / "urls.json").write_text(json.dumps([[there.url(n) for n in range(feeds)], self.hook, threads]))

    def ours(self) -> tuple[float, float, float]:
        """Let feedbot do a pass over everything."""
        return cost([sys.executable, "-m", "feedbot", "run", "--config", "feedbot.yaml"], self.place, self.environ)

    def bare(self, tag: str) -> tuple[float, float, float]:
        """Let a session ask for everything."""
        return cost([sys.executable, "bare.py", "urls.json", tag, self.ca], self.place, self.environ)


def measured(name: str, options: argparse.Namespace) -> int:
    """Print the figures of one question; 1 where the proof fails."""
    options.new, options.delay = name in {"changed", "pages"}, 0.1 if name == "slow" else 0.0
    options.select = name == "pages" and not options.infer
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tls, ca = certified(place, options.feeds) if name == "https" else (None, "")
        kind = "page" if name == "pages" else "feed"
        there = stack.enter_context(origin(options.feeds, kind=kind, delay=options.delay, tls=tls))
        desk = Desk(place, there, options.feeds, options, ca)
        desk.ours()
        there.counts()
        ours, bares, wrong = [], [], 0
        for number in range(options.pairs):
            if options.new:
                there.publish()
            sleep(1)
            ours.append(desk.ours())
            wrong += missing(there, options, number)
            bares.append(desk.bare("" if options.new else '"20"'))
            there.counts()
        wrong += 0 if not options.new else unread(place, options)
    for said, place_ in (("CPU", 0), ("wall", 1), ("most memory", 2)):
        mine, other = (median(one[place_] for one in all_) for all_ in (ours, bares))
        unit = "MB" if place_ == 2 else "s"
        print(
            f"{name}, {options.feeds}: {said} {mine:.2f} {unit}, bare requests {other:.2f} {unit}: {mine / other:.2f}x"
        )
    if options.delay:
        least = options.feeds / 64 * options.delay
        print(f"{name}, {options.feeds}: wall {median(one[1] for one in ours) / least:.2f}x of N/64 x delay")
    print(
        f"{name}, {options.feeds}: {options.pairs} pairs, {'wrong' if wrong else 'right'} by the counts of the origin"
    )
    return int(wrong > 0)


def missing(there: Origin, options: argparse.Namespace, number: int) -> int:
    """Return how much was not asked, or not told, in a pass."""
    counts = there.counts()
    told = [name for name in counts if name.startswith("told ")]
    if not options.new:
        return abs(counts["304"] - options.feeds)
    once = all(counts[name] == 1 for name in told)
    right = {f"told Story {20 + number} of office {n}" for n in range(options.feeds)} == {*told}
    return abs(counts["200"] - options.feeds) + (0 if once and right else 1)


def unread(place: Path, options: argparse.Namespace) -> int:
    """Read what was published again; return how many feeds lack what is new."""
    wrong = 0
    for n in range(options.feeds):
        said = json.loads((place / "feeds" / f"s{n}.json").read_text())
        wrong += said["items"][0]["title"] != f"Story {19 + options.pairs} of office {n}"
    return wrong


def certified(place: Path, hosts: int) -> tuple[tuple[str, str], str]:
    """Return a certificate for all hosts with its key, and the authority that vouches for it."""
    authority = trustme.CA()
    certificate = authority.issue_cert(*addresses(hosts))
    files = [place / name for name in ("cert.pem", "key.pem", "ca.pem")]
    certificate.cert_chain_pems[0].write_to_path(str(files[0]))
    certificate.private_key_pem.write_to_path(str(files[1]))
    authority.cert_pem.write_to_path(str(files[2]))
    return (str(files[0]), str(files[1])), str(files[2])


def main() -> int:
    """Answer the questions; 1 where a proof fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    questions = ("unchanged", "https", "slow", "changed", "pages")
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help=", ".join(questions))
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--infer", action="store_true", help="pages without selectors")
    parser.add_argument("--small", action="store_true", help="a few of everything, to see that it works")
    options = parser.parse_args()
    if options.small:
        options.feeds, options.pairs = 8, 1
    return max(measured(name, options) for name in options.questions or questions)


if __name__ == "__main__":
    sys.exit(main())

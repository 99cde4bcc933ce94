"""How fast feedbot tells: webhooks against bare requests.Session threads, mails against smtplib with ready bytes.

Prints ratios of one run, by the clock and by the CPU time of the sending process. The receivers are processes of their
own and count what arrived, which is the proof.
"""

import smtplib
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from multiprocessing import Process, Value
from typing import Any

import requests

from feedbot.app import utc_now
from feedbot.compose import Letterhead, compose
from feedbot.compose.sample import samples
from feedbot.deliver import Desk, deliver
from feedbot.delivery import Delivery, Mail
from feedbot.feed import Site
from feedbot.item import Item, ItemId
from feedbot.outbound import Outbound
from feedbot.ports import Sender
from feedbot.send import Relay
from feedbot.send.smtp import SmtpSender
from feedbot.send.webhook import WebhookSender
from feedbot.source import SourceState, TargetId
from feedbot.store import open_store
from feedbot.target import EmailTarget, Target, WebhookTarget

THREADS, EACH, MAILS = 4, 500, 1000
NOW = utc_now()
HEAD = Letterhead(site=Site(title="News", url="https://news.example/"), sender="News <news@example.org>")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def hooks(connection: socket.socket, count: Any) -> None:
    """Answer every request of a kept connection with 204."""
    read = connection.makefile("rb")
    while line := read.readline():
        length = 0
        while (line := read.readline()) not in {b"\r\n", b""}:
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        read.read(length)
        with count.get_lock():
            count.value += 1
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def mails(connection: socket.socket, count: Any) -> None:
    """Take every mail."""
    read = connection.makefile("rb")
    connection.sendall(b"220 ready\r\n")
    while line := read.readline():
        command = line[:4].upper()
        if command == b"EHLO":
            connection.sendall(b"250-bench\r\n250 SIZE 10000000\r\n")
        elif command == b"DATA":
            connection.sendall(b"354 go\r\n")
            while read.readline() != b".\r\n":
                pass
            with count.get_lock():
                count.value += 1
            connection.sendall(b"250 taken\r\n")
        else:
            connection.sendall(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")


def serve(server: socket.socket, talk: Callable[[socket.socket, Any], None], count: Any) -> None:
    while True:
        connection, _ = server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=talk, args=(connection, count), daemon=True).start()


def items(number: int) -> list[Item]:
    rich = samples(NOW)[0]
    return [replace(rich, id=ItemId(f"i{n}"), title=f"{rich.title} {n}") for n in range(number)]


def owed(target: Target, item: Item) -> Delivery:
    return Delivery(item_id=item.id, revision=1, target_id=target.id, created_at=NOW, due_at=NOW)


@dataclass(frozen=True)
class Speed:
    """Messages a second by the clock on the wall, and what this process spent on one, in milliseconds."""

    rate: float
    spent: float

    def shown(self, what: str, base: "Speed") -> str:
        wall, cpu = self.rate / base.rate, base.spent / self.spent
        return f"{what:44} {self.rate:7.0f}/s  {wall:5.2f}   {self.spent:6.2f} ms CPU  {cpu:5.2f}"


def timed(work: Callable[[], None], count: Any, wanted: int) -> Speed:
    before, began, busy = count.value, time.perf_counter(), time.process_time()
    work()
    took, spent = time.perf_counter() - began, time.process_time() - busy
    assert count.value - before == wanted, f"{count.value - before} of {wanted} arrived"
    return Speed(wanted / took, spent / wanted * 1000)


def side_by_side(work: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))


def through_outbox(targets: list[Target], told: list[Item], senders: dict[TargetId, Sender]) -> Callable[[], None]:
    """Return what delivers all that is owed, by the verb and the real store, after everything was stored."""

    def work(target: Target) -> None:
        store = opened
        done = deliver(
            target,
            outbox=store,
            sender=senders[target.id],
            desk=Desk(lambda to, debts, known: compose(to, debts, known, HEAD)),
            clock=utc_now,
            jitter=lambda: 0.0,
            stop=lambda: False,
        )
        assert done.sent == len(told)

    folder = tempfile.mkdtemp()
    context = open_store(f"sqlite:///{folder}/bench.sqlite3")
    opened = context.__enter__()
    debts = [owed(target, item) for target in targets for item in told]
    opened.commit(SourceState(source_id=told[0].source_id), items=told, debts=debts)

    def all_of_them() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, targets))
        context.__exit__(None, None, None)

    return all_of_them


def bench_hooks(port: int, count: Any) -> None:
    url = f"http://127.0.0.1:{port}/"
    told = items(EACH)
    targets: list[Target] = [
        WebhookTarget(id=TargetId(f"t{n}"), url=url, secrets=(SECRET,), allow=("127.0.0.0/8",)) for n in range(THREADS)
    ]
    first = targets[0]
    body = getattr(compose(first, [owed(first, told[0])], {told[0].id: told[0]}, HEAD), "body", b"")

    def bare(_: int) -> None:
        with requests.Session() as session:
            for _ in range(EACH):
                session.post(url, data=body, headers={"Content-Type": "application/json"}, timeout=15)

    def one_by_one(_: int) -> None:
        for _ in range(EACH):
            requests.post(url, data=body, headers={"Content-Type": "application/json"}, timeout=15)

    with closing(Outbound("feedbot/bench")) as outbound:
        senders: dict[TargetId, Sender] = {
            target.id: WebhookSender(target, outbound, utc_now)
            for target in targets
            if isinstance(target, WebhookTarget)
        }

        def ours(number: int) -> None:
            target = targets[number]
            for item in told:
                senders[target.id].send(compose(target, [owed(target, item)], {item.id: item}, HEAD))

        wanted = THREADS * EACH
        timed(lambda: side_by_side(bare), count, wanted)  # warm
        base = timed(lambda: side_by_side(bare), count, wanted)
        single = timed(lambda: side_by_side(one_by_one), count, wanted)
        mine = timed(lambda: side_by_side(ours), count, wanted)
        whole = timed(through_outbox(targets, told, senders), count, wanted)
    print(base.shown("webhooks, requests.Session threads", base))
    print(single.shown("webhooks, one requests.post per event", base))
    print(mine.shown("webhooks, composed, signed, sent", base))
    print(whole.shown("webhooks, the same through the outbox", base))


def bench_mails(port: int, count: Any) -> None:
    told = items(MAILS)
    target = EmailTarget(id=TargetId("board"), recipients=("board@example.org",))
    ready = compose(target, [owed(target, told[0])], {told[0].id: told[0]}, HEAD)
    assert isinstance(ready, Mail)

    def bare() -> None:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            for _ in range(MAILS):
                smtp.sendmail("news@example.org", ["board@example.org"], ready.raw)

    def ours() -> None:
        with closing(SmtpSender(Relay(host="127.0.0.1", port=port), ssl.create_default_context())) as sender:
            for item in told:
                sender.send(compose(target, [owed(target, item)], {item.id: item}, HEAD))

    timed(ours, count, MAILS)
    base = timed(bare, count, MAILS)
    mine = timed(ours, count, MAILS)
    with closing(SmtpSender(Relay(host="127.0.0.1", port=port), ssl.create_default_context())) as sender:
        whole = timed(through_outbox([target], told, {target.id: sender}), count, MAILS)
    crowd = replace(target, recipients=tuple(f"r{n}@example.org" for n in range(MAILS)), unsubscribe=True)

    def listed() -> None:
        message = compose(crowd, [owed(crowd, told[0])], {told[0].id: told[0]}, replace(HEAD, signing="k" * 20))
        with closing(SmtpSender(Relay(host="127.0.0.1", port=port), ssl.create_default_context())) as sender:
            sender.send(message)

    many = timed(listed, count, MAILS)
    print(base.shown(f"mails of {len(ready.raw):,} bytes, smtplib, ready", base))
    print(mine.shown("mails, composed and sent", base))
    print(whole.shown("mails, the same through the outbox", base))
    print(many.shown("mails, one item to a list, each its own", base))


def main() -> None:
    for talk, bench in ((hooks, bench_hooks), (mails, bench_mails)):
        count = Value("q", 0)
        server = socket.create_server(("127.0.0.1", 0), backlog=128)
        process = Process(target=serve, args=(server, talk, count), daemon=True)
        process.start()
        try:
            bench(server.getsockname()[1], count)
        finally:
            process.terminate()


if __name__ == "__main__":
    main()

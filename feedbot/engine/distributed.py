"""The engine of many processes: Procrastinate, on the database that they share.

Its own rows only wake workers, and may all be thrown away: ticks and sweeps find in the store what is to be done.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path

from procrastinate import App, BaseConnector, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager

from feedbot.engine.ticks import Ticks
from feedbot.errors import StoreError
from feedbot.ports import EngineStats, Kind, Transaction

QUEUE = "feedbot"
"""One queue: workers ask for what is in it, and for each queue more they would ask once more."""
RESCUE, STALLED = timedelta(seconds=10), timedelta(seconds=30)
"""How often wake-ups of workers that are gone are looked for, and after how long without a sign of life they are."""
SIGN = timedelta(seconds=10)
"""Between two signs of life of a worker."""
GRACE = timedelta(seconds=25)
"""What is in flight has so long when it is told to stop."""
POLL = timedelta(seconds=5)
"""Wake-ups come as they are queued; in case one was not heard, the queue is looked at so often."""


class DistributedEngine:
    """Satisfies ports.Engine. `url` is a PostgreSQL database (see install), of whose rows `leads` says who ticks.

    `leads(name, period)` says whether this process is the one that does `name` in this period. `failed` hears what a
    handler raised.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime],
        leads: Callable[[str, timedelta], bool],
        failed: Callable[[Kind, str, Exception], object],
    ) -> None:
        for name in ("procrastinate", "psycopg.pool"):  # what a handler raises is heard by `failed`, the rest by `run`
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._url = url
        self._clock, self._leads, self._failed = clock, leads, failed
        self._ticks = Ticks(clock)
        self._sync = App(connector=SyncPsycopgConnector(conninfo=url, min_size=1, max_size=2))
        self._stop: Callable[[], object] = lambda: None
        self._stopped = False
        self._rescued = self._dead = 0

    def open(self) -> None:
        """Connect, and make the tables of the engine where they are not there. Raises StoreError."""
        with _told():
            self._sync.open()
            install(self._sync)

    def close(self) -> None:
        """Let go of connections."""
        self._sync.close()

    def enqueue(self, tx: Transaction, kind: Kind, key: str, due: datetime) -> None:
        """Wake somebody at `due`, once `tx` is stored. Raises StoreError."""
        lock = f"{kind}:{key}" if due <= self._clock() else f"{kind}:{key}@{due.timestamp()}"
        task = self._sync.configure_task(
            kind, queue=QUEUE, queueing_lock=lock, schedule_at=due, allow_unknown=True, connection=tx.driver
        )
        with _told(), suppress(AlreadyEnqueued), tx.savepoint():
            task.defer(key=key)

    def schedule(self, kind: Kind, every: timedelta) -> None:
        """Wake one of all who share the work so often; who ticks is settled anew each time."""
        self._ticks.every(kind, every, lambda: self._tick(kind, every), first=timedelta())

    def again(self) -> None:
        """Begin everything that is scheduled now."""
        self._ticks.again()

    def run(self, handlers: Mapping[Kind, Callable[[str], object]], slots: int) -> None:
        """Call handlers until told to stop. Raises StoreError where the database cannot be reached any more."""
        with _told():
            asyncio.run(self._run(handlers, slots))

    def stop(self) -> None:
        """Tell it to stop."""
        self._stopped = True
        self._stop()

    def stats(self) -> EngineStats:
        """Return how much there is to do. Raises StoreError."""
        with _told():
            row = self._sync.connector.get_sync_connector().execute_query_one(_STATS)
        return EngineStats(**row, dead=self._dead, rescued=self._rescued)

    def _tick(self, kind: Kind, every: timedelta) -> None:
        try:
            if self._leads(f"tick:{kind}", every):
                with _told(), suppress(AlreadyEnqueued):
                    self._sync.configure_task(
                        kind, queue=QUEUE, queueing_lock=f"{kind}:", allow_unknown=True, priority=1
                    ).defer(key="")
        except StoreError as error:
            self._failed(kind, "", error)

    async def _run(self, handlers: Mapping[Kind, Callable[[str], object]], slots: int) -> None:
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        self._stop = lambda: loop.call_soon_threadsafe(stopping.set)
        loop.set_default_executor(ThreadPoolExecutor(max_workers=slots + 2, thread_name_prefix="feedbot"))
        app = App(connector=PsycopgConnector(conninfo=self._url, min_size=1, max_size=4))
        for kind, handler in handlers.items():
            app.task(name=kind, queue=QUEUE)(self._handling(kind, handler))
        async with app.open_async():
            worker = asyncio.create_task(self._worker(app, slots))
            rescuer = asyncio.create_task(self._rescue(app))
            waiter = asyncio.create_task(stopping.wait())
            if not self._stopped:
                self._ticks.begin()
                await asyncio.wait({worker, rescuer, waiter}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(self._ticks.end)
            failed = [one.exception() for one in (worker, rescuer) if one.done() and not one.cancelled()]
            for one in (worker, rescuer, waiter):
                one.cancel()
            await asyncio.gather(worker, rescuer, waiter, return_exceptions=True)
            for error in failed:
                if error:
                    raise error

    async def _worker(self, app: App, slots: int) -> None:
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=slots,
            delete_jobs="always",
            fetch_job_polling_interval=POLL.total_seconds(),
            update_heartbeat_interval=SIGN.total_seconds(),
            stalled_worker_timeout=2 * STALLED.total_seconds(),
            shutdown_graceful_timeout=GRACE.total_seconds(),
            install_signal_handlers=False,
        )

    async def _rescue(self, app: App) -> None:
        """Queue again what a worker had begun that is gone."""
        while True:
            await asyncio.sleep(RESCUE.total_seconds())
            if await asyncio.to_thread(self._leads, "tick:rescue", RESCUE):
                stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED.total_seconds())
                for job in stalled:
                    try:
                        await app.job_manager.retry_job(job)
                        self._rescued += 1
                    except ProcrastinateException:  # one like it waits already
                        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    def _handling(self, kind: Kind, handler: Callable[[str], object]) -> Callable[[str], None]:
        def handle(key: str) -> None:
            try:
                handler(key)
            except Exception as error:  # noqa: BLE001 - one that fails costs no other one
                self._dead += 1
                self._failed(kind, key, error)

        return handle


def install(app: App) -> None:
    """Make the tables of the engine, or bring them up to date with the Procrastinate that is here."""
    connector = app.connector.get_sync_connector()
    if _version(connector) is None:
        with suppress(ConnectorException):  # another process makes them now
            _execute(connector, f"SELECT pg_advisory_xact_lock({LOCK}); {SchemaManager.get_schema()} {_noted()}")
    there = _version(connector)
    if there is None:
        raise StoreError("the tables of the engine cannot be made: may this role create tables, types and functions?")
    for file in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")):
        if there < file.name.split("_")[0] <= HERE:
            _execute(connector, file.read_text(encoding="utf-8"))
    if there < HERE:
        _execute(connector, _noted())


def _execute(connector: BaseConnector, statements: str) -> None:
    connector.execute_query(statements.replace("%", "%%"))


def _version(connector: BaseConnector) -> str | None:
    """Return of which version the tables are; None where there are none."""
    row = connector.execute_query_one(_THERE)
    return (row["version"] or "") if row["there"] else None


def _noted() -> str:
    return f"COMMENT ON TABLE procrastinate_jobs IS '{HERE}';"


@contextmanager
def _told() -> Iterator[None]:
    """Turn errors of the engine into StoreError; addresses, which hold a password, are not told."""
    try:
        yield
    except (ProcrastinateException, OSError) as error:
        cause = str(error.__cause__ or error).strip().splitlines() or [type(error).__name__]
        raise StoreError(f"the engine's database does not do what is asked: {cause[0]}") from error


HERE = ".".join(f"{int(part):02}" for part in metadata.version("procrastinate").split(".")[:3])
LOCK = 0x66656564626F7A
"""The number of the lock under which the tables of the engine are made."""
_THERE = """
SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there,
  obj_description(to_regclass('procrastinate_jobs'), 'pg_class') AS version
"""
_STATS = """
SELECT count(*) FILTER (WHERE status = 'todo') AS queued, count(*) FILTER (WHERE status = 'doing') AS running,
  count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())) AS late,
  min(scheduled_at) FILTER (WHERE status = 'todo' AND scheduled_at <= now()) AS late_since
FROM procrastinate_jobs
"""

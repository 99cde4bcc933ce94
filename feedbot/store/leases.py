"""Leases: who of several processes does what, and until when."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from feedbot.ports import Lease
from feedbot.store import tables
from feedbot.store.database import Database
from feedbot.store.tables import insert


class Leases:
    """Satisfies ports.Leases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self, name: str, *, holder: str, now: datetime, until: datetime) -> Lease | None:
        """Take a lease; None where it is taken."""
        asked = {"name": name, "token": _first(now), "until": until, "holder": holder, "now": now}
        with self._database.writing() as connection:
            token = connection.execute(_TAKE, asked).scalar()
        return Lease(name=name, token=token) if token is not None else None

    def renew(self, leases: Sequence[Lease], *, until: datetime) -> Sequence[Lease]:
        """Have these until then; return those that are still held."""
        with self._database.writing() as connection:
            return [
                one
                for one in sorted(leases, key=lambda one: one.name)
                if connection.execute(_RENEW, _of(one) | {"then": until}).rowcount
            ]

    def release(self, lease: Lease, *, at: datetime) -> None:
        """Give it back for whoever wants it from `at` on."""
        with self._database.writing() as connection:
            connection.execute(_RELEASE, _of(lease) | {"then": at})

    @contextmanager
    def under(self, lease: Lease) -> Iterator[None]:
        """Let this thread store nothing within unless the lease is still its own, or else raise LeaseLost."""
        with self._database.under(lease):
            yield

    def holders(self, now: datetime) -> Mapping[str, str]:
        """Return who holds each lease that did not run out."""
        with self._database.reading() as connection:
            return {row.name: row.holder for row in connection.execute(_HELD, {"now": now})}

    def forget_leases(self, before: datetime) -> int:
        """Forget leases that ran out before that moment; return how many."""
        with self._database.writing() as connection:
            return connection.execute(_FORGET, {"before": before}).rowcount


def _first(now: datetime) -> int:
    """Return the token of a name that nothing is known of: higher than all that it may have had before."""
    return int(now.timestamp() * 1_000_000)


def _of(lease: Lease) -> dict[str, object]:
    return {"of": lease.name, "mine": lease.token}


_l = tables.leases.c
_FREE = insert(tables.leases)
_TAKE = _FREE.on_conflict_do_update(
    index_elements=["name"],
    set_={"token": _l.token + 1, "until": _FREE.excluded.until, "holder": _FREE.excluded.holder},
    where=_l.until <= bindparam("now", type_=_l.until.type),
).returning(_l.token)
_RENEW = (
    update(tables.leases)
    .where(_l.name == bindparam("of"), _l.token == bindparam("mine"))
    .values(until=bindparam("then", type_=_l.until.type))
)
_RELEASE = _RENEW.values(token=_l.token + 1)
_HELD = select(_l.name, _l.holder).where(_l.until > bindparam("now", type_=_l.until.type))
_FORGET = delete(tables.leases).where(_l.until < bindparam("before", type_=_l.until.type))

"""What `why` and `backtest` ask of the store: what was decided, what came of it, and how long that took."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, Select, and_, bindparam, select

from feedbot.account import Decided, Delay
from feedbot.decision import Decision
from feedbot.delivery import Delivery, State
from feedbot.item import Item, ItemId
from feedbot.source import SourceId, TargetId
from feedbot.store import tables
from feedbot.store.database import Database
from feedbot.store.outbox import DELIVERIES, ITEMS
from feedbot.store.rows import decision_of, delivery_of, heading, item_of, target_of
from feedbot.target import TargetState

PAGE = 500


class Ledger:
    """Answers from what was stored when it was decided, tried and settled."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, words: str, most: int = 10) -> Sequence[Item]:
        """Return the newest items whose titles hold all of `words`, parts of words included, whatever their case."""
        wanted = heading(words).split()
        if not wanted:
            return []
        found = _BY_HEADING.where(*(_i.heading.contains(word, autoescape=True) for word in wanted)).limit(most)
        with self._database.reading() as connection:
            seqs = list(connection.execute(found).scalars())
            rows = connection.execute(_LATEST, {"page": seqs}).mappings()
            items = {row["seq"]: item_of(row) for row in rows}
        return [items[seq] for seq in seqs if seq in items]

    def decisions_of(self, item_id: ItemId) -> Sequence[Decision]:
        """Return what was decided of an item, the first revision first; nothing of those of the baseline."""
        with self._database.reading() as connection:
            return [decision_of(row) for row in connection.execute(_DECISIONS_OF, {"of": item_id}).mappings()]

    def deliveries_of(self, item_id: ItemId) -> Sequence[Delivery]:
        """Return all that is and was owed of an item."""
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(_DELIVERIES_OF, {"of": item_id}).mappings()]

    def target_states(self) -> Mapping[TargetId, TargetState]:
        """Return what was learned of each target."""
        with self._database.reading() as connection:
            rows = connection.execute(_TARGET_STATES).mappings().all()
        return {row["target_id"]: target_of(row) for row in rows}

    def decided(self, since: datetime) -> Iterator[Decided]:
        """Give all that was decided from `since` on, in order, each with the item as it was then and before."""
        with self._database.reading() as connection:
            rows = connection.execute(_DECIDED, {"since": since}).mappings().all()
            for start in range(0, len(rows), PAGE):
                page = rows[start : start + PAGE]
                asked = {"page": sorted({row["item"] for row in page})}
                states = {
                    (row["seq"], row["number"]): item_of(row) for row in connection.execute(_STATES, asked).mappings()
                }
                for row in page:
                    item, number = row["item"], row["revision"]
                    if (item, number) in states:
                        before = states.get((item, number - 1))
                        yield Decided(decision=decision_of(row), item=states[item, number], before=before)

    def owed_since(self, since: datetime) -> Sequence[Delivery]:
        """Return what was owed by what was decided from `since` on."""
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(_OWED_SINCE, {"since": since}).mappings()]

    def delays(self, targets: Collection[TargetId], since: datetime, most: int) -> Sequence[Delay]:
        """Return how long first tellings took that were sent from `since` on: the latest `most` of each target."""
        found: list[Delay] = []
        with self._database.reading() as connection:
            for target_id in sorted(targets):
                asked = {"target": target_id, "since": since, "most": most}
                found += [_delay(row, target_id) for row in connection.execute(_SENT, asked).mappings()]
        return found


def _delay(row: RowMapping, target_id: TargetId) -> Delay:
    published, seen = row["published_at"], row["first_seen"]
    began = published if row["dated"] == "time" and published <= seen else seen
    took = max(row["settled_at"] - began, timedelta())
    return Delay(source_id=SourceId(row["source_id"]), target_id=target_id, took=took)


_i, _d, _c, _r = tables.items.c, tables.deliveries.c, tables.decisions.c, tables.revisions.c
_TARGET_STATES = select(tables.targets)
_BY_HEADING = select(_i.seq).order_by(_i.seq.desc())
_LATEST = ITEMS.where(_i.seq.in_(bindparam("page", expanding=True)), _r.number == _i.revision)
_STATES = ITEMS.where(_i.seq.in_(bindparam("page", expanding=True)))
_SEQ = select(_i.seq).where(_i.id == bindparam("of")).scalar_subquery()
_DECISIONS: Select[tuple[object, ...]] = select(tables.decisions, _i.id.label("item_id")).join(
    tables.items, _i.seq == _c.item
)
_DECISIONS_OF = _DECISIONS.where(_c.item == _SEQ).order_by(_c.revision)
_DELIVERIES_OF = DELIVERIES.where(_d.item == _SEQ).order_by(_d.revision, _d.target_id)
_DECIDED = _DECISIONS.where(_c.at >= bindparam("since", type_=_c.at.type)).order_by(_c.at, _c.item, _c.revision)
_OWED_SINCE = (
    DELIVERIES.join(tables.decisions, and_(_c.item == _d.item, _c.revision == _d.revision))
    .where(_c.at >= bindparam("since", type_=_c.at.type))
    .order_by(_c.at, _d.place)
)
_SENT = (
    select(_i.source_id, _i.published_at, _i.first_seen, _i.dated, _d.settled_at)
    .join(tables.items, _i.seq == _d.item)
    .where(
        _d.target_id == bindparam("target"),
        _d.state == State.SENT,
        _d.event == "published",
        _d.due_at >= bindparam("since", type_=_d.due_at.type),
    )
    .order_by(_d.due_at.desc(), _d.place.desc())
    .limit(bindparam("most"))
)

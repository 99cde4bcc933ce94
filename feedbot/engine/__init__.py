"""Engine: where work runs: in threads of this process, or in workers on many machines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from feedbot.engine.local import LocalEngine
from feedbot.errors import StoreUnusable
from feedbot.ports import Kind

if TYPE_CHECKING:
    from feedbot.engine.distributed import DistributedEngine

__all__ = ["LocalEngine", "distributed"]


@contextmanager
def distributed(
    url: str,
    *,
    clock: Callable[[], datetime],
    leads: Callable[[str, timedelta], bool],
    failed: Callable[[Kind, str, Exception], object],
) -> Iterator["DistributedEngine"]:
    """Open the engine that many processes share on a PostgreSQL database (see DistributedEngine).

    Raises StoreUnusable where what it needs is not installed, and StoreError.
    """
    try:
        from feedbot.engine.distributed import DistributedEngine  # noqa: PLC0415 - only where several share the work
    except ImportError as error:
        remedy = f"it needs {error.name}, which is not here: `pip install 'feedbot[engine]'`"
        raise StoreUnusable(f"the work cannot be shared: {remedy}") from error
    engine = DistributedEngine(url, clock, leads, failed)
    engine.open()
    try:
        yield engine
    finally:
        engine.close()

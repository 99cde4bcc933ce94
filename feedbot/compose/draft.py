"""A draft: a message that may still tell fewer items than it is of, and how many it can hold."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedbot.delivery import Delivery, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message of `count` deliveries: `write(n)` tells the first n and counts the rest, if it `fits(n)`."""

    count: int
    write: Callable[[int], Message]
    fits: Callable[[int], bool]

    def best(self, cap: int | None) -> Message:
        """Return the message that tells as many as it can hold, `cap` at most, and one at least."""
        wanted = min(self.count, cap or self.count)
        return self.write(wanted if wanted == 1 or self.fits(wanted) else most(wanted - 1, self.fits))


def split(deliveries: Sequence[Delivery], fits: Callable[[Sequence[Delivery]], bool]) -> list[Sequence[Delivery]]:
    """Return `deliveries` in parts that fit, each as long as it can be, and one long at least."""
    parts, left = [], deliveries
    while left:
        rest = left
        count = len(rest) if fits(rest) else most(len(rest) - 1, lambda n: fits(rest[:n]))  # noqa: B023 - used at once
        parts.append(left[:count])
        left = left[count:]
    return parts


def most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the greatest number up to `count` that fits, 1 where none does; what is larger than a misfit is one."""
    return max(1, bisect_left(range(1, count + 1), True, key=lambda n: not fits(n)))  # noqa: FBT003 - what is sought

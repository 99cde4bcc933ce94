"""What a pass of the service publishes: everything that may have changed now and then, in between what has news."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feedbot.app import App
from feedbot.publish import Published
from feedbot.roster import RollCall

REST = timedelta(milliseconds=15)
"""Between two looks at everything, for each source: a hundred times what that look costs."""


@dataclass(slots=True)
class Press:
    """Remembers when it last looked at everything, by which app."""

    _rolls: RollCall = field(default_factory=RollCall)
    _whole: tuple[App, datetime] | None = None

    def publish(self, app: App, now: datetime) -> Iterator[Published]:
        """Bring feeds up to date.

        A look at everything also finds new titles, lost files and what was taken off the list, and draws pages and the
        index. Where there are few sources each pass does so; where there are many, most only draw feeds with news.
        """
        if self._is_due(app, now):
            yield from app.publish()
            self._whole = app, now
        elif ids := app.store.unpublished():
            yield from app.publish_changed(ids, self._rolls.of(app.config, app.store, now))

    def _is_due(self, app: App, now: datetime) -> bool:
        if self._whole is None or self._whole[0] is not app:
            return True
        return abs(now - self._whole[1]) >= REST * len(app.config.sources)

"""What can be said of when targets hear of news, and the rhythm that it makes."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from feedbot.cadence import Quiet, Rhythm
from feedbot.config import checks
from feedbot.config.kinds import Duration, Model, Text


class RhythmModel(Model):
    """When a target hears of news: at once where nothing is said."""

    batch: Duration | None = Field(
        None, description="Gather what comes within this time of the first item into one message.", examples=["10m"]
    )
    digest: Annotated[str, AfterValidator(checks.digest)] | None = Field(
        None,
        description="Gather everything for set times: daily, weekdays, weekly, monthly, or a cron line.",
        examples=["daily 08:30", "weekly mon 08:30", "0 8,16 * * mon-fri"],
    )
    quiet: Annotated[Quiet, BeforeValidator(checks.quiet), WithJsonSchema({"type": "string"})] | None = Field(
        None, description="Hours in which nothing is sent; it waits until they are over.", examples=["22:00-07:00"]
    )

    @model_validator(mode="after")
    def _one_rhythm(self) -> "RhythmModel":
        if self.batch and self.digest:
            raise ValueError("`batch` and `digest` exclude each other; keep one")
        return self

    def rhythm(self) -> Rhythm:
        """Return the rhythm that it makes."""
        return Rhythm(gather=self.batch, digest=self.digest or "", quiet=self.quiet)


class NotifyModel(RhythmModel):
    """A target that hears of a source, in a rhythm of its own."""

    to: Text = Field(description="Id of the target.", examples=["board"])
    instant: bool = Field(default=False, description="Tell it at once, whatever rhythm the target has.")

    @model_validator(mode="after")
    def _instant_or_gathered(self) -> "NotifyModel":
        if self.instant and (self.batch or self.digest):
            raise ValueError("`instant` excludes `batch` and `digest`; keep one")
        return self

    def own(self, usual: Rhythm) -> Rhythm | None:
        """Return the rhythm for this source, where it is another one than the target's `usual` one."""
        mine = self.rhythm()
        if not (self.instant or mine.gather or mine.digest):
            mine = Rhythm(gather=usual.gather, digest=usual.digest, quiet=mine.quiet)
        mine = Rhythm(gather=mine.gather, digest=mine.digest, quiet=mine.quiet or usual.quiet)
        return mine if mine != usual else None


def named(value: object) -> Any:  # noqa: ANN401 - what pydantic reads on
    """Take the id of a target for a target without a rhythm of its own."""
    return {"to": value} if isinstance(value, str) else value


Notify = Annotated[NotifyModel, BeforeValidator(named)]

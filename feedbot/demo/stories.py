"""The stories of the sample newsroom: an invented public body that inquires into the safety of care."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

BODY = "Northmere Care Safety Office"


class Section(NamedTuple):
    """A part of an article; an empty line parts its paragraphs, no heading means that it opens the article."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story; `days_ago` counts from the day of the demo, a quote has its words, speaker and role."""

    slug: str
    kind: str
    title: str
    days_ago: int
    summary: str
    picture: str
    alt: str
    sections: tuple[Section, ...]
    quote: tuple[str, str, str] | None = None
    report: bool = False
    related: tuple[str, ...] = ()

    def dated(self, today: date) -> date:
        """Return the day on which it was published."""
        return today - timedelta(days=self.days_ago)


STANDING = (
    Story(
        slug="corridor-care-findings",
        kind="News",
        title="Care in corridors hides risks until it is too late, inquiry finds",
        days_ago=3,
        summary=(
            "Patients who wait in corridors are seen less often, and early signs that they are getting worse are "
            "missed."
        ),
        picture="corridor",
        alt="An empty hospital corridor with double doors at its far end",
        sections=(
            Section(
                "",
                (
                    "When a ward is full, a corridor becomes a room that nobody planned. Our inquiry followed eleven "
                    "hospitals through one winter to learn what that does to safety."
                ),
            ),
            Section(
                "What we saw",
                (
                    "Call bells were out of reach for two in three of the patients that we met. Observations were "
                    "taken on time for four in ten.\n\nStaff told us that they felt responsible for people whom they "
                    "could not see."
                ),
            ),
            Section(
                "What has to change",
                "We ask each hospital to count corridor beds every hour, and to say who is looking at them.",
            ),
        ),
        quote=(
            "A corridor has no walls to hang a chart on. What is not written down is soon not known.",
            "Ines Calloway",
            "Senior safety investigator",
        ),
        report=True,
        related=(
            "night-transfers",
            "how-we-choose",
        ),
    ),
    Story(
        slug="how-we-choose",
        kind="Blog",
        title="How we choose what to look into",
        days_ago=9,
        summary="Every week brings some forty concerns. Three questions help us to decide which become inquiries.",
        picture="table",
        alt="Six people seen from above, talking at a round table with papers on it",
        sections=(
            Section(
                "",
                "We cannot follow every concern that reaches us. So we ask the same three questions of each one.",
            ),
            Section("Could it happen elsewhere?", "A fault that sits in one building is for that building to mend."),
            Section(
                "Would anyone learn?", "If the answer is known and only ignored, an inquiry adds one more unread page."
            ),
        ),
        related=("corridor-care-findings",),
    ),
    Story(
        slug="look-alike-labels",
        kind="News",
        title="Look-alike medicine labels: makers agree to stronger colours",
        days_ago=15,
        summary=("Five makers will change the labels of forty medicines after our interim report on mix-ups at night."),
        picture="medicines",
        alt="Three medicine bottles side by side, each with a different colour, and loose capsules in front",
        sections=(
            Section(
                "",
                "In the light of a night lamp, pale blue and pale green are one colour. Labels relied on the two.",
            ),
            Section("What was agreed", "Strength will be printed larger than the name of the maker."),
        ),
        quote=(
            "We held two boxes in the dark and could not tell them apart.",
            "Tomas Reiter",
            "Lead pharmacist",
        ),
        report=True,
        related=(
            "corridor-care-findings",
            "night-transfers",
        ),
    ),
    Story(
        slug="night-transfers",
        kind="News",
        title="Night transfers between hospitals: terms of our new inquiry",
        days_ago=24,
        summary=(
            "We will look at how patients are handed over between midnight and six, and who knows what on the way."
        ),
        picture="ambulance",
        alt="An ambulance driving past dark houses under a full moon",
        sections=(
            Section("", "Between midnight and six a patient may meet four teams in two hours."),
            Section("What we will ask", "Who carries the notes, who reads them, and what gets lost between the two."),
        ),
        related=("look-alike-labels",),
    ),
)

PUBLISHED = (
    Story(
        slug="listening-to-call-handlers",
        kind="Blog",
        title="What call handlers taught us about the first two minutes",
        days_ago=0,
        summary="We sat beside the people who answer emergency calls. They hear more than a form has room for.",
        picture="phone",
        alt="A phone that shows short messages, with sound waves beside it",
        sections=(
            Section("", "A form asks what is wrong. A good handler asks what changed."),
            Section("Room for doubt", "We suggest one free line in every form: what worries you most?"),
        ),
        related=("how-we-choose",),
    ),
    Story(
        slug="silent-monitors",
        kind="News",
        title="Silent monitors: alarms on newborn wards were turned down and forgotten",
        days_ago=0,
        summary=(
            "An alarm that rings three hundred times a shift is soon an alarm that nobody hears, our report says."
        ),
        picture="cot",
        alt="A newborn asleep in a hospital cot beside a bright window",
        sections=(
            Section(
                "",
                (
                    "On the wards that we visited, a monitor rang once every two minutes. Nine of ten alarms asked "
                    "for nothing."
                ),
            ),
            Section(
                "Why they were turned down",
                (
                    "Nobody decided to ignore an alarm. Each step was sensible: a softer tone at night, a wider "
                    "limit for one baby, a setting kept for the next."
                ),
            ),
            Section("What we recommend", "Limits go back to their safe values whenever a cot changes hands."),
        ),
        quote=(
            "Quiet felt like good care. It took us too long to ask why it was quiet.",
            "Amara Whitlock",
            "Chief investigator",
        ),
        report=True,
        related=(
            "corridor-care-findings",
            "look-alike-labels",
        ),
    ),
)

CORRECTED = {
    "look-alike-labels": (
        "Correction: six makers, not five, will change the labels of forty medicines after our interim "
        "report on mix-ups at night."
    ),
}
"""What the newsroom corrects in the demo: slug to the new summary."""

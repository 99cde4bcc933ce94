"""Kinds of values that a configuration is made of, and what is said in several places of it."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from feedbot.config import checks

Text = Annotated[str, BeforeValidator(checks.text)]
Words = Annotated[tuple[Annotated[str, AfterValidator(checks.term)], ...], BeforeValidator(checks.several)]
Number = Annotated[int, BeforeValidator(checks.whole)]
Duration = Annotated[timedelta, BeforeValidator(checks.duration), Field(json_schema_extra={"type": "string"})]
Zone = Annotated[str, AfterValidator(checks.zone)]
Address = Annotated[str, AfterValidator(checks.address)]
Selector = Annotated[str, AfterValidator(checks.selector)]
Network = Annotated[str, AfterValidator(checks.network)]
Language = Annotated[str, AfterValidator(checks.language)]
Id = Annotated[str, AfterValidator(checks.name)]
Windows = Annotated[tuple[Annotated[str, AfterValidator(checks.window)], ...], BeforeValidator(checks.several)]
Names = Annotated[tuple[Id, ...], BeforeValidator(checks.several)]
WebUrl = Annotated[str, AfterValidator(checks.web_url)]
SourceUrl = Annotated[str, AfterValidator(checks.source_url)]


class Model(BaseModel):
    """Knows its keys, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class NetworkModel(Model):
    """Private networks that may be asked."""

    allow: tuple[Network, ...] = Field(
        (), description="Networks (CIDR) that are private and may be asked all the same.", examples=[["10.1.0.0/16"]]
    )


class FilterModel(Model):
    """Words, phrases or /regular expressions/ (RE2); a list matches when one of it does."""

    title: Words = Field((), description="In the title.")
    summary: Words = Field((), description="In the summary.")
    content: Words = Field((), description="In the text of the item.")
    category: Words = Field((), description="One of its categories or kinds.")
    author: Words = Field((), description="One of its authors.")
    url: Words = Field((), description="In its address.")
    source: Words = Field((), description="The id of its source.")
    fields: dict[str, Words] = Field(
        default_factory=dict, description="In an extra field, by its name.", examples=[{"report": ["pdf"]}]
    )


class Filtered(Model):
    """Something that takes a part of the items."""

    only: FilterModel = Field(default_factory=FilterModel, description="Only items that match each of these.")
    never: FilterModel = Field(default_factory=FilterModel, description="No item that matches one of these.")

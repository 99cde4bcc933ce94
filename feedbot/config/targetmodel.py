"""What can be said of a target."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr

from feedbot.config import checks
from feedbot.config.kinds import Address, Duration, Filtered, Language, NetworkModel, Number, Text


class TargetModel(Filtered):
    """Where notifications go: exactly one of webhook, email, maildir."""

    webhook: SecretStr | None = Field(None, description="Address that is posted to (Standard Webhooks).")
    webhook_file: Text = Field("", description="File that holds the address.")
    secret: SecretStr | None = Field(None, description="Key of the signature, whsec_ and base64.")
    secret_file: Text = Field("", description="File that holds the key.")
    secrets: tuple[SecretStr, ...] = Field((), description="Several keys while one replaces the other.")
    format: Literal["standard"] = Field("standard", description="Form of the webhook.")
    email: Annotated[tuple[Address, ...], BeforeValidator(checks.several)] = Field((), description="Mail addresses.")
    maildir: Text = Field("", description="Folder of a maildir; made when it is missing.", examples=["var/mail"])
    languages: Annotated[tuple[Language, ...], BeforeValidator(checks.several)] = Field(
        (), description="Only items in these languages, or in none that is known.", examples=[["en", "cy"]]
    )
    edits: Literal["none", "substantive", "all"] = Field(
        "none", description="Whether edited items are told again: `substantive` leaves out slips of the pen."
    )
    withdrawn: bool = Field(default=False, description="Whether items that the publisher took back are told.")
    cap: Annotated[Number, Field(ge=1, le=1000)] | None = Field(
        None, description="The most items in one message; the rest is counted: 'and 3 more'.", examples=[20]
    )
    max_age: Duration | None = Field(None, description="Older items are not told.", examples=["14d"])
    network: NetworkModel = Field(NetworkModel(), description="Private networks that it may be in.")

"""What can be said of a target."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, WithJsonSchema

from feedbot.config import checks
from feedbot.config.kinds import Address, Duration, Filtered, FilterModel, Language, NetworkModel, Number, Text, Zone
from feedbot.config.rhythms import RhythmModel
from feedbot.target import Extent, Format, Rate


class TargetModel(RhythmModel, Filtered):
    """Where notifications go: exactly one of webhook, email, maildir, apprise."""

    webhook: SecretStr | None = Field(None, description="Address that is posted to.")
    webhook_file: Text = Field("", description="File that holds the address.")
    format: Format = Field(
        "standard",
        description="Form of the webhook: signed (Standard Webhooks), CloudEvents, your own, or a chat service's.",
        examples=["slack"],
    )
    secret: SecretStr | None = Field(None, description="Key of the signature, whsec_ and base64.")
    secret_file: Text = Field("", description="File that holds the key.")
    secrets: tuple[SecretStr, ...] = Field((), description="Several keys while one replaces the other.")
    token: SecretStr | None = Field(None, description="Bearer token that goes with every request.")
    token_file: Text = Field("", description="File that holds the token.")
    user: Text = Field("", description="Name for basic authentication.")
    password: SecretStr | None = Field(None, description="Password for basic authentication.")
    password_file: Text = Field("", description="File that holds the password.")
    headers: dict[Annotated[str, AfterValidator(checks.header)], SecretStr] = Field(
        default_factory=dict, description="Headers that go with every request.", examples=[{"X-Api-Key": "${API_KEY}"}]
    )
    certificate: Text = Field("", description="File of a client certificate with its chain, in PEM (mutual TLS).")
    certificate_key: Text = Field("", description="File of its key, in PEM; the same file when absent.")
    room: Text = Field("", description="Chat of Telegram, or room of Matrix.", examples=["@news", "!id:example.org"])
    template: Text = Field("", description="Jinja2 that gives JSON, for `format: template`.")
    template_file: Text = Field("", description="File that holds it.", examples=["config/hook.json.j2"])
    email: Annotated[tuple[Address, ...], BeforeValidator(checks.several)] = Field((), description="Mail addresses.")
    apprise: Annotated[tuple[SecretStr, ...], BeforeValidator(checks.several)] = Field(
        (), description="Addresses of the Apprise library, for every other service.", examples=["pover://user@token"]
    )
    apart: bool = Field(default=True, description="Each recipient gets a mail of its own and sees no other.")
    unsubscribe: bool = Field(default=False, description="Each mail carries a signed link that ends them.")
    body: Extent = Field("full", description="How much of an item a mail tells.")
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
    cap_per_hour: Annotated[Number, Field(ge=1, le=3600)] | None = Field(
        None,
        description="The most messages in an hour; the last one tells of all that wait, or counts them.",
        examples=[12],
    )
    rate: Annotated[Rate, BeforeValidator(checks.rate), WithJsonSchema({"type": "string"})] | None = Field(
        None,
        description="How fast messages may follow each other; what chat services allow when absent.",
        examples=["30/1m"],
    )
    timezone: Zone | None = Field(
        None, description="Time zone of its set times and quiet hours; the site's when absent."
    )
    urgent: FilterModel = Field(
        default_factory=FilterModel,
        description="Items that match each of these are told at once, whatever the rhythm.",
        examples=[{"title": ["recall"]}],
    )
    duplicates: Literal["merge", "keep"] = Field(
        "merge", description="Whether a story that several sources tell stands once in a message, or for each."
    )
    max_age: Duration | None = Field(None, description="Older items are not told.", examples=["14d"])
    network: NetworkModel = Field(default_factory=NetworkModel, description="Private networks that it may be in.")

"""What can be said in a configuration; each key is described here, once."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator

from feedbot.config import checks
from feedbot.config.kinds import (
    Duration,
    Filtered,
    Id,
    Model,
    Names,
    Network,
    NetworkModel,
    Number,
    Selector,
    SourceUrl,
    Text,
    WebUrl,
    Windows,
    Zone,
)
from feedbot.config.oversight import OversightModel
from feedbot.config.rhythms import Notify
from feedbot.config.targetmodel import TargetModel

Kinds = Literal[
    "auto", "listing", "feed", "sitemap", "json", "jsonld", "state", "microdata", "hfeed", "files", "article"
]


class SiteModel(OversightModel):
    """Who publishes the feeds."""

    title: Text = Field(
        "News", description="Title of the feed of everything, and of the page.", examples=["Safety news"]
    )
    url: WebUrl = Field(
        "http://127.0.0.1:8000/",
        description="Where the folder of feeds is served, without `feeds/`; its host is part of every published id.",
        examples=["https://news.example.org/"],
    )
    contact: Text = Field(
        "", description="Mail address or page that our User-Agent names.", examples=["ops@example.org"]
    )
    timezone: Zone = Field("UTC", description="Time zone of dates that people are shown.", examples=["Europe/London"])
    hub: WebUrl | None = Field(
        None,
        description="WebSub hub that every feed names and that is told of changes at once.",
        examples=["https://hub.example.org/"],
    )
    archives: bool = Field(
        default=True, description="Whether what leaves a feed stays to be had in archives that it links (RFC 5005)."
    )
    packed: bool = Field(
        default=False,
        description="Whether gzip and brotli forms are written with each file, for web servers that look for them.",
    )
    secret: SecretStr | None = Field(
        None, description="What addresses of private feeds and signed links are made of; 16 characters at least."
    )
    secret_file: Text = Field("", description="File that holds the secret.", examples=["/run/secrets/feeds"])


class ServeModel(Model):
    """How `feedbot serve` hands out feeds over HTTP."""

    host: Text = Field("127.0.0.1", description="Address to listen at; `0.0.0.0` or `::` for every one.")
    port: Annotated[Number, Field(ge=0, le=65535)] | None = Field(
        None, description="Port to listen at; that of `site.url` where it names this machine, otherwise 8000."
    )
    web: bool = Field(default=True, description="Whether to listen at all; a web server may hand out the files.")
    metrics: tuple[Network, ...] = Field(
        ("127.0.0.0/8", "::1/128"),
        description="Networks (CIDR) that may read `/metrics`; they name private sources, too.",
        examples=[["127.0.0.0/8", "10.1.0.0/16"]],
    )


class DkimModel(Model):
    """How mails are signed (RFC 6376); the mail server often does it."""

    domain: Text = Field(description="Domain that signs.", examples=["example.org"])
    selector: Text = Field(description="Name of the key in its DNS.", examples=["news"])
    key_file: Text = Field(description="File of the private key, RSA in PEM.", examples=["/run/secrets/dkim.pem"])


class SmtpModel(Model):
    """The mail server that takes mails."""

    url: Annotated[str, AfterValidator(checks.smtp_url)] = Field(
        "smtp://localhost:25",
        description="smtp:// or smtps://, with host and port; user and password may stand in it, percent-encoded.",
        examples=["smtps://mail.example.org:465"],
    )
    user: Text = Field("", description="Name to log in with.")
    password: SecretStr = Field(SecretStr(""), description="Password to log in with; better in `password_file`.")
    password_file: Text = Field("", description="File that holds the password.", examples=["/run/secrets/smtp"])
    starttls: Literal["required", "opportunistic", "never"] | None = Field(
        None, description="Encrypt with STARTTLS; required unless the server is on this machine."
    )
    sender: Annotated[str, AfterValidator(checks.mailbox)] = Field(
        "feedbot <feedbot@localhost>",
        alias="from",
        description="From whom mails are.",
        examples=["News <news@example.org>"],
    )
    dkim: DkimModel | None = Field(None, description="How mails are signed; not at all when absent.")


class SelectModel(Model):
    """Where things stand in a page: CSS, or XPath when it begins with `/` or `./`; for JSON, JMESPath."""

    item: Text = Field(description="What is repeated for every item.", examples=["li.card"])
    title: Text = Field("", description="Its title.", examples=["h2"])
    link: Text = Field("", description="Its link.", examples=["h2 a"])
    date: Text = Field("", description="Its date.", examples=[".date", "time@datetime"])
    summary: Text = Field("", description="Its summary.", examples=["p"])
    image: Text = Field("", description="Its image.", examples=["img"])
    category: Text = Field("", description="Its category or kind.", examples=[".tag"])
    author: Text = Field("", description="Its author.", examples=[".author"])
    next: Text = Field("", description="The link to the next page.", examples=["a.next"])


class SourceModel(Filtered):
    """A place where news is published."""

    id: Id = Field(description="Its name, for ever; made from the URL when absent.", examples=["hssib-news"])
    url: SourceUrl = Field(description="http, https or file address of the page, feed, sitemap, JSON or folder.")
    home: WebUrl | Literal[""] = Field("", description="The page for people, where `url` is its feed or its data.")
    title: Text = Field("", description="What to call it; what it calls itself when absent.")
    kind: Kinds = Field("auto", description="How to read it; worked out when absent.")
    every: Duration | None = Field(
        None, description="How often to look; learned from when it publishes when absent.", examples=["30m", "2h"]
    )
    cron: Annotated[str, AfterValidator(checks.cron)] | None = Field(
        None, description="When to look, as a cron line in the source's time zone.", examples=["*/10 7-19 * * mon-fri"]
    )
    window: Windows = Field(
        (),
        description="When it may be looked at, in its time zone; always when absent.",
        examples=["mon-fri 07:00-19:00"],
    )
    timezone: Zone | None = Field(None, description="Time zone of its dates; the site's when absent.")
    language: Text | None = Field(None, description="Language of its dates and texts (BCP 47).", examples=["en-GB"])
    follow: bool = Field(
        default=False,
        description="Open each new item's own page: full text, author, image, report link; "
        "and again, ever more rarely, for corrections.",
    )
    robots: Literal["obey", "ignore"] = Field(
        "obey", description="Whether its pages are read only as far as the robots.txt of its site allows."
    )
    browser: Literal["auto", True, False] = Field(
        "auto",
        description="Have a browser show its pages first; `auto`: where scripts fill them and nothing else helps.",
    )
    pages: Annotated[Number, Field(ge=1, le=50)] = Field(
        1, description="How many pages the first check reads, back into the older news; it notifies nobody."
    )
    select: SelectModel | None = Field(None, description="Where things stand in the page; worked out when absent.")
    repair: Literal["auto", "ask", "off"] | None = Field(
        None,
        description="A rule that is proved to read a rebuilt page: take it, ask first, or look for none; "
        "`ask` when absent and there is a `select`, otherwise `auto`.",
    )
    fields: dict[str, Selector] = Field(
        default_factory=dict, description="Further texts or links of an item, by selector."
    )
    max_age: Duration | None = Field(
        None, description="Older items notify nobody; 30 days when absent.", examples=["14d"]
    )
    notify: tuple[Notify, ...] | None = Field(
        None,
        description="Ids of targets that hear of new items, all when absent; or {to: ID, digest: …} in another rhythm.",
        examples=[["team", {"to": "board", "digest": "weekly mon 08:30"}]],
    )
    private: bool = Field(
        default=False, description="Publish its feed at an address that nobody can guess, and nowhere else."
    )
    was: Names = Field((), description="Ids that it had before, the first one first; old addresses lead to the new.")
    network: NetworkModel = Field(
        default_factory=NetworkModel, description="Private networks that this source may be in."
    )

    @model_validator(mode="after")
    def _one_rhythm(self) -> "SourceModel":
        if self.every and self.cron:
            raise ValueError("`every` and `cron` exclude each other; keep one")
        return self


class FeedModel(Filtered):
    """A feed made of several sources."""

    id: Id = Field(description="Its name, and that of its files.", examples=["maternity"])
    title: Text = Field("", description="Its title; the id when absent.")
    description: Text = Field("", description="What it is about.")
    sources: tuple[Text, ...] | None = Field(None, description="Ids of its sources; all when absent.")
    limit: Annotated[Number, Field(ge=1, le=1000)] = Field(50, description="How many items it shows.")
    age: Duration | None = Field(
        None, description="How much older than its newest item it shows items.", examples=["30d"]
    )
    by: Literal["category", "author"] | None = Field(
        None, description="Publish also a feed for each category or author, `<id>-<name>`.", examples=["category"]
    )
    duplicates: Literal["keep", "merge"] = Field(
        "keep", description="Whether a story that several sources tell is shown for each, or once with all of them."
    )
    tombstones: bool = Field(
        default=False, description="Whether Atom tells of items that were withdrawn (RFC 6721); JSON always does."
    )
    archives: bool = Field(default=True, description="Whether what leaves it stays to be had in archives.")
    private: bool = Field(default=False, description="Publish it at an address that nobody can guess.")
    was: Names = Field((), description="Ids that it had before, the first one first; old addresses lead to the new.")


class KeepModel(Model):
    """How long what is not needed any more is kept; what feeds show and what is owed always stays."""

    deliveries: Duration | None = Field(
        None, description="Deliveries that were sent or given up; 90 days when absent.", examples=["30d"]
    )
    revisions: Duration | None = Field(
        None, description="What items said before they were edited; 90 days when absent.", examples=["1d"]
    )
    items: Duration | None = Field(
        None,
        description="Texts and pictures of items that no feed shows; for ever when absent. Needs `archives: false`.",
        examples=["365d"],
    )
    newest: Annotated[Number, Field(ge=50)] = Field(
        500, description="So many items of each source stay whole, however old they are."
    )


class ConfigModel(Model):
    """The whole configuration of feedbot."""

    site: SiteModel = Field(default_factory=SiteModel, description="Who publishes the feeds.")
    database: Annotated[str, AfterValidator(checks.database)] = Field(
        "sqlite:///var/feedbot.sqlite3",
        description="Where feedbot remembers: a file, whose relative path counts from the folder it is started in, "
        "or a PostgreSQL server.",
        examples=["postgresql://feedbot:${PASSWORD}@db.example.org/news"],
    )
    engine: Literal["local", "distributed"] = Field(
        "local",
        description="Who does the work: one process, or `distributed`: every `feedbot serve` and `feedbot worker` on a "
        "PostgreSQL database, on as many machines as are wanted.",
    )
    feeds_dir: Text = Field(
        "feeds",
        description="Folder that feeds are published in, or a bucket: `s3://BUCKET/PREFIX`, with its keys in AWS_*.",
        examples=["s3://news/feeds"],
    )
    serve: ServeModel = Field(default_factory=ServeModel, description="How `feedbot serve` hands out feeds.")
    smtp: SmtpModel = Field(default_factory=SmtpModel, description="The mail server that takes mails.")
    templates: Text = Field(
        "", description="Folder of your own templates of mails, by the names of ours.", examples=["config/templates"]
    )
    network: NetworkModel = Field(default_factory=NetworkModel, description="Private networks that may be asked.")
    keep: KeepModel = Field(default_factory=KeepModel, description="How long what is not needed any more is kept.")
    sources: tuple[SourceModel, ...] = Field((), description="Places where news is published; a bare URL is enough.")
    feeds: tuple[FeedModel, ...] = Field(
        (), description="Feeds made of several sources, beside those of each and of all."
    )
    targets: dict[Id, TargetModel] = Field(default_factory=dict, description="Where notifications go, by id.")

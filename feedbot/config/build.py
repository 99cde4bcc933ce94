"""From what stands in the file to sources, feeds, targets and settings; every problem in one report."""

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ValidationError

from feedbot.config import checks
from feedbot.config.crosscheck import crosscheck
from feedbot.config.model import ConfigModel, FeedModel, SourceModel
from feedbot.config.oversight import Oversight, oversight_of
from feedbot.config.reading import Place, Read, read
from feedbot.config.servers import Serve, Smtp, keep_of, privately, secret_of, serve_of, smtp_of
from feedbot.config.stationery import stationery
from feedbot.config.targets import filter_of, target_of
from feedbot.errors import ConfigError, Problem
from feedbot.feed import Feed, FeedId, Site, filters_of
from feedbot.retention import Keep
from feedbot.source import JsonRule, ListingRule, Rule, Source, SourceId, TargetId
from feedbot.target import Target
from feedbot.window import window


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for everything. Paths count from the folder that feedbot is started in."""

    site: Site
    database: str
    engine: Literal["local", "distributed"] = "local"
    """Whether the work runs in this process alone, or is shared by many."""
    feeds_dir: Path
    """The folder of feeds; what there is where feeds are in a bucket is no concern of theirs."""
    smtp: Smtp
    allow: tuple[str, ...] = ()
    serve: Serve = field(default_factory=Serve)
    secret: str = field(default="", repr=False)
    """What the addresses of private feeds are made of, and what the links in mails are signed with."""
    templates: tuple[tuple[str, str], ...] = ()
    """Names and texts of the operator's own templates of mails."""
    bucket: str = ""
    """The address of the bucket that feeds are put in; empty for a folder."""
    keep: Keep = field(default_factory=Keep)
    oversight: Oversight = field(default_factory=Oversight)
    """What the operator hears of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A configuration in which everything is right."""

    settings: Settings
    sources: tuple[Source, ...]
    feeds: tuple[Feed, ...]
    targets: tuple[Target, ...]
    files: tuple[Path, ...] = ()
    """The file itself, and those that secrets, templates and keys were read from."""


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read a configuration file. Raises ConfigError with everything that is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        raise ConfigError([_whole(path, what, "write one with `feedbot init`, or name it with --config")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([_whole(path, "the file is not text in UTF-8", "save it as UTF-8")]) from error
    return load_text(text, str(path), environ)


def load_text(text: str, file: str, environ: Mapping[str, str]) -> Config:
    """Read a configuration from its text; `file` is named in problems. Raises ConfigError."""
    with _nothing_collected():
        found = read(text, file, environ)
        model = _validated(found) if found.data is not None else None
        config = _built(model, found) if model else None
    if found.problems or config is None:
        raise ConfigError(sorted(found.problems, key=lambda problem: (problem.line, problem.column)))
    return replace(config, files=(Path(file), *found.others))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Look for no garbage meanwhile: all that is made stays, and looking it through takes as long as making it."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _whole(path: Path, what: str, remedy: str) -> Problem:
    return Problem(file=str(path), line=1, column=1, key="the file", what=what, remedy=remedy)


def _validated(found: Read) -> ConfigModel | None:
    _name_sources(found)
    crosscheck(found)
    try:
        return ConfigModel.model_validate(found.data)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            _explain(found, one)
    return None


def _name_sources(found: Read) -> None:
    """Give every source an id that is made of its address, where it has none."""
    sources = found.data.get("sources")
    if not isinstance(sources, list):
        return
    taken = {one["id"] for one in sources if isinstance(one, dict) and isinstance(one.get("id"), str)}
    for number, one in enumerate(sources):
        whole = {"url": one} if isinstance(one, str) else one
        if isinstance(whole, dict) and "id" not in whole and isinstance(whole.get("url"), str):
            whole = {"id": unique(id_of(whole["url"]), taken), **whole}
            taken.add(whole["id"])
        sources[number] = whole


def id_of(url: str) -> str:
    """Return a readable id for a source: host without `www.`, and path."""
    parts = urlsplit(url)
    words = re.findall(r"[a-z0-9]+", f"{(parts.hostname or '').removeprefix('www.')} {unquote(parts.path)}".lower())
    return "-".join(words)[:60].strip("-") or "source"


def unique(name: str, taken: set[str]) -> str:
    """Return `name`, or it with the first number that makes it unique."""
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken and one not in checks.RESERVED)


def _explain(found: Read, error: Any) -> None:  # noqa: ANN401 - pydantic's details
    place = tuple(part for part in error["loc"] if part != "[key]")
    kind, context = error["type"], error.get("ctx", {})
    inner = context.get("error")
    if kind == "extra_forbidden":
        found.problem(place, *_unknown(place))
    elif kind == "missing":
        found.problem(place, "is missing", f"add `{place[-1]}:`")
    elif isinstance(inner, checks.Wrong):
        found.problem(place, inner.what, inner.remedy)
    elif isinstance(inner, ValueError):
        what, _, remedy = str(inner).partition("; ")
        found.problem(place, what, remedy or "correct it")
    elif kind == "literal_error":
        found.problem(place, "is none of the words that are known here", f"write one of {context['expected']}")
    else:
        found.problem(place, _plain(error["msg"]), f"`feedbot config explain {_key(place)}` shows an example")


def _unknown(place: Place) -> tuple[str, str]:
    name = str(place[-1])
    known = list(_fields(_model_at(place[:-1])))
    near = get_close_matches(name, known, n=1)
    return f"`{name}` is no key here", f"did you mean `{near[0]}`?" if near else f"known are: {', '.join(known)}"


def _fields(model: type[BaseModel]) -> Iterator[str]:
    for name, one in model.model_fields.items():
        yield one.alias or name


def _model_at(place: Place) -> type[BaseModel]:
    """Return the model whose keys stand at `place`."""
    model: type[BaseModel] = ConfigModel
    for part in place:
        one = model.model_fields.get("sender" if part == "from" else str(part))
        if one is not None:
            model = next(iter(models_in(one.annotation)), model)
    return model


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    """Give the models that an annotation is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def _key(place: Place) -> str:
    return ".".join(str(part) for part in place if not isinstance(part, int))


def _plain(message: str) -> str:
    return message[:1].lower() + message[1:]


def _built(model: ConfigModel, found: Read) -> Config:
    targets = tuple(target_of(name, said, found, model.site.timezone) for name, said in model.targets.items())
    sources = tuple(_source(one, model, targets) for one in model.sources)
    site = Site(**model.site.model_dump(include=set(Site.__slots__)))
    secret = secret_of(model, found)
    return Config(
        settings=Settings(
            site=site,
            database=model.database,
            engine=model.engine,
            feeds_dir=Path() if "://" in model.feeds_dir else Path(model.feeds_dir),
            bucket=model.feeds_dir if "://" in model.feeds_dir else "",
            smtp=smtp_of(model.smtp, found),
            allow=model.network.allow,
            serve=serve_of(model.serve, site),
            secret=secret,
            templates=stationery(model.templates, found),
            keep=keep_of(model, found),
            oversight=oversight_of(model.site, found),
        ),
        sources=sources,
        feeds=tuple(privately(_feed(one, sources, site), secret, one) for one in model.feeds),
        targets=targets,
    )


def _source(said: SourceModel, model: ConfigModel, targets: Sequence[Target]) -> Source:
    usual = {target.id: target.rhythm for target in targets}
    rhythms = {TargetId(one.to): one.own(usual[TargetId(one.to)]) for one in said.notify or () if one.to in usual}
    return Source(
        id=SourceId(said.id),
        url=said.url if "://" in said.url else Path(said.url).resolve().as_uri(),
        kind=said.kind,
        title=said.title,
        every=said.every,
        cron=said.cron,
        windows=tuple(window(one) for one in said.window),
        timezone=said.timezone or model.site.timezone,
        language=said.language,
        follow=said.follow,
        robots=said.robots == "obey",
        pages=said.pages,
        browser=None if said.browser == "auto" else said.browser,
        rule=_rule(said),
        home=said.home,
        fields=said.fields,
        wanted=filter_of(said.only, said.never),
        max_age=said.max_age,
        notify=tuple(usual) if said.notify is None else tuple(TargetId(one.to) for one in said.notify),
        rhythms={target_id: rhythm for target_id, rhythm in rhythms.items() if rhythm},
        allow=said.network.allow,
        private=said.private,
        was=tuple(SourceId(name) for name in said.was),
        repair=said.repair,
    )


def _rule(said: SourceModel) -> Rule | None:
    if said.select is None:
        return None
    parts = said.select.model_dump()
    return JsonRule(**parts) if said.kind == "json" else ListingRule(**parts)


def _feed(said: FeedModel, sources: Sequence[Source], site: Site) -> Feed:
    public = tuple(source.id for source in sources if not source.private or said.private)
    names = public if said.sources is None else said.sources
    shown = [source for source in sources if source.id in names]
    return Feed(
        id=FeedId(said.id),
        title=said.title or said.id,
        description=said.description,
        sources=tuple(source.id for source in shown),
        timezone=site.timezone,
        wanted=filter_of(said.only, said.never),
        filters=filters_of(shown),
        limit=said.limit,
        age=said.age,
        archives=said.archives,
        by=said.by,
        merge=said.duplicates == "merge",
        tombstones=said.tombstones,
        was=tuple(FeedId(name) for name in said.was),
    )

"""From what a configuration says of targets to targets."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from feedbot.config import checks
from feedbot.config.kinds import FilterModel
from feedbot.config.reading import Place, Read, from_file
from feedbot.config.targetmodel import TargetModel
from feedbot.source import Filter, TargetId
from feedbot.target import EmailTarget, MaildirTarget, Target, WebhookTarget
from feedbot.wanted import FIELD


def filter_of(only: FilterModel, never: FilterModel) -> Filter:
    """Return the filter that `only` and `never` make."""
    return Filter(only=_terms(only), never=_terms(never))


def _terms(said: FilterModel) -> Mapping[str, tuple[str, ...]]:
    plain = {name: terms for name in FilterModel.model_fields if name != "fields" and (terms := getattr(said, name))}
    return plain | {f"{FIELD}{name}": terms for name, terms in said.fields.items() if terms}


def target_of(name: str, said: TargetModel, found: Read) -> Target:
    """Return a target as it stands in the file; what is wrong with it is noted in `found`."""
    place: Place = ("targets", name)
    shared: dict[str, Any] = {
        "id": TargetId(name),
        "wanted": filter_of(said.only, said.never),
        "max_age": said.max_age,
        "languages": said.languages,
        "edits": said.edits,
        "withdrawn": said.withdrawn,
        "cap": said.cap,
    }
    if said.email:
        return EmailTarget(**shared, recipients=said.email)
    if said.maildir:
        return MaildirTarget(**shared, path=said.maildir)
    url, secrets = _hook_url(said, place, found), _secrets(said, place, found)
    return WebhookTarget(**shared, url=url, secrets=secrets, allow=said.network.allow)


def _hook_url(said: TargetModel, place: Place, found: Read) -> str:
    url = said.webhook.get_secret_value() if said.webhook else ""
    if said.webhook_file:
        url = from_file(said.webhook_file, (*place, "webhook_file"), found)
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        remedy = "write it with https:// (it is a secret, so it is not shown)"
        found.problem((*place, "webhook"), "is no web address", remedy)
    return url


def _secrets(said: TargetModel, place: Place, found: Read) -> tuple[str, ...]:
    secrets = [secret.get_secret_value() for secret in (said.secret, *said.secrets) if secret]
    if said.secret_file:
        secrets.append(from_file(said.secret_file, (*place, "secret_file"), found))
        try:
            checks.secret(secrets[-1])
        except checks.Wrong as wrong:
            found.problem((*place, "secret_file"), wrong.what, wrong.remedy)
    return tuple(filter(None, secrets))

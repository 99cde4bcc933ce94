"""From what a configuration says of targets to targets."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from feedbot.config import checks
from feedbot.config.kinds import FilterModel
from feedbot.config.reading import Place, Read, from_file
from feedbot.config.targetmodel import TargetModel
from feedbot.source import Filter, TargetId
from feedbot.target import Access, AppriseTarget, EmailTarget, Format, MaildirTarget, Target, WebhookTarget
from feedbot.wanted import FIELD

ROOMS: Mapping[Format, str] = {
    "telegram": "such as @channel or -100123",
    "matrix": "such as !id:example.org",
}
"""Formats whose address alone does not say where to, and what to write."""


def filter_of(only: FilterModel, never: FilterModel) -> Filter:
    """Return the filter that `only` and `never` make."""
    return Filter(only=_terms(only), never=_terms(never))


def _terms(said: FilterModel) -> Mapping[str, tuple[str, ...]]:
    plain = {name: terms for name in FilterModel.model_fields if name != "fields" and (terms := getattr(said, name))}
    return plain | {f"{FIELD}{name}": terms for name, terms in said.fields.items() if terms}


def target_of(name: str, said: TargetModel, found: Read, timezone: str) -> Target:
    """Return a target as it stands in the file; what is wrong with it is noted in `found`.

    Its times are in `timezone` where it names none.
    """
    place: Place = ("targets", name)
    shared: dict[str, Any] = {
        "id": TargetId(name),
        "wanted": filter_of(said.only, said.never),
        "max_age": said.max_age,
        "languages": said.languages,
        "edits": said.edits,
        "withdrawn": said.withdrawn,
        "cap": said.cap,
        "cap_per_hour": said.cap_per_hour,
        "rate": said.rate,
        "rhythm": said.rhythm(),
        "timezone": said.timezone or timezone,
        "urgent": filter_of(said.urgent, FilterModel()),
        "merge": said.duplicates == "merge",
    }
    if said.email:
        return _email(said, place, found, shared)
    if said.maildir:
        return MaildirTarget(**shared, path=said.maildir, extent=said.body)
    if said.apprise:
        return _apprise(said, place, found, shared)
    return _webhook(said, place, found, shared)


def _apprise(said: TargetModel, place: Place, found: Read, shared: dict[str, Any]) -> AppriseTarget:
    installed(found, (*place, "apprise"), "apprise", "apprise")
    urls = tuple(url.get_secret_value() for url in said.apprise)
    if not all("://" in url for url in urls):
        remedy = "write scheme://…, as `apprise --details` lists them (it is a secret, so it is not shown)"
        found.problem((*place, "apprise"), "is no address of Apprise", remedy)
    return AppriseTarget(**shared, urls=urls)


def _email(said: TargetModel, place: Place, found: Read, shared: dict[str, Any]) -> EmailTarget:
    site = found.data.get("site")
    if said.unsubscribe and not (isinstance(site, dict) and (site.get("secret") or site.get("secret_file"))):
        remedy = "add `secret:` or `secret_file:` to `site:`, a long random text that never changes"
        found.problem((*place, "unsubscribe"), "links that end mails need a key to sign them with", remedy)
    if said.unsubscribe and not said.apart:
        found.problem((*place, "apart"), "a link of one's own needs a mail of one's own", "remove `apart: false`")
    return EmailTarget(
        **shared, recipients=said.email, apart=said.apart, unsubscribe=said.unsubscribe, extent=said.body
    )


def _webhook(said: TargetModel, place: Place, found: Read, shared: dict[str, Any]) -> WebhookTarget:
    if said.format in ROOMS and not said.room:
        found.problem(place, f"a target in the format {said.format} needs a room", f"add `room:`, {ROOMS[said.format]}")
    return WebhookTarget(
        **shared,
        url=_hook_url(said, place, found),
        secrets=_secrets(said, place, found),
        access=_access(said, place, found),
        allow=said.network.allow,
        format=said.format,
        room=said.room,
        template=_template(said, place, found),
    )


def _access(said: TargetModel, place: Place, found: Read) -> Access:
    token = _secret(said.token, said.token_file, (*place, "token_file"), found)
    password = _secret(said.password, said.password_file, (*place, "password_file"), found)
    if token and said.user:
        found.problem((*place, "user"), "a token and a user exclude each other", "keep one of the two")
    if said.certificate_key and not said.certificate:
        found.problem((*place, "certificate_key"), "a key without its certificate", "add `certificate:`")
    files = [name for name in (said.certificate, said.certificate_key) if name]
    for name in files:
        from_file(name, (*place, "certificate"), found)
    headers = {name: value.get_secret_value() for name, value in said.headers.items()}
    for name, value in headers.items():
        if not value.isprintable() or not value.isascii():
            found.problem((*place, "headers", name), "is no value of a header", "use printable ASCII on one line")
    return Access(
        token=token,
        login=(said.user, password) if said.user else None,
        headers=headers,
        certificate=(files[0], files[-1]) if said.certificate else None,
    )


def _template(said: TargetModel, place: Place, found: Read) -> str:
    name = "template_file" if said.template_file else "template"
    text = from_file(said.template_file, (*place, name), found) if said.template_file else said.template
    if said.format != "template":
        if text:
            found.problem((*place, name), f"the format {said.format} has no template", "add `format: template`")
        return ""
    if not text:
        found.problem(place, "a target in the format template needs one", "add `template:` or `template_file:`")
        return ""
    from feedbot.compose.template import fault  # noqa: PLC0415 - few targets have one

    if why := fault(text):
        remedy = "write texts as {{ item.title | tojson }}, without quotes around them"
        found.problem((*place, name), f"this template cannot be used: {why}", remedy)
    return text


def _secret(said: SecretStr | None, file: str, place: Place, found: Read) -> str:
    return from_file(file, place, found) if file else said.get_secret_value() if said else ""


def _hook_url(said: TargetModel, place: Place, found: Read) -> str:
    url = _secret(said.webhook, said.webhook_file, (*place, "webhook_file"), found)
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


def installed(found: Read, place: Place, module: str, extra: str) -> None:
    """Note where a library that this configuration needs is not there."""
    if find_spec(module) is None:
        found.problem(place, f"the library {module} is not installed", f"install it: pip install 'feedbot[{extra}]'")

"""Wrong configurations, and exactly what each prints."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from feedbot.config import load_text
from feedbot.errors import ConfigError


@dataclass(frozen=True)
class Wrong:
    text: str
    told: str


MAKE = "python3 -c 'import secrets; print(secrets.token_urlsafe())'"
WRONG = {
    "a misspelt key": Wrong(
        "sourcs:\n  - https://example.org/news/\n",
        "feedbot.yaml:1:1: sourcs: `sourcs` is no key here\n    did you mean `sources`?",
    ),
    "a wrong selector": Wrong(
        'sources:\n  - {id: a, url: "https://example.org/", select: {item: "div..card"}}\n',
        "feedbot.yaml:2:51: sources[0].select.item: not a CSS selector: 'div..card': Expected ident, got "
        "<DELIM '.' at 4>; a class is written .name, without a space or a second dot\n"
        "    CSS such as `li.card h2`, or XPath that begins with / or ./",
    ),
    "a wrong XPath": Wrong(
        'sources:\n  - {id: a, url: "https://example.org/", fields: {report: "//a["}}\n',
        "feedbot.yaml:2:51: sources[0].fields.report: not an XPath expression: '//a[': Invalid expression\n"
        "    CSS such as `li.card h2`, or XPath that begins with / or ./",
    ),
    "a wrong regular expression": Wrong(
        'sources:\n  - {id: a, url: "https://example.org/", only: {title: ["/(birth/"]}}\n',
        "feedbot.yaml:2:57: sources[0].only.title[0]: /(birth/ is no regular expression: missing ): "
        "(birth\n"
        "    correct it, or leave out the slashes; RE2 has no look-around and no back-references",
    ),
    "a wrong cron line": Wrong(
        'sources:\n  - {id: a, url: "https://example.org/", cron: "61 * * * *"}\n',
        "feedbot.yaml:2:42: sources[0].cron: not a cron line of five fields: Bad minute\n"
        '    minute hour day month weekday, such as "*/10 7-19 * * mon-fri"',
    ),
    "a wrong time zone": Wrong(
        "site: {timezone: Europe/Lundon}\n",
        "feedbot.yaml:1:8: site.timezone: 'Europe/Lundon' is no time zone\n    did you mean Europe/London?",
    ),
    "a wrong address": Wrong(
        "targets:\n  board: {email: [board.example.org]}\n",
        "feedbot.yaml:2:19: targets.board.email[0]: 'board.example.org' is no mail address\n"
        "    write it as name@example.org",
    ),
    "a wrong time of the day": Wrong(
        'site: {summary: "24:30"}\n',
        "feedbot.yaml:1:8: site.summary: '24:30' is no time of the day\n    write it like \"08:30\"",
    ),
    "alerts for nobody": Wrong(
        "site: {alerts: bord}\ntargets:\n  board: {maildir: mail}\n",
        "feedbot.yaml:1:8: site.alerts[0]: there is no target 'bord'\n    did you mean 'board'?",
    ),
    "a canary for nobody": Wrong(
        "site: {canary: {target: bord}}\ntargets:\n  board: {maildir: mail}\n",
        "feedbot.yaml:1:17: site.canary.target[0]: there is no target 'bord'\n    did you mean 'board'?",
    ),
    "a ping that is no address": Wrong(
        "site: {ping: hc.example.org}\n",
        "feedbot.yaml:1:8: site.ping: `url` is no web address\n"
        '    write an address with https://; `start: ""` or `fail: ""` leaves one out',
    ),
    "an id twice": Wrong(
        'sources:\n  - {id: news, url: "https://example.org/"}\n  - {id: news, url: "https://example.com/"}\n',
        "feedbot.yaml:3:6: sources[1].id: the id 'news' is taken in line 2\n    give each source and feed its own id",
    ),
    "a private feed without a secret": Wrong(
        'sources:\n  - {id: a, url: "https://example.org/", private: true}\n',
        "feedbot.yaml:1:1: site.secret: is missing, and the feed 'a' is private\n"
        f"    add `secret_file:` to `site:`, a file made with: {MAKE}",
    ),
    "a secret that can be guessed": Wrong(
        "site: {secret: safety}\n",
        "feedbot.yaml:1:8: site.secret: has less than 16 characters\n"
        f"    add `secret_file:` to `site:`, a file made with: {MAKE}",
    ),
    "a former id that is in use": Wrong(
        'sources:\n  - {id: news, url: "https://example.org/"}\n  - {id: b, url: "https://example.com/", was: news}\n',
        "feedbot.yaml:3:42: sources[1].was: the id 'news' is in use\n    a former id cannot be given again",
    ),
    "a target that is not there": Wrong(
        'sources:\n  - {id: a, url: "https://example.org/", notify: [bord]}\ntargets:\n  board: {maildir: var/mail}\n',
        "feedbot.yaml:2:51: sources[0].notify[0]: there is no target 'bord'\n    did you mean 'board'?",
    ),
    "a variable that is not set": Wrong(
        'targets:\n  hook: {webhook: "${HOOK_URL}"}\n',
        "feedbot.yaml:2:19: targets.hook.webhook: the environment has no HOOK_URL\n"
        "    set HOOK_URL, or write ${HOOK_URL:-default}",
    ),
    "an alias": Wrong(
        "sources: &all\n  - https://example.org/\nfeeds: *all\n",
        "feedbot.yaml:1:10: the file: anchors and aliases are not read\n    write the value out",
    ),
    "an object": Wrong(
        "site: !!python/object/apply:os.system [ls]\n",
        "feedbot.yaml:1:7: the file: the tag tag:yaml.org,2002:python/object/apply:os.system is not read\n"
        "    write a plain value",
    ),
    "a key twice": Wrong(
        "feeds_dir: a\nfeeds_dir: b\n",
        "feedbot.yaml:2:1: feeds_dir: this key is there twice\n    keep one of the two; the first is in line 1",
    ),
    "a short secret": Wrong(
        'targets:\n  hook: {webhook: "https://example.org/hook", secret: whsec_c2hvcnQ=}\n',
        "feedbot.yaml:2:47: targets.hook.secret: the secret has 5 bytes; 24 to 64 are allowed\n"
        "    make one with: python3 -c 'import base64,os; print(\"whsec_\"+base64.b64encode(os.urandom(24)).decode())'",
    ),
    "a tab": Wrong(
        "sources:\n\t- https://example.org/\n",
        "feedbot.yaml:2:1: the file: not YAML: found character '\\t' that cannot start any token\n"
        "    use spaces instead of the tab",
    ),
    "set times that are none": Wrong(
        'targets:\n  board: {email: [b@example.org], digest: "daily 8.30"}\n',
        "feedbot.yaml:2:35: targets.board.digest: 'daily 8.30' are no set times: not a cron line of five fields: "
        "Wrong number of fields\n    write daily 08:30, weekdays 08:30, weekly mon 08:30, monthly 1 08:30, or cron",
    ),
    "quiet hours that are none": Wrong(
        'targets:\n  board: {email: [b@example.org], quiet: "22-7"}\n',
        "feedbot.yaml:2:35: targets.board.quiet: '22-7' are no hours of the day\n    write them like \"22:00-07:00\"",
    ),
    "quiet hours without an end": Wrong(
        'targets:\n  board: {email: [b@example.org], quiet: "7:00-07:00"}\n',
        "feedbot.yaml:2:35: targets.board.quiet: hours that end when they begin are all of the day, or none\n"
        "    write another end",
    ),
    "a rate that is none": Wrong(
        "targets:\n  board: {email: [b@example.org], rate: fast}\n",
        "feedbot.yaml:2:35: targets.board.rate: 'fast' is no rate\n"
        "    write how many messages in how long: 30/1m, 100/1h",
    ),
    "two rhythms": Wrong(
        "targets:\n  board: {email: [b@example.org], batch: 10m, digest: daily 08:30}\n",
        "feedbot.yaml:2:3: targets.board: `batch` and `digest` exclude each other\n    keep one",
    ),
    "two rhythms for a source": Wrong(
        "sources:\n  - {url: https://e.example/, notify: [{to: board, instant: true, batch: 10m}]}\n"
        "targets:\n  board: {email: [b@example.org]}\n",
        "feedbot.yaml:2:40: sources[0].notify[0]: `instant` excludes `batch` and `digest`\n    keep one",
    ),
    "a rhythm for nobody": Wrong(
        "sources:\n  - {url: https://e.example/, notify: [{to: bord, batch: 10m}]}\n"
        "targets:\n  board: {email: [b@example.org]}\n",
        "feedbot.yaml:2:40: sources[0].notify[0]: there is no target 'bord'\n    did you mean 'board'?",
    ),
    "a template that gives no JSON": Wrong(
        'targets:\n  hook: {webhook: "https://e.example", format: template, template: \'{"a": "{{ item.title }}"}\'}\n',
        "feedbot.yaml:2:58: targets.hook.template: this template cannot be used: it does not give JSON: "
        "Expecting ',' delimiter in line 1 of what it gives\n"
        "    write texts as {{ item.title | tojson }}, without quotes around them",
    ),
    "a chat without its room": Wrong(
        'targets:\n  hook: {webhook: "https://api.telegram.org/bot1:x", format: telegram}\n',
        "feedbot.yaml:2:3: targets.hook: a target in the format telegram needs a room\n"
        "    add `room:`, such as @channel or -100123",
    ),
    "a header that is ours": Wrong(
        'targets:\n  hook: {webhook: "https://e.example/", headers: {Webhook-Id: x}}\n',
        "feedbot.yaml:2:51: targets.hook.headers.Webhook-Id: Webhook-Id is set by feedbot itself\n"
        "    remove it; `token:` and `user:` authenticate",
    ),
    "a format that nobody knows": Wrong(
        'targets:\n  hook: {webhook: "https://e.example/", format: slak}\n',
        "feedbot.yaml:2:41: targets.hook.format: is none of the words that are known here\n"
        "    write one of 'standard', 'cloudevents', 'template', 'slack', 'discord', 'teams', 'mattermost', "
        "'rocketchat', 'googlechat', 'telegram', 'ntfy' or 'matrix'",
    ),
    "a list that nobody could leave": Wrong(
        "targets:\n  board: {email: [b@example.org], unsubscribe: true}\n",
        "feedbot.yaml:2:35: targets.board.unsubscribe: links that end mails need a key to sign them with\n"
        "    add `secret:` or `secret_file:` to `site:`, a long random text that never changes",
    ),
    "templates that are not there": Wrong(
        "templates: nowhere/at/all\n",
        "feedbot.yaml:1:1: templates: there is no folder nowhere/at/all\n    make it, or remove the key",
    ),
    "two ways to one target": Wrong(
        "targets:\n  both: {email: [b@example.org], maildir: var/mail}\n",
        "feedbot.yaml:2:3: targets.both: says email and maildir\n"
        "    give it exactly one of `webhook:`, `email:`, `maildir:` and `apprise:`",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_with_place_and_remedy(what: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_text(WRONG[what].text, "feedbot.yaml", {})
    assert str(raised.value) == WRONG[what].told


def test_every_problem_of_a_file_stands_in_one_report() -> None:
    text = """\
site: {timezone: Mars/Base, url: nope}
sources:
  - {id: a, url: "https://example.org/", every: 5x, select: {item: "a..b"}, notify: [hok]}
  - {id: a, url: "ftp://example.org/", folow: true}
targets:
  hook: {webhook: "${NO_SUCH}", secret: abc}
network: {allow: [10.0.0.0/99]}
"""
    with pytest.raises(ConfigError) as raised:
        load_text(text, "feedbot.yaml", {})
    assert [(problem.line, problem.key) for problem in raised.value.problems] == [
        (1, "site.timezone"),
        (1, "site.url"),
        (3, "sources[0].every"),
        (3, "sources[0].select.item"),
        (3, "sources[0].notify[0]"),
        (4, "sources[1].id"),
        (4, "sources[1].url"),
        (4, "sources[1].folow"),
        (6, "targets.hook.webhook"),
        (6, "targets.hook.secret"),
        (7, "network.allow[0]"),
    ]


@pytest.mark.parametrize("text", ["a: " + "[" * 20_000, "a: \x00", "- a", "a: [", "%YAML 9", "? [a]\n: b", "", "a"])
def test_no_text_breaks_the_reading(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_text(text, "feedbot.yaml", {})
    assert raised.value.problems


def test_a_file_that_is_far_too_large_is_refused() -> None:
    with pytest.raises(ConfigError, match="larger than 32000000 bytes"):
        load_text("# " + "x" * 32_000_001, "feedbot.yaml", {})


def test_secrets_are_never_shown() -> None:
    text = """\
smtp: {url: "smtp://user:hunter2@mail.example.org:25"}
targets:
  hook: {webhook: "https://example.org/SECRETPATH", secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}
"""
    config = load_text(text, "feedbot.yaml", {})
    assert config.settings.smtp.password == "hunter2"
    assert not any(secret in repr(config) for secret in ("hunter2", "SECRETPATH", "MfKQ9r8G"))
    with pytest.raises(ConfigError) as raised:
        load_text("targets:\n  hook: {webhook: SECRETPATH, secret: HUNTER2}\n", "feedbot.yaml", {})
    assert not any(secret in str(raised.value) for secret in ("SECRETPATH", "HUNTER2"))


def test_values_mean_what_a_person_means() -> None:
    text = """\
sources:
  - {id: NO, url: "https://example.org/a", title: 1.10, language: no}
  - {id: "010", url: "https://example.org/b", title: 22:30, follow: TRUE}
"""
    first, second = load_text(text, "feedbot.yaml", {}).sources
    assert (first.id, first.title, first.language) == ("NO", "1.10", "no")
    assert (second.id, second.title, second.follow) == ("010", "22:30", True)


def test_a_ping_has_addresses_of_its_own_for_a_start_and_for_trouble() -> None:
    text = 'site: {ping: "https://hc.example.org/abc?create=1"}\n'
    ping = load_text(text, "feedbot.yaml", {}).settings.oversight.ping
    assert ping
    assert (ping.start, ping.fail) == (
        "https://hc.example.org/abc/start?create=1",
        "https://hc.example.org/abc/fail?create=1",
    )
    assert "abc" not in repr(ping)
    text = 'site: {ping: {url: "https://up.example.org/k?status=up", start: "", fail: "https://up.example.org/k?status=down"}}'
    ping = load_text(text, "feedbot.yaml", {}).settings.oversight.ping
    assert ping
    assert (ping.start, ping.fail) == ("", "https://up.example.org/k?status=down")


def test_variables_come_from_the_environment() -> None:
    text = 'site: {title: "$$ ${NAME} ${OTHER:-else}"}'
    assert load_text(text, "feedbot.yaml", {"NAME": "here"}).settings.site.title == "$ here else"


def test_templates_of_the_operator_are_tried_before_they_are_used(tmp_path: Path) -> None:
    text = f"templates: {tmp_path}\n"
    (tmp_path / "mail.txt.j2").write_text("Dear reader\n{{ stories[0].title }}\n")
    assert load_text(text, "feedbot.yaml", {}).settings.templates[0][0] == "mail.txt.j2"
    (tmp_path / "mail.txt.j2").write_text("Dear reader\n{{ story.titel }\n")
    (tmp_path / "mial.txt.j2").write_text("")
    with pytest.raises(ConfigError) as raised:
        load_text(text, "feedbot.yaml", {})
    assert "no mail is made of mial.txt.j2" in str(raised.value)
    assert "a template cannot be used: mail.txt.j2, line 2: unexpected '}'" in str(raised.value)
    (tmp_path / "mial.txt.j2").unlink()
    (tmp_path / "mail.txt.j2").write_text("{{ nobody }}")
    with pytest.raises(ConfigError, match="'nobody' is undefined"):
        load_text(text, "feedbot.yaml", {})

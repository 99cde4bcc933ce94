"""A handshake with a webhook, on demand: does somebody there expect us, and do they look at signatures?"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from feedbot.delivery import Hook
from feedbot.errors import SendError
from feedbot.item import rfc3339
from feedbot.send.webhook import WebhookSender, signed
from feedbot.target import WebhookTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a handshake found out; `remedy` says what to do where it is not well."""

    what: str
    well: bool
    remedy: str = ""


def shake(target: WebhookTarget, sender: WebhookSender, origin: str, challenge: str, now: datetime) -> list[Finding]:
    """Return what a handshake with `target` finds out; `origin` is our host, `challenge` cannot be guessed.

    CloudEvents asks for permission (HTTP 1.1 Web Hooks for Event Delivery, section 4); our own format sends a signed
    `webhook.verification` with a challenge to be repeated, then one with a false signature that is to be refused.
    Raises SendError where nobody answers, and for formats of chat services, which know no handshake.
    """
    match target.format:
        case "cloudevents":
            return [_permission(sender, origin)]
        case "standard" | "template":
            return _challenges(target, sender, challenge, now)
        case chat:
            why = f"{chat} knows no handshake; `feedbot send-test {target.id}` shows whether it takes messages"
            raise SendError(why, permanent=True)


def _permission(sender: WebhookSender, origin: str) -> Finding:
    answer = sender.ask(Hook(key="", body=b"", method="OPTIONS", signed=False), {"WebHook-Request-Origin": origin})
    allowed = answer.headers.get("WebHook-Allowed-Origin", "")
    well = 200 <= answer.status < 300 and allowed in {"*", origin}
    said = f"it answered {answer.status}" + (
        f" and allows {allowed[:100]}" if allowed else " and names nobody it allows"
    )
    return Finding(what=said, well=well, remedy=f"let it answer OPTIONS with WebHook-Allowed-Origin: {origin}")


def _challenges(target: WebhookTarget, sender: WebhookSender, challenge: str, now: datetime) -> list[Finding]:
    said = {"type": "webhook.verification", "timestamp": rfc3339(now), "data": {"challenge": challenge}}
    hook = Hook(key=challenge, body=json.dumps(said).encode())
    answer = sender.ask(hook, sender.headers(hook))
    taken, repeated = 200 <= answer.status < 300, challenge.encode() in answer.body
    found = [
        Finding(what=f"a signed challenge was answered with {answer.status}", well=taken, remedy="let it answer 2xx"),
        Finding(
            what="the challenge was repeated" if repeated else "the challenge was not repeated",
            well=repeated,
            remedy="let it answer with `data.challenge`, to prove that it expects us",
        ),
    ]
    if not target.secrets:
        why = "nothing is signed, so anybody could send in our name"
        return [*found, Finding(what=why, well=False, remedy="add `secret:` to the target, and check it there")]
    false = replace(hook, key=f"{challenge}-false")
    wrong = signed(false, ("a key that is not the target's",), now)
    status = sender.ask(false, sender.headers(false) | wrong).status
    refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    what = f"a false signature was {'refused' if refused else 'not refused'}: {status}"
    return [
        *found,
        Finding(what=what, well=refused, remedy="let it verify Webhook-Signature and refuse with 4xx"),
    ]

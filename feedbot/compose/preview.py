"""A message as files that a person can open."""

import json
from email import message_from_bytes
from email.policy import SMTP

from feedbot.delivery import Hook, Mail, Message, Note


def files(name: str, message: Message) -> dict[str, bytes]:
    """Return file names and contents that show `message`; of a mail to many, that of the first recipient."""
    match message:
        case Mail():
            return _mail(name, message)
        case Hook():
            shown = json.loads(message.body)
            return {f"{name}.json": json.dumps(shown, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"}
        case Note():
            return {f"{name}.txt": f"{message.title}\n\n{message.text}\n".encode("utf-8", "replace")}


def _mail(name: str, mail: Mail) -> dict[str, bytes]:
    _, raw = next(mail.letters())
    whole = message_from_bytes(raw, policy=SMTP)
    shown = {f"{name}.eml": raw}
    for kind, ending in (("plain", "txt"), ("html", "html")):
        part = whole.get_body((kind,))
        if part is not None:
            shown[f"{name}.{ending}"] = part.get_content().replace("\r\n", "\n").encode()
    return shown

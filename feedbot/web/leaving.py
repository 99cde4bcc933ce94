"""`/unsubscribe/…`: who follows a signed link is asked, and taken off by a click, or by the mail program (RFC 8058)."""

from html import escape
from http import HTTPStatus
from typing import Protocol

from feedbot.compose.unsubscribe import Leaving, read
from feedbot.web.answer import Answer, Request, plain

UNDO = "/undo"
"""Ends the address that takes it back."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
ALLOWED = {"Allow": "GET, HEAD, POST"}
_STYLE = """\
:root { color-scheme: light dark }
body { font: 18px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1rem }
strong { overflow-wrap: anywhere }
button { font: inherit; padding: .5rem 1.25rem; border: 0; border-radius: .25rem; background: #1d5fa0; color: #fff }
button:focus { outline: 3px solid #f5b400; outline-offset: 2px }
.quiet { background: none; color: inherit; text-decoration: underline; padding: 0 }
"""


class Register(Protocol):
    """Who left, as far as this page has to know."""

    def leave(self, leaving: Leaving) -> None:
        """Take somebody off, at once and for good."""
        ...

    def come_back(self, leaving: Leaving) -> None:
        """Put somebody on again who has left."""
        ...


class Exit:
    """Answers requests for signed links; `key` is what they are signed with, `title` who sends the mails."""

    def __init__(self, register: Register, key: str, title: str) -> None:
        self._register = register
        self._key = key
        self._title = title

    def answer(self, asked: str, request: Request) -> Answer:
        """Answer a request for a link: GET changes nothing, since programs follow links; POST does, at once."""
        token = asked.removesuffix(UNDO)
        leaving = read(token, self._key)
        if leaving is None:
            why = "This link is not whole, or no longer good. Copy it from the mail once more, or answer to that mail."
            return plain(HTTPStatus.NOT_FOUND, why, {"Cache-Control": "no-store"})
        if request.method != "POST":
            return self._asked(leaving, token)
        return self._done(leaving, token, asked, self._register)

    def _asked(self, leaving: Leaving, token: str) -> Answer:
        who = f"<p>No more mails from {_bold(self._title)} to {_bold(leaving.address)}?</p>"
        return _page("Unsubscribe", who + _form(token, "Unsubscribe", "leave"))

    def _done(self, leaving: Leaving, token: str, asked: str, register: Register) -> Answer:
        if asked.endswith(UNDO):
            register.come_back(leaving)
            return _page("Subscribed again", f"<p>Mails go to {_bold(leaving.address)} again.</p>")
        register.leave(leaving)
        said = f"<p>{_bold(leaving.address)} gets no more of these mails from {_bold(self._title)}.</p>"
        return _page("Unsubscribed", said + _form(token + UNDO, "That was a mistake: subscribe again", "quiet"))


def _form(token: str, words: str, kind: str) -> str:
    """Return a button that posts to an address beside that of the page."""
    return f'<form method="post" action="{escape(token)}"><button class="{kind}">{escape(words)}</button></form>'


def _page(title: str, body: str) -> Answer:
    text = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return Answer(status=HTTPStatus.OK, headers=headers, body=text.encode())


def _bold(text: str) -> str:
    return f"<strong>{escape(text)}</strong>"

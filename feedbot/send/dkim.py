"""Signatures of mails (RFC 6376), over the headers that say from whom a mail is and how to leave a list."""

from dataclasses import dataclass, field

from feedbot.errors import SendError

SIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "List-Id",
    "List-Owner",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
"""RFC 8058 section 4 asks for the last two; the first is signed once more, so that no second one can be added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs for `domain` with the RSA key in PEM whose other half stands in DNS under `selector`."""

    domain: str
    selector: str
    key: str = field(repr=False)

    def __call__(self, raw: bytes) -> bytes:
        """Return the DKIM-Signature header of a mail, with its line end. Raises SendError for a useless key."""
        try:
            import dkim  # noqa: PLC0415 - few sign by themselves
        except ImportError:
            why = "the library dkim is not installed, so mails cannot be signed; pip install 'feedbot[dkim]'"
            raise SendError(why, throttled=True) from None
        there = {line.partition(b":")[0].lower() for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")}
        names = [name.lower().encode() for name in SIGNED if name.lower().encode() in there]
        try:
            signature: bytes = dkim.sign(
                raw,
                self.selector.encode(),
                self.domain.encode("idna"),
                self.key.encode(),
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=[*names, b"from"],
            )
        except (dkim.DKIMException, UnicodeError) as error:
            why = f"mails cannot be signed for {self.domain}: {type(error).__name__}; check the key of `smtp.dkim`"
            raise SendError(why, throttled=True) from None
        return signature

import subprocess

import dkim
import pytest

from feedbot.errors import SendError
from feedbot.send.dkim import Signer

RAW = (
    b"From: News <news@example.org>\r\nTo: a@example.org\r\nSubject: hello\r\n"
    b"List-Unsubscribe: <https://news.example/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nhello\r\n"
)


@pytest.fixture(scope="module")
def keys() -> tuple[str, bytes]:
    """Return a private key, and what stands in DNS for it."""
    made = subprocess.run(["openssl", "genrsa", "-traditional", "2048"], capture_output=True, check=True).stdout
    public = subprocess.run(["openssl", "rsa", "-pubout"], input=made, capture_output=True, check=True).stdout
    return made.decode(), b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])


def test_the_public_library_verifies_a_signed_mail(keys: tuple[str, bytes]) -> None:
    signed = Signer(domain="example.org", selector="news", key=keys[0])(RAW) + RAW

    def dns(name: bytes, **_: object) -> bytes:
        assert name == b"news._domainkey.example.org."
        return keys[1]

    assert dkim.verify(signed, dnsfunc=dns)
    assert not dkim.verify(signed.replace(b"/u>", b"/v>"), dnsfunc=dns)
    assert not dkim.verify(signed.replace(b"To: a@", b"To: b@"), dnsfunc=dns)
    assert not dkim.verify(b"From: x@evil.example\r\n" + signed, dnsfunc=dns)


def test_a_key_that_is_none_is_told_without_showing_it() -> None:
    signer = Signer(domain="example.org", selector="news", key="s3cret")
    with pytest.raises(SendError, match=r"cannot be signed for example\.org") as caught:
        signer(RAW)
    assert "s3cret" not in str(caught.value) + repr(signer)
    assert caught.value.throttled

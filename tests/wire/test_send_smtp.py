import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller

from feedbot.delivery import SLOT, Apart, Hook, Mail, Partly, Sent
from feedbot.errors import SendError
from feedbot.send.relay import Conversation, Relay
from feedbot.send.smtp import SmtpSender
from tests.wire.mailserver import Office, checked, free_port

RAW = b"Subject: hello\r\nMessage-ID: <k1@news.example>\r\n\r\n.one\r\ntwo\r\n"
MAIL = Mail(key="k1", sender="news@example.org", recipients=("a@example.org", "b@example.org"), raw=RAW)


Open = Callable[..., Relay]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def opened(office: Office) -> Iterator[Open]:
    """Start mail servers; each is stopped in the end."""
    started: list[Controller] = []

    def start(**options: Any) -> Relay:
        controller = Controller(office, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        started.append(controller)
        return Relay(host="localhost", port=controller.port, starttls="never")

    yield start
    for controller in started:
        controller.stop()


@pytest.fixture
def sent_by(tls: ssl.SSLContext) -> Iterator[Callable[[Relay], SmtpSender]]:
    senders: list[SmtpSender] = []

    def make(relay: Relay) -> SmtpSender:
        senders.append(SmtpSender(relay, tls))
        return senders[-1]

    yield make
    for sender in senders:
        sender.close()


Make = Callable[[Relay], SmtpSender]


def relay(opened: Relay, **said: Any) -> Relay:
    plain: dict[str, Any] = {"host": opened.host, "port": opened.port}
    return Relay(**(plain | said))


def refusal(sender: SmtpSender, mail: Mail = MAIL) -> SendError:
    with pytest.raises(SendError) as caught:
        sender.send(mail)
    return caught.value


def test_a_mail_arrives_as_it_was_composed(office: Office, opened: Open, sent_by: Make) -> None:
    assert sent_by(opened()).send(MAIL) == Sent("250 2.0.0 taken")
    (got,) = office.received
    assert (got.sender, got.recipients, got.raw) == (MAIL.sender, list(MAIL.recipients), RAW)


def test_many_mails_go_over_one_connection(office: Office, opened: Open, sent_by: Make) -> None:
    sender = sent_by(opened())
    for _ in range(5):
        sender.send(MAIL)
    assert (len(office.received), office.hellos) == (5, 1)


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("450 4.2.0 greylisted", False),
        ("451 4.3.0 try later", False),
        ("452 4.2.2 mailbox full", False),
        ("550 5.7.1 no", True),
        ("552 5.3.4 too big", True),
        ("554 5.6.0 spam", True),
    ],
)
def test_a_refused_mail_says_how_and_the_next_one_goes_on(
    office: Office, opened: Open, sent_by: Make, answer: str, *, permanent: bool
) -> None:
    sender = sent_by(opened())
    office.data = [answer]
    office.mail = ["250 OK", answer]
    for error in (refusal(sender), refusal(sender)):
        assert str(error) == f"the mail server refused the mail: {answer}"
        assert (error.permanent, error.throttled) == (permanent, False)
    sender.send(MAIL)
    assert (len(office.received), office.hellos, office.resets) == (1, 1, 2)


def test_one_refused_recipient_costs_the_others_nothing(office: Office, opened: Open, sent_by: Make) -> None:
    office.refused = {"a@example.org": "550 5.1.1 unknown"}
    assert sent_by(opened()).send(MAIL) == Sent(
        "250 2.0.0 taken; taken for 1 of 2; refused for good: a@example.org (550 5.1.1 unknown)"
    )
    assert office.received[0].recipients == ["b@example.org"]


def test_a_recipient_who_is_refused_for_a_while_is_left_for_later(office: Office, opened: Open, sent_by: Make) -> None:
    office.refused = {"a@example.org": "450 4.2.0 greylisted"}
    assert sent_by(opened()).send(MAIL) == Partly(
        "250 2.0.0 taken; taken for 1 of 2; to be tried again: a@example.org (450 4.2.0 greylisted)",
        ("a@example.org",),
        reached=True,
    )


LIST = Mail(
    key="k1",
    sender="news@example.org",
    recipients=("a@example.org", "b@example.org", "c@example.org"),
    raw=b"Subject: hello\r\n\r\nhello " + SLOT + b"\r\n",
    apart=tuple(
        Apart(recipient=f"{name}@example.org", head=b"To: %s\r\n" % name.encode(), filling=name.encode())
        for name in "abc"
    ),
)


def test_each_recipient_of_a_list_gets_a_mail_of_its_own(office: Office, opened: Open, sent_by: Make) -> None:
    sent_by(opened()).send(LIST)
    assert [(got.recipients, got.raw) for got in office.received] == [
        ([f"{name}@example.org"], b"To: %s\r\nSubject: hello\r\n\r\nhello %s\r\n" % (2 * (name.encode(),)))
        for name in "abc"
    ]
    assert office.hellos == 1


def test_a_list_reaches_all_but_those_who_are_refused(office: Office, opened: Open, sent_by: Make) -> None:
    office.refused = {"a@example.org": "550 5.1.1 unknown"}
    office.data = ["451 4.3.0 try later"]
    done = sent_by(opened()).send(LIST)
    assert isinstance(done, Partly)
    assert (done.waiting, done.reached) == (("b@example.org",), True)
    assert [got.recipients for got in office.received] == [["c@example.org"]]
    assert "refused for good: a@example.org (the mail server refused the recipient a@example.org: 550" in done.reply


def test_a_relay_that_leaves_in_the_middle_of_a_list_is_not_asked_for_the_rest(
    office: Office, opened: Open, sent_by: Make
) -> None:
    office.refused = {"b@example.org": "421 4.3.2 shutting down"}
    done = sent_by(opened()).send(LIST)
    assert isinstance(done, Partly)
    assert done.waiting == ("b@example.org", "c@example.org")
    assert "c@example.org (its turn had not come)" in done.reply


def test_a_list_that_nobody_of_is_reached_is_tried_again_as_a_whole(
    office: Office, opened: Open, sent_by: Make
) -> None:
    office.refused = {
        "a@example.org": "550 unknown",
        "b@example.org": "450 greylisted",
        "c@example.org": "550 unknown",
    }
    assert not refusal(sent_by(opened()), LIST).permanent


def test_a_mail_is_signed_as_it_is_sent(office: Office, opened: Open, tls: ssl.SSLContext) -> None:
    with closing(SmtpSender(opened(), tls, lambda raw: b"Signed: %d\r\n" % len(raw))) as sender:
        sender.send(MAIL)
    assert office.received[0].raw == b"Signed: %d\r\n" % len(RAW) + RAW


def test_a_mail_without_recipients_left_is_tried_again_while_one_may_still_be_taken(
    office: Office, opened: Open, sent_by: Make
) -> None:
    sender = sent_by(opened())
    office.refused = {"a@example.org": "550 unknown", "b@example.org": "450 greylisted"}
    assert not (later := refusal(sender)).permanent
    assert "b@example.org: 450 greylisted" in str(later)
    office.refused["b@example.org"] = "550 unknown"
    assert refusal(sender).permanent
    office.refused = {}
    sender.send(MAIL)
    assert office.hellos == 1


def test_a_server_that_leaves_in_mid_session_is_called_again_at_once(
    office: Office, opened: Open, sent_by: Make
) -> None:
    sender = sent_by(opened())
    sender.send(MAIL)
    office.mail = ["421 4.7.0 too many messages"]
    sender.send(MAIL)
    assert (len(office.received), office.hellos) == (2, 2)


def test_a_server_that_sends_us_away_at_once_is_left_alone(office: Office, opened: Open, sent_by: Make) -> None:
    office.mail = ["421 4.7.0 too busy"]
    error = refusal(sent_by(opened()))
    assert (error.throttled, error.permanent) == (True, False)


def test_a_server_that_leaves_while_it_hears_recipients_is_left_alone(
    office: Office, opened: Open, sent_by: Make
) -> None:
    sender = sent_by(opened())
    office.refused = {"b@example.org": "421 4.3.2 shutting down"}
    error = refusal(sender)
    assert (error.throttled, error.permanent) == (True, False)
    office.refused = {}
    sender.send(MAIL)
    assert (len(office.received), office.hellos) == (1, 2)


def test_a_connection_that_was_dropped_between_mails_is_renewed(office: Office, opened: Open, sent_by: Make) -> None:
    sender = sent_by(opened(timeout=0.05))
    sender.send(MAIL)
    assert sender._smtp is not None
    assert sender._smtp.sock is not None
    while sender._smtp.sock.recv(1000):
        pass
    sender.send(MAIL)
    assert (len(office.received), office.hellos) == (2, 2)


def test_a_connection_lost_before_the_answer_is_tried_again_as_the_same_mail(
    office: Office, opened: Open, sent_by: Make
) -> None:
    sender = sent_by(opened())
    office.data = ["cut"]
    error = refusal(sender)
    assert (error.permanent, error.throttled) == (False, False)
    assert "was lost before it took the mail" in str(error)
    sender.send(MAIL)
    assert [got.raw for got in office.received] == [RAW, RAW]


def test_required_tls_is_used_and_proven(
    office: Office, opened: Open, sent_by: Make, server_tls: ssl.SSLContext
) -> None:
    sent_by(relay(opened(tls_context=server_tls), starttls="required")).send(MAIL)
    assert office.received[0].encrypted


def test_no_mail_travels_in_the_clear_where_tls_is_required(office: Office, opened: Open, sent_by: Make) -> None:
    error = refusal(sent_by(relay(opened(), starttls="required")))
    assert "offers no STARTTLS" in str(error)
    assert error.throttled
    assert office.received == []


def test_a_certificate_of_strangers_is_refused_where_tls_is_required(
    office: Office, opened: Open, sent_by: Make
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    at = opened(tls_context=context)
    error = refusal(sent_by(relay(at, starttls="required")))
    assert "certificate that cannot be trusted" in str(error)
    assert office.received == []
    sent_by(relay(at, starttls="opportunistic")).send(MAIL)
    assert office.received[0].encrypted


def test_a_certificate_of_another_host_is_refused(opened: Open, sent_by: Make, authority: trustme.CA) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    error = refusal(sent_by(relay(opened(tls_context=context), starttls="required")))
    assert "certificate that cannot be trusted" in str(error)


def test_encryption_is_taken_where_offered_and_gone_without_where_not(
    office: Office, opened: Open, sent_by: Make, server_tls: ssl.SSLContext
) -> None:
    sent_by(relay(opened(tls_context=server_tls), starttls="opportunistic")).send(MAIL)
    sent_by(relay(opened(), starttls="opportunistic")).send(MAIL)
    assert [got.encrypted for got in office.received] == [True, False]


def test_a_server_that_cannot_encrypt_after_all_gets_no_mail_where_tls_is_required(
    office: Office, opened: Open, sent_by: Make
) -> None:
    office.extensions = ["250-STARTTLS"]
    error = refusal(sent_by(relay(opened(), starttls="required")))
    assert "refused the connection: 454" in str(error)
    assert error.throttled
    sent_by(relay(opened(), starttls="opportunistic")).send(MAIL)
    assert not office.received[0].encrypted


def test_smtps_speaks_tls_from_the_first_byte(
    office: Office, opened: Open, sent_by: Make, server_tls: ssl.SSLContext
) -> None:
    sent_by(relay(opened(ssl_context=server_tls), scheme="smtps")).send(MAIL)
    assert len(office.received) == 1


def test_smtps_at_a_port_that_speaks_plain_says_so(opened: Open, sent_by: Make) -> None:
    error = refusal(sent_by(relay(opened(), scheme="smtps")))
    assert "check scheme, port and `starttls`" in str(error)


def test_a_login_is_made_once_per_connection(
    office: Office, opened: Open, sent_by: Make, server_tls: ssl.SSLContext
) -> None:
    at = opened(tls_context=server_tls, authenticator=checked, auth_required=True)
    sender = sent_by(relay(at, starttls="required", user="news", password="s3cret"))
    sender.send(MAIL)
    sender.send(MAIL)
    assert [got.user for got in office.received] == [b"news", b"news"]


def test_a_refused_login_pauses_the_target_and_keeps_the_password(
    opened: Open, sent_by: Make, server_tls: ssl.SSLContext
) -> None:
    at = opened(tls_context=server_tls, authenticator=checked)
    error = refusal(sent_by(relay(at, starttls="required", user="news", password="wr0ng")))
    assert f"the mail server localhost:{at.port} refused the login of news: 535" in str(error)
    assert "wr0ng" not in str(error)
    assert (error.throttled, error.permanent, error.retry_after) == (True, False, timedelta(minutes=15))


def test_a_server_without_login_is_told_apart(opened: Open, sent_by: Make) -> None:
    assert "offers no login" in str(refusal(sent_by(relay(opened(), starttls="never", user="news", password="x"))))


def test_a_password_outside_ascii_is_told_apart(opened: Open, sent_by: Make, server_tls: ssl.SSLContext) -> None:
    at = opened(tls_context=server_tls, authenticator=checked)
    error = refusal(sent_by(relay(at, starttls="required", user="news", password="pässword")))
    assert "must be of ASCII letters" in str(error)


def test_a_login_elsewhere_is_never_said_in_the_clear() -> None:
    assert Relay(host="mail.example.org", user="news", starttls="opportunistic").proven
    assert not Relay(host="mail.example.org", starttls="opportunistic").proven
    assert not Relay(host="localhost", user="news", starttls="opportunistic").proven
    assert "s3cret" not in repr(Relay(password="s3cret"))


def test_a_server_that_is_not_there_pauses_the_target(sent_by: Make) -> None:
    error = refusal(sent_by(Relay(host="127.0.0.1", port=free_port())))
    assert "cannot be reached" in str(error)
    assert error.throttled


def test_a_server_that_greets_with_a_refusal_pauses_the_target(sent_by: Make) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def greet() -> None:
            with server.accept()[0] as connection:
                connection.sendall(b"554 no service here\r\n")

        thread = Thread(target=greet)
        thread.start()
        error = refusal(sent_by(Relay(host="127.0.0.1", port=server.getsockname()[1])))
        thread.join()
    assert "554 no service here" in str(error)
    assert error.throttled


def test_an_address_outside_ascii_needs_a_server_that_takes_it(office: Office, opened: Open, sent_by: Make) -> None:
    mail = Mail(key="k2", sender="news@example.org", recipients=("jörg@example.org",), raw=RAW)
    sent_by(opened(enable_SMTPUTF8=True)).send(mail)
    assert office.received[0].recipients == ["jörg@example.org"]
    error = refusal(sent_by(opened(enable_SMTPUTF8=False)), mail)
    assert "SMTPUTF8" in str(error)
    assert error.permanent


def test_all_answers_together_have_a_time_limit(opened: Open) -> None:
    conversation = Conversation(opened())
    conversation.allow(0)
    with closing(conversation), pytest.raises(TimeoutError):
        conversation.noop()


def test_only_mails_can_be_sent(sent_by: Make) -> None:
    with pytest.raises(SendError) as caught:
        sent_by(Relay()).send(Hook(key="k", body=b"{}"))
    assert caught.value.permanent


def test_a_closed_sender_can_send_again(office: Office, opened: Open, sent_by: Make) -> None:
    sender = sent_by(opened())
    sender.send(MAIL)
    sender.close()
    sender.send(MAIL)
    assert (len(office.received), office.hellos) == (2, 2)

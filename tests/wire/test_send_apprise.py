import json
from collections.abc import Iterator

import pytest

from feedbot.delivery import Hook, Note, Partly, Sent
from feedbot.errors import SendError
from feedbot.send.apprise import AppriseSender
from feedbot.source import TargetId
from feedbot.target import AppriseTarget
from tests.wire.receiver import Answer, Receiver, listening

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the library loads modules that are going
NOTE = Note(key="k", title="Beds & <b>corridors</b>", text="Patients wait.\n\nhttps://office.example/1")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as server:
        yield server


def sender(*urls: str) -> AppriseSender:
    return AppriseSender(AppriseTarget(id=TargetId("phone"), urls=urls))


def at(receiver: Receiver) -> str:
    return f"json://user:s3cretpass@127.0.0.1:{receiver.server_port}/news"


def test_a_note_is_handed_over_as_it_was_written(receiver: Receiver) -> None:
    assert sender(at(receiver)).send(NOTE) == Sent("taken by 1:json")
    (request,) = receiver.requests
    said = json.loads(request.body)
    assert (said["title"], said["message"]) == (NOTE.title, NOTE.text)


def test_an_address_that_failed_is_tried_again_alone(receiver: Receiver) -> None:
    post = sender(at(receiver), at(receiver))
    receiver.answers = [Answer(204), Answer(500)]
    done = post.send(NOTE)
    assert isinstance(done, Partly)
    assert (done.waiting, done.reached) == (("2:json",), True)
    again = Note(key="k", title="t", text="t", waiting=done.waiting)
    assert post.send(again) == Sent("taken by 2:json")
    assert len(receiver.requests) == 3


def test_a_refusal_is_told_without_the_secrets_of_the_address(receiver: Receiver) -> None:
    receiver.answers = [Answer(401)]
    with pytest.raises(SendError) as caught:
        sender(at(receiver)).send(NOTE)
    assert "1:json: " in str(caught.value)
    assert "s3cretpass" not in str(caught.value)
    assert not caught.value.permanent


def test_an_address_that_nobody_knows_is_given_up() -> None:
    with pytest.raises(SendError, match="does not know such an address") as caught:
        sender("nosuchthing://x").send(NOTE)
    assert caught.value.permanent


def test_only_notes_can_be_handed_over() -> None:
    post = sender("json://127.0.0.1/")
    with pytest.raises(SendError):
        post.send(Hook(key="k", body=b""))
    post.close()

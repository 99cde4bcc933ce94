import mailbox
from pathlib import Path

import pytest

from feedbot.delivery import Hook, Mail
from feedbot.errors import SendError
from feedbot.send.maildir import MaildirSender

RAW = b"From: news@example.org\r\nSubject: hello\r\n\r\none\r\ntwo\r\n"
MAIL = Mail(key="k1", sender="news@example.org", recipients=(), raw=RAW)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_mail_is_where_mail_programs_look_for_it(tmp_path: Path) -> None:
    MaildirSender(str(tmp_path / "deep" / "mail")).send(MAIL)
    (message,) = mailbox.Maildir(tmp_path / "deep" / "mail", create=False)
    assert message["Subject"] == "hello"
    assert message.get_payload() == "one\ntwo\n"
    assert {path.name for path in (tmp_path / "deep" / "mail").iterdir()} == {"tmp", "new", "cur"}


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    MaildirSender(str(tmp_path / "mail")).send(MAIL)
    assert (tmp_path / "mail" / "new" / "k1.feedbot").stat().st_mode & 0o077 == 0


def test_a_repeat_replaces_instead_of_doubling(tmp_path: Path) -> None:
    for _ in range(2):
        MaildirSender(str(tmp_path)).send(MAIL)
    assert files(tmp_path) == ["new/k1.feedbot"]


def test_a_mail_that_was_read_already_is_not_delivered_again(tmp_path: Path) -> None:
    MaildirSender(str(tmp_path)).send(MAIL)
    (tmp_path / "new" / "k1.feedbot").rename(tmp_path / "cur" / "k1.feedbot:2,S")
    assert MaildirSender(str(tmp_path)).send(MAIL).reply == "the mailbox has it already"
    assert files(tmp_path) == ["cur/k1.feedbot:2,S"]


def test_a_file_in_place_of_the_folder_is_said_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("")
    with pytest.raises(SendError, match=r"cannot be written.*; a file stands where a folder should be") as caught:
        MaildirSender(str(tmp_path / "mail")).send(MAIL)
    assert not caught.value.permanent


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    sender = MaildirSender(str(tmp_path))
    sender.send(MAIL)
    (tmp_path / "new" / "k2.feedbot" / "in-the-way").mkdir(parents=True)
    with pytest.raises(SendError):
        sender.send(Mail(key="k2", sender="", recipients=(), raw=RAW))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_only_mails_can_be_written(tmp_path: Path) -> None:
    sender = MaildirSender(str(tmp_path))
    with pytest.raises(SendError) as caught:
        sender.send(Hook(key="k", body=b"{}"))
    sender.close()
    assert caught.value.permanent

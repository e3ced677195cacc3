"""What begins a message in a mbox and what does not (RFC 4155), and Takeout's own way of writing one."""

from __future__ import annotations

import io
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors import open_stream
from connectors.files.mbox import mail_of
from connectors.files.mbox_split import Message, Preamble, Splitter
from interactions.items import Email, Item, Unreadable
from tests.connectors import samples
from tests.connectors.contract import items_of, listing
from tests.connectors.limits import answers_in_time


def read(path: Path, data: bytes | str) -> list[Item]:
    """The items of one mbox, in time."""
    file = path / "a.mbox"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    with answers_in_time():
        return items_of(listing("file.mbox", file))


def subjects(items: list[Item]) -> list[str]:
    """Subjects of the mails, reasons of the others."""
    return [item.subject if isinstance(item, Email) else getattr(item, "reason", "") for item in items]


@pytest.mark.parametrize(
    "line",
    [
        "From home recordings to downloaded mp3s",
        "From Monday on",
        "From ann@example.org we heard on Mon",
        "From - here",
        "From me",
        "From x@example.org",
        "From here Mon Jan 1",
    ],
)
def test_an_unescaped_body_line_makes_no_message(tmp_path: Path, line: str) -> None:
    items = read(tmp_path, samples.mbox(1, body=f"Hello,\n\n{line}\nand so on\n") + samples.mbox(1, start=1))
    assert subjects(items) == ["mail 0", "mail 1"]


def test_a_line_without_a_blank_one_before_it_makes_no_message(tmp_path: Path) -> None:
    body = f"Hello,\nFrom x@example.org Mon Jan  1 12:00:00 2024\n{samples.headers(7)}"
    for text in (samples.mbox(2, body=body), samples.mbox(2, body=body).replace("\n", "\r\n")):
        assert subjects(read(tmp_path, text)) == ["mail 0", "mail 1"]


def test_going_on_inside_of_a_body_finds_a_message_that_begins_right_there(tmp_path: Path) -> None:
    data = samples.mbox(2).encode()
    at = data.rindex(b"\nFrom ")
    for start in range(at - 5, at - 1):
        parts = list(Splitter(io.BytesIO(data), len(data), start).parts(inside=True))
        assert [part.offset for part in parts if isinstance(part, Message)] == [at + 1]


@pytest.mark.parametrize(
    "line",
    [
        "From MAILER-DAEMON Thu Sep 18 17:54:04 2008",
        "From ann@example.org Thu Sep  8 17:54 2008",
        "From ann@example.org Thu Sep 18 17:54:04 +0200 2008",
        "From ann@example.org Thu Sep 18 17:54:04 CEST 2008",
        "From ann@example.org Thu Sep 18 17:54:04 2008 +0200",
        "From ???@??? Thu Sep 18 17:54:04 2008",
        'From "Ann Stone"@example.org Thu Sep 18 17:54:04 2008 remote from host',
        "From 1844347792267117879@xxx",
        "From 1844347792267117879@xxx Thu Sep 18 17:54:04 +0000 2008",
        "From -",
        "From - Thu Sep 18 17:54:04 2008",
        "From ann@example.org",
    ],
)
def test_every_common_form_of_the_line_begins_a_message(tmp_path: Path, line: str) -> None:
    text = samples.mbox(1) + f"{line}\n{samples.headers(7)}\ntext\n"
    assert subjects(read(tmp_path, text)) == ["mail 0", "mail 7"]
    assert subjects(read(tmp_path, text.replace("\n", "\r\n"))) == ["mail 0", "mail 7"]


def test_content_length_is_honoured_where_it_leads_to_a_message(tmp_path: Path) -> None:
    body = f"one\n\nFrom x@example.org Mon Jan  1 12:00:00 2024\n{samples.headers(8)}\nquoted\n"
    first = f"From - \n{samples.headers(0, f'Content-Length: {len(body)}')}\n{body}"
    assert subjects(read(tmp_path, first + samples.mbox(1, start=1))) == ["mail 0", "mail 1"]
    assert subjects(read(tmp_path, first + "\n" + samples.mbox(1, start=1))) == ["mail 0", "mail 1"]
    assert subjects(read(tmp_path, first)) == ["mail 0"]
    assert subjects(read(tmp_path, first + "\n")) == ["mail 0"]


def test_content_length_is_honoured_in_a_zip_too(tmp_path: Path) -> None:
    body = f"one\n\nFrom x@example.org Mon Jan  1 12:00:00 2024\n{samples.headers(8)}\n{'quoted ' * 600_000}\n"
    text = f"From - \n{samples.headers(0, f'Content-Length: {len(body)}')}\n{body}" + samples.mbox(1, start=1)
    zipped = samples.pack(tmp_path / "a.zip", {"a.mbox": text})
    assert subjects(items_of(listing("file.mbox", zipped))) == subjects(read(tmp_path, text)) == ["mail 0", "mail 1"]


@pytest.mark.parametrize("length", ["0", "3", "99999999999", "-1", "x", "9" * 400])
def test_a_wrong_content_length_is_ignored(tmp_path: Path, length: str) -> None:
    text = f"From - \n{samples.headers(0, f'Content-Length: {length}')}\nbody\n\n" + samples.mbox(2, start=1)
    assert subjects(read(tmp_path, text)) == ["mail 0", "mail 1", "mail 2"]


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_a_last_line_without_an_end_is_read(tmp_path: Path, end: str) -> None:
    assert subjects(read(tmp_path, samples.mbox(2).rstrip("\n") + end)) == ["mail 0", "mail 1"]


def test_headers_without_a_body_are_a_message(tmp_path: Path) -> None:
    text = f"From - \n{samples.headers(0)}\nFrom - \n{samples.headers(1)}"
    assert subjects(read(tmp_path, text)) == ["mail 0", "mail 1"]


def test_nuls_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf\n" + samples.mbox(2, body="a\x00b\n").encode().replace(b"mail 1", b"ma\x00il 1")
    assert subjects(read(tmp_path, data)) == ["mail 0", "mail 1"]


def test_a_message_without_headers_or_with_too_many_does_not_cost_the_next(tmp_path: Path) -> None:
    mark = "From ann@example.org Mon Jan  1 12:00:00 2024\n"
    text = f"{mark}\nbody\n\n{mark}no header here\n\n{mark}X: {'y' * 300_000}\n\n{mark}" + "A: b\n" * 90_000
    items = read(tmp_path, f"{text}\n\n{samples.mbox(1)}")
    assert subjects(items) == [
        "It has no headers.",
        "It has none of the header fields a mail has.",
        "Its headers are larger than 256 kB.",
        "Its headers are larger than 256 kB.",
        "mail 0",
    ]
    assert len({item.id for item in items}) == 5
    assert [item.place for item in items if isinstance(item, Unreadable)][0] == "a.mbox, byte 0"


def test_a_file_that_is_no_mbox_is_one_unreadable_item(tmp_path: Path) -> None:
    (item,) = read(tmp_path, b"PK or anything\n" * 10_000)
    assert isinstance(item, Unreadable)
    assert "not the beginning of a mbox" in item.reason


def test_messages_behind_something_else_are_found(tmp_path: Path) -> None:
    items = read(tmp_path, "*mbx*\nsomething\n\n" + samples.mbox(2))
    assert subjects(items)[1:] == ["mail 0", "mail 1"]


def test_an_empty_mbox_is_complete_and_has_nothing_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(b"")
    ((page,),) = listing("file.mbox", tmp_path / "a.mbox").values()
    assert (page.items, page.complete) == ((), True)


class Endless(io.RawIOBase):
    """Bytes without a `From ` line, as many as asked for, from no memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1, /) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return b"x" * size


def test_a_huge_file_without_a_message_is_passed_through_in_constant_memory() -> None:
    size = 3 << 30
    tracemalloc.start()
    parts = list(Splitter(Endless(size), size).parts())  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(parts[0], Preamble)
    assert not any(isinstance(part, Message) for part in parts)
    assert len(parts) > 30
    assert peak < 24 << 20


def test_reading_can_go_on_inside_of_a_huge_body(tmp_path: Path) -> None:
    path = tmp_path / "big.mbox"
    path.write_bytes((samples.mbox(1, body="line\n" * 30_000_000) + samples.mbox(1, start=1)).encode())
    connector = open_stream("file.mbox", path)
    (container,) = connector.containers()
    pages = list(connector.pages(container, None))
    assert [len(page.items) for page in pages][:2] == [1, 0]
    for n, page in enumerate(pages[:-1]):
        assert [p.items for p in connector.pages(container, page.cursor)] == [p.items for p in pages[n + 1 :]]
    assert subjects([item for page in pages for item in page.items]) == ["mail 0", "mail 1"]


def test_many_lines_that_almost_begin_a_message_are_passed_in_time(tmp_path: Path) -> None:
    body = "\n\nFrom " + "x" * 400 + " Mon Jan 99\n"
    assert subjects(read(tmp_path, samples.mbox(1, body=body * 20_000))) == ["mail 0"]


def test_a_file_cut_in_half_and_read_again_whole_doubles_nothing(tmp_path: Path) -> None:
    text = samples.mbox(40)
    half = {item.id for item in read(tmp_path, text[: text.index("mail 20") + 7])}
    whole = [item.id for item in read(tmp_path, text)]
    assert len(whole) == len(set(whole)) == 40
    assert len(half - set(whole)) == 1


def test_takeout_gives_gmails_own_ids_threads_and_labels(tmp_path: Path) -> None:
    items = read(
        tmp_path,
        samples.takeout_mbox(3, "=?UTF-8?Q?Gesendet,Ge=C3=B6ffnet,Kategorie:_=E2=80=9EWerbung=E2=80=9C,Chor?="),
    )
    mails = [item for item in items if isinstance(item, Email)]
    assert [mail.id for mail in mails] == [f"{samples.gmail_number(n):016x}" for n in range(3)]
    assert [mail.thread for mail in mails] == [f"{samples.gmail_number(n // 2):016x}" for n in range(3)]
    assert mails[0].labels == ("SENT", "Geöffnet", "CATEGORY_PROMOTIONS", "Chor")
    assert mails[0].other_headers == ()


def test_a_takeout_mail_without_a_date_has_the_time_in_its_id() -> None:
    number = samples.gmail_number(5)
    mail = mail_of(Message(0, b"From %d@xxx" % number, b"From: a@b.cc\nDate: soon\n"), "a.mbox", ())
    assert isinstance(mail, Email)
    assert (mail.sent_at, mail.flags) == (datetime(2024, 1, 1, 17, tzinfo=UTC), ("date",))


def test_another_mail_without_a_date_has_the_time_it_was_delivered() -> None:
    mail = mail_of(Message(0, b"From a@b.cc Mon Jan  1 17:00:00 2024", b"From: a@b.cc\n"), "a.mbox", ())
    assert isinstance(mail, Email)
    assert (mail.sent_at, mail.flags) == (datetime(2024, 1, 1, 17, tzinfo=UTC), ("date",))


def test_a_number_too_large_for_gmail_is_no_id(tmp_path: Path) -> None:
    (item,) = read(tmp_path, f"From 99999999999999999999@xxx\n{samples.headers(0)}\n")
    assert item.id.startswith("h")


def test_a_mail_has_one_id_with_either_line_end_and_in_either_form(tmp_path: Path) -> None:
    (unix,) = read(tmp_path, samples.mbox(1))
    (windows,) = read(tmp_path, samples.mbox(1).replace("\n", "\r\n"))
    folder = samples.maildir(tmp_path / "Mail", [f"{samples.headers(0)}\ntext\n"])
    (filed,) = items_of(listing("file.maildir", folder))
    assert unix.id == windows.id == filed.id
    assert isinstance(unix, Email)
    assert unix.labels == ("a",)


def test_the_folder_of_a_mail_is_its_label(tmp_path: Path) -> None:
    for name in ("Gesendet.mbox", "Work/Sent Items"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(samples.mbox(1))
    samples.maildir(tmp_path / ".Arbeit.Entwürfe", [f"{samples.headers(0)}\n"], lambda n: "ST")
    mails = items_of(listing("file.mbox", tmp_path)) + items_of(listing("file.maildir", tmp_path))
    assert [mail.labels for mail in mails if isinstance(mail, Email)] == [("SENT",), ("SENT",), ("DRAFT", "TRASH")]

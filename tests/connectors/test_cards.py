"""vCards as hostile or broken as programs make them (RFC 6350, RFC 2426), and the wall around their reader."""

from __future__ import annotations

import io
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.components import Component, ComponentReader
from connectors.contentline import Utf8
from connectors.vcard import CARD_PROPERTIES, contact_of
from connectors.vobject_guard import CardRefused, VobjectGuard
from interactions.items import NAME_MAX, Contact, Unreadable
from tests.connectors.contract import items_of, listing
from tests.connectors.limits import answers_in_time


@pytest.fixture(scope="module")
def guard() -> Iterator[VobjectGuard]:
    """A reader in a process of its own, already running."""
    made = VobjectGuard()
    made.read("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n")
    yield made
    made.close()


def items(data: str | bytes, guard: VobjectGuard) -> list[Contact | Unreadable]:
    """Everything an address book yields, in time."""
    data = data if isinstance(data, bytes) else data.encode()
    with answers_in_time():
        reader = ComponentReader(Utf8(io.BytesIO(data)), {"VCARD": CARD_PROPERTIES})
        found = [contact_of(part, "a.vcf", guard) for part in reader if isinstance(part, Component)]
    for item in found:
        repr(item).encode("utf-8")
    return found


def contact(guard: VobjectGuard, *lines: str, version: str = "3.0") -> Contact:
    """The one contact of a file."""
    text = "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))
    (found,) = items(text, guard)
    assert isinstance(found, Contact), found
    return found


def test_a_card_is_read_whole(guard: VobjectGuard) -> None:
    found = contact(
        guard,
        "UID:urn:uuid:1",
        "N:Stone;Ann;Q.,R.;Dr.;",
        "FN:Ann \\, Stone",
        "NICKNAME:Annie,A",
        "item1.EMAIL;TYPE=INTERNET,HOME;PREF=1:ann@example.org",
        "TEL;VALUE=uri;TYPE=cell:tel:+49-30-1",
        "ORG:Choir;Alto",
        "TITLE:Conductor",
        "CATEGORIES:choir,friends",
        "RELATED;TYPE=friend:Bob",
        "REV:20240101T000000Z",
        "NOTE:canary",
        "PHOTO;ENCODING=b;TYPE=JPEG:Y2FuYXJ5",
        "BDAY:1970-01-01",
        "ADR:;;Canary 1",
        version="4.0",
    )
    assert found.id == "uurn:uuid:1"
    assert (found.name(), found.emails(), found.uid()) == ("Ann , Stone", ("ann@example.org",), "urn:uuid:1")
    assert found.card == (
        ("uid", {}, "text", "urn:uuid:1"),
        ("fn", {}, "text", "Ann , Stone"),
        ("n", {}, "text", ["Stone", "Ann", "Q.,R.", "Dr.", ""]),
        ("nickname", {}, "text", "Annie", "A"),
        ("email", {"type": ["internet", "home", "pref"]}, "text", "ann@example.org"),
        ("tel", {"type": "cell"}, "text", "+49-30-1"),
        ("org", {}, "text", ["Choir", "Alto"]),
        ("title", {}, "text", "Conductor"),
        ("categories", {}, "text", "choir", "friends"),
        ("related", {"type": "friend"}, "text", "Bob"),
        ("rev", {}, "timestamp", "20240101T000000Z"),
    )


@pytest.mark.parametrize("line", ["FN;" + "A=b,c;" * 13, 'FN;X="a"' + ';X="a"' * 26, "FN;" + "A=b,c;" * 10_000 + ":x"])
def test_a_line_on_which_vobject_hangs_is_read_or_refused_in_time(guard: VobjectGuard, line: str) -> None:
    found = items(f"BEGIN:VCARD\r\nVERSION:3.0\r\n{line}\r\nEMAIL:a@b.cc\r\nEND:VCARD\r\n", guard)
    assert len(found) == 1


def test_a_photo_of_megabytes_or_behind_a_link_is_dropped(guard: VobjectGuard) -> None:
    photo = "PHOTO;ENCODING=BASE64:" + "\r\n ".join(["A" * 70] * 200_000)
    found = contact(guard, photo, "PHOTO:http://canary", "KEY:http://canary", "FN:a", "LOGO:data:canary", version="2.1")
    assert [line[0] for line in found.card] == ["fn"]


def test_bytes_are_dropped_from_any_property(guard: VobjectGuard) -> None:
    found = contact(guard, "FN:a", "NICKNAME;ENCODING=B:Y2FuYXJ5", "TITLE;BASE64:Y2FuYXJ5", version="2.1")
    assert [line[0] for line in found.card] == ["fn"]


def test_two_cards_with_one_uid_are_two_unless_they_say_the_same(tmp_path: Path) -> None:
    one, two, again = (
        f"BEGIN:VCARD\nUID:1\nFN:{name}\nCATEGORIES:{n}\nEND:VCARD\n" for n, name in enumerate(("a", "b", "a"))
    )
    (tmp_path / "a.vcf").write_text(one + two + again)
    ids = [item.id for item in items_of(listing("file.vcf", tmp_path / "a.vcf"))]
    assert ids[0] == ids[2] == "u1"
    assert ids[1] != "u1"


def test_of_thousands_of_numbers_and_addresses_five_hundred_are_kept(guard: VobjectGuard) -> None:
    found = contact(guard, "FN:a", *(f"TEL:{n}" for n in range(20_000)), *(f"EMAIL:a{n}@b.cc" for n in range(5_000)))
    assert len(found.emails()) == 500
    assert sum(line[0] == "tel" for line in found.card) == 500


def test_a_card_without_any_name_is_known_by_its_address(guard: VobjectGuard) -> None:
    assert contact(guard, "EMAIL:a@b.cc").emails() == ("a@b.cc",)
    (refused,) = items("BEGIN:VCARD\nVERSION:4.0\nTITLE:x\nEND:VCARD\n", guard)
    assert isinstance(refused, Unreadable)
    assert (refused.place, refused.reason) == ("a.vcf, line 1", "It has neither a name nor an address.")


def test_a_name_is_spelt_from_its_parts(guard: VobjectGuard) -> None:
    assert contact(guard, "N:Stone;Ann;;;").name() == "Ann Stone"


def test_quoted_printable_of_an_old_card_is_read_with_its_charset(guard: VobjectGuard) -> None:
    found = contact(
        guard,
        "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:D=F6rte;A=",
        "nn",
        "FN;QUOTED-PRINTABLE;CHARSET=UTF-8:D=C3=B6rte",
        "EMAIL;INTERNET:d@b.cc",
        version="2.1",
    )
    assert found.card[1][3][:2] == ["Dörte", "Ann"]
    assert found.name() == "Dörte"
    assert found.card[2] == ("email", {"type": "internet"}, "text", "d@b.cc")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_byte_order_mark_tells_the_encoding(guard: VobjectGuard, encoding: str) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    text = f"{mark}BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Dörte 😀\r\nEND:VCARD\r\n"
    (found,) = items(text.encode(encoding), guard)
    assert isinstance(found, Contact)
    assert found.name() == "Dörte 😀"


def test_a_note_of_megabytes_is_passed_over(guard: VobjectGuard) -> None:
    assert len(contact(guard, "NOTE:" + "\r\n ".join(["n" * 70] * 30_000), "FN:a").card) == 1


def test_values_are_capped_and_on_one_line(guard: VobjectGuard) -> None:
    name = contact(guard, "FN:a\\nb\x1b[31m" + "x" * 60_000).name()
    assert len(name) == NAME_MAX
    assert name.startswith("a b[31mxxx")


def test_a_card_inside_of_a_card_is_not_the_person(guard: VobjectGuard) -> None:
    text = "BEGIN:VCARD\nVERSION:2.1\nFN:a\nAGENT:\nBEGIN:VCARD\nFN:b\nEND:VCARD\nEMAIL:a@b.cc\nEND:VCARD\n"
    (found,) = items(text, guard)
    assert isinstance(found, Contact)
    assert (found.name(), found.emails()) == ("a", ("a@b.cc",))


def test_the_same_card_in_another_group_has_the_same_id(guard: VobjectGuard) -> None:
    one = contact(guard, "FN:a", "CATEGORIES:myContacts", "REV:20240101")
    two = contact(guard, "FN:a", "CATEGORIES:choir,myContacts")
    assert one.id == two.id != contact(guard, "FN:b").id
    assert one.id.startswith("c")


def test_a_card_without_an_end_does_not_cost_the_next(guard: VobjectGuard) -> None:
    found = items("BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nFN:b\nEND:VCARD\n", guard)
    assert [type(item).__name__ for item in found] == ["Unreadable", "Contact"]


def test_a_reader_that_hangs_is_ended_and_the_next_card_is_read(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    answer = 'out(b"\\0\\0\\0\\x0d" + b\'{"lines": []}\')'
    child.write_text(
        "import sys, re\n"
        "def out(data): sys.stdout.buffer.write(data); sys.stdout.buffer.flush()\n"
        "while head := sys.stdin.buffer.read(4):\n"
        "    text = sys.stdin.buffer.read(int.from_bytes(head, 'big'))\n"
        "    if b'slow' in text: re.match('(a+)+$', 'a' * 40 + 'b')\n"
        f"    {answer}\n"
    )
    guard = VobjectGuard(child, limit_seconds=0.5)
    try:
        assert guard.read("fine") == []
        with answers_in_time(), pytest.raises(CardRefused, match="longer than"):
            guard.read("slow")
        assert guard.read("fine") == []
    finally:
        guard.close()


def test_a_reader_that_dies_is_started_anew(guard: VobjectGuard) -> None:
    assert guard._child is not None
    guard._child.send_signal(signal.SIGKILL)
    guard._child.wait()
    assert guard.read("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n") == [["fn", [], "x"]]


def test_vobject_is_ended_on_text_that_hangs_it() -> None:
    # Such text never gets to it through a connector; here it is handed over as it is.
    guard = VobjectGuard(limit_seconds=0.5)
    try:
        with pytest.raises(CardRefused, match="longer than"):
            guard.read("BEGIN:VCARD\r\nVERSION:3.0\r\nFN;" + "A=b,c;" * 13 + "\r\nEND:VCARD\r\n")
    finally:
        guard.close()


LINES = st.one_of(
    st.sampled_from(["BEGIN:VCARD", "END:VCARD", "VERSION:2.1", "AGENT:"]),
    st.builds(
        lambda name, rest: f"{name}{rest}",
        st.sampled_from(["FN", "N", "EMAIL", "TEL", "ORG", "NICKNAME", "UID", "CATEGORIES", "REV", "a.FN"]),
        st.text(';:=",\\^ TYPEncodigQUOTEDPRINTABLE0123456789\t\n', max_size=60),
    ),
    st.text(max_size=40),
)


@settings(max_examples=150, deadline=None)
@given(data=st.lists(LINES, max_size=12).map(lambda lines: "\r\n".join(lines).encode("utf-8", "replace")))
def test_arbitrary_lines_give_contacts_or_reasons(data: bytes, guard: VobjectGuard) -> None:
    for item in items(b"BEGIN:VCARD\r\n" + data + b"\r\nEND:VCARD\r\n", guard):
        assert isinstance(item, Contact | Unreadable)
        assert not isinstance(item, Unreadable) or item.reason != "It breaks the rules of vCard."

"""The archive: readable by the standard library, complete, and equal to the truth beside it."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Any

from sandbox.life import CANARY
from sandbox.model import Life
from sandbox.takeout import MBOX, files, write_takeout_zip


def test_truth_and_mbox_hold_the_same_mails(told: dict[str, Any], messages: dict[str, Message]) -> None:
    mails = {mail["id"]: mail for mail in told["mails"]}
    assert mails.keys() == messages.keys()
    assert len(mails) == told["expected"]["mails"] == len(told["mails"])
    for id, message in messages.items():
        assert message["Message-ID"] == f"<{mails[id]['message_id']}>"
        assert f"{int(message['X-GM-THRID']):016x}" == mails[id]["thread"]
        sent = parsedate_to_datetime(message["Date"]).astimezone(UTC)
        assert f"{sent:%Y-%m-%dT%H:%M:%SZ}" == mails[id]["at"]


def test_message_ids_are_unique_and_answers_point_at_them(messages: dict[str, Message]) -> None:
    ids = Counter(message["Message-ID"] for message in messages.values())
    assert max(ids.values()) == 1
    named = {message["In-Reply-To"] for message in messages.values()} - {None}
    assert named
    assert named <= ids.keys()
    for message in messages.values():
        assert set((message["References"] or "").split()) <= ids.keys()


def test_the_separator_line_holds_the_gmail_id_and_the_time_in_it(archive: Path) -> None:
    lines = re.findall(rb"^From (\d+)@xxx (.{30})$", (archive / MBOX).read_bytes(), re.MULTILINE)
    times = []
    for number, text in lines:
        arrived = datetime.fromtimestamp((int(number) >> 20) // 1000, UTC)
        assert datetime.strptime(text.decode(), "%a %b %d %H:%M:%S %z %Y") == arrived
        times.append(arrived)
    assert times != sorted(times)


def test_no_body_line_passes_for_a_separator(archive: Path, told: dict[str, Any]) -> None:
    text = (archive / MBOX).read_bytes()
    assert len(re.findall(rb"^From ", text, re.MULTILINE)) == len(told["mails"])
    assert b"\n>From here the lake" in text
    assert b"\n>>From the letter" in text


def test_labels_are_those_of_takeout(told: dict[str, Any], messages: dict[str, Message]) -> None:
    classes = {mail["id"]: mail for mail in told["mails"]}
    for id, message in messages.items():
        labels = set(message["X-Gmail-Labels"].split(","))
        mail = classes[id]
        assert ("Sent" in labels) == (mail["direction"] == "out" and mail["class"] not in ("draft", "chat"))
        assert ("Drafts" in labels) == (mail["class"] == "draft")
        assert ("Spam" in labels) == (mail["class"] == "spam")
        assert ("Chat" in labels) == (mail["class"] == "chat")


def test_headers_are_ascii_and_names_decode(messages: dict[str, Message], life: Life) -> None:
    names = set()
    for message in messages.values():
        assert all(value.isascii() for value in message.values())
        for name, _ in getaddresses(message.get_all("From", []) + message.get_all("To", [])):
            names.add(str(make_header(decode_header(name))))
    assert {one.name for one in life.people if one.tie.threads} <= names


def test_what_is_private_is_marked_everywhere(archive: Path, messages: dict[str, Message]) -> None:
    for message in messages.values():
        leaves = [part for part in message.walk() if not part.is_multipart()]
        assert any(CANARY in str(part.get_payload()) for part in leaves)
        assert not any(CANARY in value for value in message.values())
    for file in (archive / "Takeout/Calendar").glob("*.ics"):
        text = file.read_text(encoding="utf-8")
        assert text.count(f"DESCRIPTION:{CANARY}") == text.count("BEGIN:VEVENT") > 0
    cards = (archive / "Takeout/Contacts/All Contacts/All Contacts.vcf").read_text(encoding="utf-8")
    assert cards.count(f"NOTE:{CANARY}") == cards.count("BEGIN:VCARD")
    assert cards.count(f"JPEG:\n {CANARY}") == cards.count("PHOTO") > 3


def test_group_files_repeat_cards_of_the_main_file_to_the_byte(archive: Path, told: dict[str, Any]) -> None:
    def cards(name: str) -> list[str]:
        text = (archive / f"Takeout/Contacts/{name}/{name}.vcf").read_bytes().decode()
        return [f"BEGIN:VCARD{card}" for card in text.split("BEGIN:VCARD")[1:]]

    everything = cards("All Contacts")
    assert len(everything) == len(set(everything)) == told["expected"]["cards"]
    for group in ("My Contacts", "Choir", "Garden"):
        assert cards(group)
        assert set(cards(group)) < set(everything)


def test_folders_that_are_no_concern_are_there(archive: Path) -> None:
    assert json.loads((archive / "Takeout/Keep/Shopping.json").read_text())
    assert (archive / "Takeout/archive_browser.html").exists()


def test_the_zip_holds_what_the_folder_holds(life: Life, tmp_path: Path) -> None:
    write_takeout_zip(life, tmp_path / "takeout.zip")
    with zipfile.ZipFile(tmp_path / "takeout.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == dict(files(life))


def test_calendar_lines_are_folded_and_ended_as_the_standard_wants(archive: Path) -> None:
    """RFC 5545 §3.1: CRLF, at most 75 octets."""
    for file in (archive / "Takeout/Calendar").glob("*.ics"):
        lines = file.read_bytes().split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert not any(b"\n" in line for line in lines)

"""Whose archive it is, from what is in it."""

from __future__ import annotations

from pathlib import Path

from connectors.files.owner import candidates
from tests.connectors import samples
from tests.connectors.limits import answers_in_time


def mails(count: int, sender: str, recipient: str, *more: str) -> str:
    """An mbox of mails from one address to another."""
    text = "".join(f"From - \n{samples.headers(n, *more)}\ntext\n\n" for n in range(count))
    return text.replace("ann@example.org", sender).replace("bob@example.org", recipient)


def test_the_sender_of_the_sent_folder_owns_the_archive(tmp_path: Path) -> None:
    samples.write(
        tmp_path,
        {
            "Inbox.mbox": mails(40, "news@shop.example", "owner@example.org"),
            "Sent.mbox": mails(12, "owner@example.org", "friend@example.net"),
            "Choir.mbox": mails(80, "friend@example.net", "choir@lists.example"),
        },
    )
    best = candidates(tmp_path)[0]
    assert best.address == "owner@example.org"
    assert "sender of 12 messages in Sent" in best.evidence


def test_several_addresses_of_the_owner_are_proposed_in_order(tmp_path: Path) -> None:
    text = mails(20, "Owner@Example.org", "x@example.net") + mails(9, "o.wner@gmail.com", "x@example.net")
    samples.write(tmp_path, {"Sent.mbox": text})
    assert [found.address for found in candidates(tmp_path)] == ["Owner@Example.org", "o.wner@gmail.com"]


def test_a_takeout_tells_by_labels_deliveries_and_the_main_calendar(tmp_path: Path) -> None:
    path = samples.pack(tmp_path / "takeout.zip", samples.takeout())
    found = candidates(path)
    assert found[0].address == "owner@example.org"
    assert found[0].evidence == ("Delivered-To of 7 messages", "name of a calendar")


def test_without_a_sent_folder_the_one_all_mail_goes_to_is_proposed(tmp_path: Path) -> None:
    text = "".join(mails(3, f"p{n}@example.net", "owner@example.org") for n in range(20))
    samples.write(tmp_path, {"archive.mbox": text + mails(15, "owner@example.org", "p1@example.net")})
    assert candidates(tmp_path)[0].address == "owner@example.org"


def test_an_archive_without_mail_proposes_nobody(tmp_path: Path) -> None:
    assert candidates(samples.write(tmp_path, {"a.vcf": samples.cards(3)})) == []


def test_only_so_many_messages_are_looked_at(tmp_path: Path) -> None:
    samples.write(tmp_path, {"Sent.mbox": mails(30_000, "owner@example.org", "x@example.net")})
    with answers_in_time():
        (best, *_) = candidates(tmp_path, limit=100)
    assert best.evidence == ("sender of 100 messages in Sent",)


def test_drafts_and_spam_do_not_count(tmp_path: Path) -> None:
    samples.write(tmp_path, {"Spam.mbox": mails(50, "evil@example.net", "evil@example.net")})
    samples.write(tmp_path, {"Sent.mbox": mails(5, "owner@example.org", "x@example.net")})
    assert [found.address for found in candidates(tmp_path)] == ["owner@example.org"]

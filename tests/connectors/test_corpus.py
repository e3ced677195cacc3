"""Real files of others: every one is read, or refused with a reason, in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors import open_stream
from interactions.items import Contact, Email, Event, Item, Unreadable
from tests.connectors.limits import answers_in_time


def items(stream: str, path: Path) -> list[Item]:
    """Everything in one file, in time."""
    connector = open_stream(stream, path)
    with answers_in_time():
        return [item for c in connector.containers() for page in connector.pages(c, None) for item in page.items]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("spamassassin_hard_ham", 249),
        ("spamassassin_easy_ham_2", 1_400),
        ("mimekit_content-length", 29),
        ("mimekit_issue1189", 4),
        ("sisimai_mbox-0", 37),
        ("mime4j_rlug", 5),
    ],
)
def test_real_mailboxes_hold_as_many_mails_as_they_do(corpus: Path, name: str, count: int) -> None:
    found = items("file.mbox", corpus / "mail" / f"{name}.mbox")
    assert len(found) == count
    assert all(isinstance(item, Email) for item in found)


def test_every_real_calendar_is_read_or_refused_with_a_reason(corpus: Path) -> None:
    files = sorted(path for path in (corpus / "calendars").iterdir() if path.suffix != ".tsv")
    assert len(files) == 492
    found = [item for path in files for item in items("file.ics", path)]
    refused = [item for item in found if isinstance(item, Unreadable)]
    assert all(isinstance(item, Event | Unreadable) for item in found)
    assert all(item.reason.endswith(".") and item.place for item in refused)
    assert len(found) - len(refused) >= 1_700
    assert len(refused) <= 160


def test_every_real_card_is_read_or_refused_with_a_reason(corpus: Path) -> None:
    files = sorted(path for path in (corpus / "cards").iterdir() if path.suffix != ".tsv")
    assert len(files) == 133
    refused = []
    for path in files:
        found = items("file.vcf", path)
        assert found
        assert all(isinstance(item, Contact | Unreadable) for item in found)
        refused += [item for item in found if isinstance(item, Unreadable)]
    assert all(item.reason.endswith(".") and item.place for item in refused)
    assert len(refused) <= 12

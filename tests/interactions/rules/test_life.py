"""The demo's life, read from its archive by the real connectors: what the rules keep is what is true."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from interactions.decide import decide
from interactions.items import Event
from interactions.meetings import meetings
from interactions.series import Window
from interactions.verdict import Known, Verdict
from tests.interactions.rules.reading import known_of, own_of, read

#: What the truth calls otherwise because it tells of the mail's story, not of its headers.
_STORIES = frozenset({"spam", "self", "chat", "draft"})


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("with_facts", [True, False])
def test_every_human_mail_is_kept_and_nothing_else(seed: int, with_facts: bool) -> None:
    told, mails, _, cards = read(seed)
    own = own_of(told)
    truth = {mail["message_id"]: mail for mail in told["mails"]}
    wrong = []
    for mail, known in known_of(mails, cards, own):
        verdict = decide(mail, known if with_facts else Known(own))
        if verdict.kept != truth[mail.message_id]["in_log"]:
            wrong.append((truth[mail.message_id]["class"], verdict.rule))
    assert len(mails) > 1_000
    assert wrong == []


def test_nearly_every_mail_has_its_class() -> None:
    told, mails, _, cards = read(1)
    truth = {mail["message_id"]: mail["class"] for mail in told["mails"]}
    judged = [(truth[mail.message_id], decide(mail, known).cls) for mail, known in known_of(mails, cards, own_of(told))]
    judged = [pair for pair in judged if pair[0] not in _STORIES]
    assert sum(one == other for one, other in judged) >= 0.99 * len(judged)


def test_no_machine_becomes_a_party() -> None:
    told, mails, _, cards = read(1)
    parties = {
        party.mailbox.address.lower()
        for mail, known in known_of(mails, cards, own_of(told))
        for party in decide(mail, known).parties
    }
    assert not parties & set(told["never"])


@pytest.mark.parametrize("seed", [1, 2])
def test_every_held_or_planned_meeting_is_there_once(seed: int) -> None:
    told, _, events, _ = read(seed)
    known = Known(own_of(told))
    by_uid: dict[str, list[tuple[int, Event, Verdict]]] = defaultdict(list)
    for number, event in enumerate(events):
        by_uid[event.uid].append((number, event, decide(event, known)))
    window = Window(*(date.fromisoformat(told["window"][edge][:10]) for edge in ("start", "end")))
    found = [meeting.key for one in by_uid.values() for meeting in meetings(one, window)]
    wanted = [f"{one['uid']}|{one['original'].replace('Z', '+00:00')}" for one in told["occurrences"] if one["in_log"]]
    assert sorted(found) == sorted(wanted)

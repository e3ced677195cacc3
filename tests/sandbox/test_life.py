"""The life itself: the same for the same seed, the size of a real year, and true to its own stories."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sandbox import cast
from sandbox.life import main, make_life
from sandbox.model import Circle, Life, MailClass
from sandbox.series import instant
from sandbox.takeout import files, write_takeout_zip
from sandbox.truth import mail_in_log, occurrences, truth
from tests.sandbox.conftest import ENDS, life_of


def test_the_same_seed_and_end_give_the_same_bytes(life: Life) -> None:
    again = make_life(life.seed, life.year.end.date())
    assert list(files(again)) == list(files(life))
    assert truth(again) == truth(life)


def test_another_seed_gives_another_life(life: Life) -> None:
    other = life_of(2)
    assert not {mail.message_id for mail in other.mails} & {mail.message_id for mail in life.mails}


@pytest.mark.parametrize("end", ENDS, ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_has_the_size_of_a_real_one(seed: int, end: date) -> None:
    life = life_of(seed, end)
    classes = Counter(mail.cls for mail in life.mails)
    human = classes[MailClass.HUMAN_DIRECT] + classes[MailClass.HUMAN_LIST]
    machine = classes[MailClass.MACHINE_BULK] + classes[MailClass.MACHINE_TRANSACTIONAL]
    assert 3_500 <= len(life.mails) <= 4_500
    assert 900 <= human <= 1_200
    assert machine > len(life.mails) / 2
    assert set(classes) == set(MailClass)
    assert 250 <= sum(len(event.calendars) for event in life.events) <= 350
    assert 85 <= len(life.cards) <= 95
    assert 75 <= len(life.people) <= 90


@pytest.mark.parametrize("end", ENDS, ids=str)
def test_every_kind_of_occurrence_comes_up(end: date) -> None:
    reasons = {one.reason for one in occurrences(life_of(1, end))}
    assert reasons >= {
        "held", "planned", "cancelled", "birthday", "focus", "out_of_office", "private", "guestless", "not_invited",
        "declined",
    }  # fmt: skip


def test_a_meeting_all_others_declined_is_not_held() -> None:
    reasons = Counter(one.reason for seed in (1, 2, 3) for one in occurrences(life_of(seed)))
    assert reasons["all_declined"]


def test_writing_everything_takes_less_than_three_seconds(tmp_path: Path) -> None:
    before = time.process_time()
    main([str(tmp_path / "new" / "folder"), "--end", "2026-11-20"])
    assert time.process_time() - before < 3
    assert (tmp_path / "new" / "folder" / "truth.json").exists()


def test_two_zips_of_one_life_are_equal(life: Life, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_takeout_zip(life, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_all_mail_lies_within_the_year_and_ids_grow_with_time(life: Life) -> None:
    ids = [int(mail.id, 16) for mail in life.mails]
    assert ids == sorted(set(ids))
    for mail in life.mails:
        assert life.year.start <= mail.sent_at < mail.received_at < life.year.end
        assert int(mail.id, 16) >> 20 == int(mail.received_at.timestamp() * 1000)


def test_an_answer_comes_after_what_it_answers(life: Life) -> None:
    by_id = {mail.message_id: mail for mail in life.mails}
    answers = [mail for mail in life.mails if mail.in_reply_to]
    assert len(answers) > 500
    for mail in answers:
        parent = by_id[mail.in_reply_to]
        assert parent.sent_at <= mail.sent_at
        assert (mail.thread, mail.references[-1]) == (parent.thread, parent.message_id)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_two_mails_of_the_log_look_like_copies_of_one(seed: int) -> None:
    alike = defaultdict(list)
    life = life_of(seed)
    for mail in life.mails:
        if mail_in_log(life, mail):
            alike[mail.sender, mail.to, mail.cc, mail.subject].append(mail.sent_at)
    for times in alike.values():
        for one, other in pairwise(sorted(times)):
            assert other - one > timedelta(hours=13) or 60 < (other - one).total_seconds() % 3600 < 3540


@pytest.mark.parametrize("end", ENDS, ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_introduction_is_the_first_time_the_two_come_up_together(seed: int, end: date) -> None:
    life = life_of(seed, end)
    assert len(life.introductions) == len(cast.INTRODUCTIONS)
    for one in life.introductions:
        first = min((mail for mail in life.mails if one.whom in mail.people), key=lambda mail: mail.sent_at)
        assert first.id == one.mail
        assert {first.people[0], first.direction} == {one.by, "in"}
        met = [instant(row.event.start) for row in occurrences(life) if one.whom in row.people]
        assert all(when > one.at for when in met)
        later = [mail for mail in life.mails if mail.thread == first.thread and mail.direction == "out"]
        assert bool(later) == one.answered


@pytest.mark.parametrize("end", ENDS, ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_quiet_people_have_been_quiet_for_half_a_year(seed: int, end: date) -> None:
    life = life_of(seed, end)
    quiet = {one.id for one in life.people if one.until < 1}
    assert len(quiet) >= 5
    limit = life.year.end - timedelta(days=182)
    acts: Counter[str] = Counter()
    for mail in life.mails:
        acts.update(quiet & set(mail.people) if mail_in_log(life, mail) else ())
        if mail.cls not in (MailClass.SPAM, MailClass.DRAFT):
            assert mail.sent_at < limit or not quiet & set(mail.people)
    for row in occurrences(life):
        assert instant(row.event.start) < limit or not quiet & set(row.people)
    assert all(acts[id] >= 4 for id in quiet)


def test_the_hiring_manager_is_only_ever_seen_with_the_florist(told: dict[str, Any]) -> None:
    door = told["open_door"]
    seen = [mail for mail in told["mails"] if door["to"] in mail["people"] and mail["in_log"]]
    met = [one for one in told["occurrences"] if door["to"] in one["people"] and one["in_log"]]
    assert len(seen) >= 4
    assert len(met) >= 2
    assert all(door["through"] in one["people"] for one in (*seen, *met))
    assert all(mail["direction"] == "in" for mail in seen)


def test_somebody_stands_only_in_entries_without_guests(told: dict[str, Any], life: Life) -> None:
    (id,) = told["guestless"]
    first_name = life.person(id).name.split()[0]
    assert not any(id in one["people"] for one in (*told["mails"], *told["occurrences"]))
    assert sum(first_name in event.summary for event in life.events) >= 3
    assert any(card.person == id for card in life.cards)


def test_one_person_has_three_addresses_and_uses_them(told: dict[str, Any], life: Life) -> None:
    (id,) = [id for id, addresses in told["aliases"].items() if len(addresses) == 3]
    used = {mail.sender.address for mail in life.mails if id in mail.people and mail.direction == "in"}
    assert set(life.person(id).addresses) <= used
    (card,) = [card for card in life.cards if card.person == id]
    assert {address for _, address in card.emails} == set(life.person(id).addresses)


def test_two_people_share_a_name_and_nothing_else(told: dict[str, Any], life: Life) -> None:
    ((one, other),) = told["namesakes"]
    assert life.person(one).name == life.person(other).name
    assert not set(life.person(one).addresses) & set(life.person(other).addresses)
    assert len({card.id for card in life.cards if card.person in (one, other)}) == 2


def test_names_come_in_many_scripts(life: Life) -> None:
    letters = {letter for one in life.people for letter in one.name}
    for first, last in (("\u0400", "\u04ff"), ("\u0590", "\u06ff"), ("\u0370", "\u03ff"), ("\u4e00", "\u9fff")):
        assert any(first <= letter <= last for letter in letters)


def test_every_circle_is_there_and_everybody_but_loners_turns_up(told: dict[str, Any]) -> None:
    assert {one["circle"] for one in told["people"]} == {circle.value for circle in Circle}
    seen = {id for mail in told["mails"] if mail["in_log"] for id in mail["people"]}
    assert {one["id"] for one in told["people"]} - seen == set(told["guestless"])


def test_addresses_are_nobodys_real_ones(life: Life) -> None:
    free = {"gmail.com", "outlook.com", "gmx.net", "web.de"}
    safe = ("example.com", "example.net", "example.org")
    boxes = {box.address for mail in life.mails for box in (mail.sender, *mail.to, *mail.cc, *mail.bcc)}
    for address in boxes | {address for card in life.cards for _, address in card.emails}:
        local, _, domain = address.partition("@")
        assert domain in safe or domain.endswith(".example") or (domain in free and local.endswith(".invented"))


def test_people_write_when_people_are_awake(life: Life) -> None:
    work = [mail for mail in life.mails if mail.story == "thread" and "nora@fennelrook.example" in str(mail)]
    weekend = sum(mail.sent_at.weekday() >= 5 for mail in work)
    assert weekend < len(work) / 20
    night = sum(mail.sent_at.hour in (0, 1, 2, 3) for mail in life.mails if mail.direction == "out")
    assert night < 10

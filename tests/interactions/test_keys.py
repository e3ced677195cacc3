"""Keys by which copies, replies and series meet: equal for what is one, in the range every database can hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from interactions import keys
from interactions.items import Email, Event, Mailbox

NOON = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)
LETTER = Email(
    "1", "id@x.example", sent_at=NOON, sender=Mailbox("Anna@X.example", "Anna"), subject="Choir  weekend",
    to=(Mailbox("b@x.example"), Mailbox("c@x.example")),
)  # fmt: skip


@given(st.text(max_size=50))
def test_a_key_is_stable_and_fits_a_signed_64_bit_number(text: str) -> None:
    assert keys.key(text) == keys.key(text)
    assert -(2**63) <= keys.key(text) < 2**63


def test_a_key_takes_text_that_cannot_be_encoded() -> None:
    assert keys.key("\ud800") == keys.key("\ud800")


def test_an_instant_is_the_same_in_every_zone_and_a_date_is_its_midnight() -> None:
    assert keys.instant(NOON) == keys.instant(NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert keys.instant(date(1970, 1, 2)) == 86_400


def test_copies_meet_however_the_address_is_spelt_within_a_minute() -> None:
    same = replace(LETTER, id="2", sender=Mailbox("anna@x.EXAMPLE"), sent_at=NOON + timedelta(seconds=40), subject="X")
    assert keys.copy_key(same) == keys.copy_key(LETTER)


@pytest.mark.parametrize(
    "change",
    [{"message_id": "other@x.example"}, {"sender": Mailbox("b@x.example")}, {"sent_at": NOON + timedelta(minutes=1)}],
)
def test_another_id_sender_or_minute_is_another_mail(change: dict[str, object]) -> None:
    assert keys.copy_key(replace(LETTER, **change)) != keys.copy_key(LETTER)


def test_what_is_missing_has_no_key() -> None:
    bare = Email("1")
    assert (keys.copy_key(bare), keys.content_key(bare), keys.message_key(bare), keys.reply_key(bare)) == (None,) * 4


def test_an_answer_meets_what_it_answers() -> None:
    assert keys.reply_key(Email("2", in_reply_to="id@x.example")) == keys.message_key(LETTER)


def test_content_ignores_the_order_of_recipients_and_the_width_of_spaces() -> None:
    same = replace(LETTER, subject=" Choir weekend", to=LETTER.to[::-1], message_id="", labels=("X",))
    assert keys.content_key(same) == keys.content_key(LETTER)


@pytest.mark.parametrize("hours", [-12, -1, 1, 12, 36])
@pytest.mark.parametrize("clock", [0, 12, 23])
def test_content_shifted_by_whole_hours_is_found_near_over_midnight_too(clock: int, hours: int) -> None:
    sent = NOON.replace(hour=clock)
    content = keys.content_key(replace(LETTER, sent_at=sent))
    shifted = keys.content_key(replace(LETTER, sent_at=sent + timedelta(hours=hours)))
    assert content is not None
    assert shifted is not None
    assert keys.content_base(content) == keys.content_base(shifted)
    assert shifted in keys.content_near(content)


@pytest.mark.parametrize(
    "change",
    [
        {"sent_at": NOON + timedelta(minutes=30)},
        {"subject": "Other"},
        {"cc": (Mailbox("d@x.example"),)},
        {"to": (Mailbox("b@x.example"),)},
    ],
)
def test_content_that_differs_is_not_found(change: dict[str, object]) -> None:
    one, other = keys.content_key(LETTER), keys.content_key(replace(LETTER, **change))
    assert one is not None
    assert other is not None
    assert keys.content_base(one) != keys.content_base(other)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2300, 1, 1)))
def test_keys_led_by_time_fit_and_meet_their_own_neighbours(moment: datetime) -> None:
    letter = replace(LETTER, sent_at=moment.replace(tzinfo=UTC))
    copy, content = keys.copy_key(letter), keys.content_key(letter)
    assert copy is not None
    assert content is not None
    assert 0 <= copy < 2**63
    assert all(0 <= near < 2**63 for near in keys.content_near(content))
    assert content in keys.content_near(content)


def test_every_copy_of_a_series_has_one_key() -> None:
    one = Event("a/1", "uid", NOON)
    assert keys.uid_key(one) == keys.uid_key(replace(one, id="b/1", recurrence_id=NOON))
    assert keys.uid_key(one) != keys.uid_key(replace(one, uid="other"))

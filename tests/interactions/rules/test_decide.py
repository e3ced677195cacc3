"""A verdict depends on the item and what is known, and comes whatever they hold."""

from __future__ import annotations

import copy
from datetime import UTC

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions.address import canonical
from interactions.decide import decide
from interactions.items import Attendee, Contact, Email, Event, Mailbox
from interactions.rules import NAMES, RULES_VERSION
from interactions.sentences import SENTENCES, why
from interactions.verdict import Facts, Known
from interactions.word import VERBS
from tests.interactions.rules import test_calendar, test_mail, test_owner

ADDRESSES = st.sampled_from(
    [
        "me@home.example",
        "ada@mill.example",
        "noreply@x.example",
        "choir@lists.example",
        "MAILER-DAEMON",
        "",
        "@",
        "a@",
        "@b",
    ]
) | st.text(max_size=30)
MAILBOXES = st.builds(Mailbox, ADDRESSES, st.text(max_size=40))
PEOPLE = st.lists(MAILBOXES, max_size=4).map(tuple)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "auto-submitted",
            "precedence",
            "list-id",
            "list-post",
            "list-unsubscribe",
            "list-unsubscribe-post",
            "return-path",
            "content-type",
            "content-class",
            "x-mailer",
            "sender",
            "x-auto-response-suppress",
            "x-ms-exchange-inbox-rules-loop",
            "x-original-from",
            "user-agent",
        ]
    ),
    st.text(max_size=60)
    | st.sampled_from(["bulk", "auto-replied", "<>", "no", "<owner-choir@lists.example>", "text/html"]),
    max_size=5,
)
SUBJECTS = st.text(max_size=80) | st.sampled_from(
    ["Re: x", "Accepted: x", "Out of office: y", "[list] z", "Your order 4711"]
)
LABELS = st.lists(st.sampled_from(["SENT", "INBOX", "SPAM", "CATEGORY_PERSONAL", "Choir"]), max_size=3).map(tuple)
EMAILS = st.builds(
    Email,
    st.just("1"),
    sender=st.none() | MAILBOXES,
    to=PEOPLE,
    cc=PEOPLE,
    bcc=PEOPLE,
    reply_to=PEOPLE,
    subject=SUBJECTS,
    headers=HEADERS,
    labels=LABELS,
    recipients=st.integers(0, 2_000),
    in_reply_to=st.sampled_from(["", "x@y"]),
    other_headers=st.lists(st.sampled_from(["received", "list-post", "x-cron-env", "feedback-id"]), max_size=3).map(
        tuple
    ),
)
PARTSTATS = st.sampled_from(["", "accepted", "declined", "tentative", "needs-action", "odd"])
ATTENDEES = st.builds(Attendee, MAILBOXES, PARTSTATS, st.sampled_from(["", "individual", "room", "group", "resource"]))
MOMENTS = st.datetimes(timezones=st.just(UTC)) | st.dates()
EVENTS = st.builds(
    Event,
    st.just("1"),
    st.just("u"),
    MOMENTS,
    summary=st.text(max_size=60),
    location=st.text(max_size=60),
    organizer=st.none() | MAILBOXES,
    attendees=st.lists(ATTENDEES, max_size=5).map(tuple),
    status=st.sampled_from(["confirmed", "tentative", "cancelled"]),
    visibility=st.sampled_from(["public", "private"]),
    event_type=st.sampled_from(["default", "birthday", "focus-time", "from-gmail"]),
)
CONTACTS = st.builds(
    Contact,
    st.just("1"),
    st.lists(
        st.tuples(st.sampled_from(["email", "fn", "tel"]), st.just({}), st.just("text"), st.text()), max_size=4
    ).map(tuple),
)
FACTS = st.builds(Facts, st.booleans(), st.booleans(), st.booleans(), st.booleans())
KNOWN = st.builds(
    Known,
    st.frozensets(ADDRESSES.map(canonical), max_size=3),
    st.dictionaries(ADDRESSES.map(canonical), FACTS),
    st.booleans(),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EMAILS | EVENTS | CONTACTS, KNOWN)
def test_every_item_gets_a_verdict_that_can_be_told(item: Email | Event | Contact, known: Known) -> None:
    verdict = decide(item, known)
    assert verdict.rule in NAMES
    assert all(len(value) <= 120 for value in verdict.evidence.values())
    assert why(verdict.rule, verdict.evidence)
    assert bool(verdict.kind) == bool(verdict.parties) == bool(verdict.direction)
    assert verdict.kept or not verdict.parties
    parties = [canonical(party.mailbox.address) for party in verdict.parties]
    assert len(parties) == len(set(parties))
    assert not known.own.intersection(parties)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(EMAILS | EVENTS, KNOWN), max_size=6))
def test_a_verdict_depends_on_nothing_but_the_item_and_what_is_known(asked: list[tuple[Email | Event, Known]]) -> None:
    first = [decide(item, known) for item, known in asked]
    again = [decide(copy.deepcopy(item), copy.deepcopy(known)) for item, known in reversed(asked)]
    assert first == again[::-1]


def test_the_tables_reach_every_rule() -> None:
    mails = {rule for _, _, rule in test_mail.DROPPED} | {rule for _, _, rule, _ in test_mail.KEPT}
    events = {f"calendar.{rule}" for _, rule in test_calendar.DROPPED}
    events |= {f"calendar.{kind}" for _, kind, _ in test_calendar.KEPT}
    owners = {rule for *_, rule in test_owner.SAID} | {f"owner.{verb}" for verb in VERBS}
    assert mails | events | owners | {"calendar.from_title", "contact.card"} == set(NAMES)


def test_a_card_is_kept_and_is_nobody_met() -> None:
    verdict = decide(
        Contact("1", (("fn", {}, "text", "Ada"), ("email", {}, "text", "ada@mill.example"))), Known(frozenset())
    )
    assert (verdict.kept, verdict.cls, verdict.rule) == (True, "contact", "contact.card")
    assert (verdict.kind, verdict.parties, verdict.evidence["addresses"]) == ("", (), "1")


def test_every_rule_has_one_sentence() -> None:
    assert set(SENTENCES) == set(NAMES)
    for rule in NAMES:
        sentence = why(rule, {})
        assert sentence
        assert not sentence.endswith(".")
        assert "\n" not in sentence


def test_sentences_read_like_a_person_said_them() -> None:
    met = {"you": "accepted", "others": "4", "accepted": "3", "guests": "6"}
    assert why("calendar.meeting", met) == "you and 3 of 4 accepted"
    assert why("mail.human", {"score": "+3", "to": "you alone"}) == "wrote to you alone"
    assert why("mail.human", {"to": "you and 2 others"}) == "wrote to you and 2 others"
    assert why("mail.one_click", {}) == "newsletter: offers one-click unsubscribe"
    machine = {"score": "-4", "any mail": "+0.5", "address of a role": "-1.5", "unsubscribe": "-3"}
    assert why("mail.machine", machine) == "looks machine-made: unsubscribe, address of a role"
    assert why("from.tomorrow", {}) == "rule from.tomorrow"


def test_rules_have_a_version() -> None:
    assert isinstance(RULES_VERSION, int)
    assert RULES_VERSION >= 1

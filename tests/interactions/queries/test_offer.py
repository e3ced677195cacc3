"""What the owner could give: an answer, an introduction, a word of thanks."""

from __future__ import annotations

from datetime import timedelta

from interactions.items import Mailbox
from interactions.queries.offer import Offer, offer
from interactions.store import circles, corrections, identity, ties, word
from interactions.store.database import Database
from tests.interactions.store.life import OWNER, START, mail
from tests.interactions.store.sources import Source

NOW = START + timedelta(days=20)
ADA, BO, CY = (Mailbox(f"{name.lower()}@{name.lower()}.example", f"{name} Known") for name in ("Ada", "Bo", "Cy"))


def told(db: Database) -> Source:
    """Letters both ways with three people who do not know each other; Bo's last waits."""
    source = Source(db, "google.mail")
    for hour, who in enumerate((ADA, BO, CY)):
        source.log(
            mail(f"i{hour}", who, [OWNER], "Hello", hour), mail(f"o{hour}", OWNER, [who], "Re: Hello", hour + 30)
        )
    source.log(mail("b", BO, [OWNER], "Tomatoes?", 24 * 10))
    ties.settle(db)
    circles.renew(db, source.owner_id)
    return source


def asked(db: Database, source: Source) -> Offer:
    return offer(db, source.owner_id, int(NOW.timestamp()), NOW.date())


def test_a_mail_that_waits_is_told_until_it_is_answered(db: Database) -> None:
    source = told(db)
    [waiting] = asked(db, source).open
    assert (waiting.who.name, waiting.entry.title) == ("Bo Known", "Tomatoes?")
    source.log(mail("o", OWNER, [BO], "Re: Tomatoes?", 24 * 11))
    ties.settle(db)
    assert asked(db, source).open == ()


def test_a_mail_to_a_crowd_waits_for_nobody(db: Database) -> None:
    source = told(db)
    many = [Mailbox(f"m{number}@many.example") for number in range(3)]
    source.log(mail("c", CY, [OWNER, *many], "Whoever has time", 24 * 12))
    ties.settle(db)
    assert [one.who.name for one in asked(db, source).open] == ["Bo Known"]


def test_two_who_were_never_seen_together_could_meet(db: Database) -> None:
    source = told(db)
    [pair] = asked(db, source).pairs
    first = {pair.one.name, pair.other.name}
    source.log(mail("t", OWNER, [ADA, BO, CY], "All of you", 24 * 12))
    ties.settle(db)
    assert asked(db, source).pairs == ()
    assert len(first) == 2


def test_who_is_muted_or_at_rest_is_left_in_peace(db: Database) -> None:
    source = told(db)
    word.leave_out(db, source.owner_id, corrections.REST, [BO.address])
    word.leave_out(db, source.owner_id, corrections.MUTE, [ADA.address])
    found = asked(db, source)
    assert (found.open, found.pairs) == ((), ())


def test_thanks_are_told_until_something_is_written(db: Database) -> None:
    source = told(db)
    new = Mailbox("eve@eve.example", "Eve New")
    source.log(
        mail("in", ADA, [OWNER, new], "Intro: you <> Eve", 24 * 13), mail("go", OWNER, [new], "Re: Intro", 24 * 14),
        mail("back", new, [OWNER], "Re: Intro", 24 * 15),
    )  # fmt: skip
    identity.settle(db)
    ties.settle(db)
    [thanks] = asked(db, source).thanks
    assert thanks.by is not None
    assert thanks.by.name == "Ada Known"
    source.log(mail("th", OWNER, [ADA], "Thank you", 24 * 16))
    ties.settle(db)
    assert asked(db, source).thanks == ()

"""The owner's address book: a card for most of the people, some for practices and shops, and her own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from sandbox.chance import dice
from sandbox.model import Card, Circle, Person

#: Groups whose members get a file of their own in an export.
GROUPS = ("Choir", "Garden")
_GROUP_OF = {Circle.CHOIR: "Choir", Circle.ALLOTMENT: "Garden"}

#: (name, address, number) of cards that are nobody's.
_PLACES = (
    ("Praxis Dr. Yilmaz", "termine@praxis-yilmaz.example", "+49 40 5550101"),
    ("Dentist", "", "+49 40 5550102"),
    ("Plumber Hinrichs", "", "+49 40 5550103"),
    ("Vet am Park", "praxis@vet-am-park.example", "+49 40 5550104"),
    ("School office", "", "+49 40 5550105"),
    ("House management", "verwaltung@hausverein.example", "+49 40 5550106"),
    ("Taxi", "", "+49 40 5550107"),
    ("Bike workshop", "werkstatt@fietsfabriek.example", "+49 40 5550108"),
    ("City library", "", "+49 40 5550109"),
    ("Piano tuner", "", "+49 40 5550110"),
    ("Farm shop", "", "+49 40 5550111"),
    ("Hut by the lake", "huette@example.net", "+49 40 5550112"),
    ("Mum landline", "", "+49 40 5550113"),
)


def all_cards(seed: int, owner: Person, people: Sequence[Person]) -> tuple[Card, ...]:
    """Every card once, in a fixed order."""
    rng = dice(seed, "cards")
    cards = [card_of(rng, one, _GROUP_OF.get(one.circle, "")) for one in people if one.in_book]
    cards += [
        Card(f"place-{number}", name, name, "", (("WORK", address),) if address else (), (("WORK", phone),))
        for number, (name, address, phone) in enumerate(_PLACES)
    ]
    given, family = owner.name.split()
    cards.append(Card("me", owner.name, given, family, tuple(("HOME", address) for address in owner.addresses)))
    return tuple(cards)


def card_of(rng: Random, person: Person, group: str) -> Card:
    """The card of a person, in a group of the owner's where `group` names one."""
    given, family = _names(person.name)
    kind = "WORK" if person.circle == Circle.WORK else "HOME"
    phones = (("CELL", f"+49 151 555{rng.randrange(10000):04}"),) if rng.random() < 0.7 else ()
    return Card(
        id=f"card-{person.id}",
        name=person.name,
        given=given,
        family=family,
        emails=tuple((kind if n == 0 else "OTHER", address) for n, address in enumerate(person.addresses)),
        phones=phones,
        company=person.company,
        role=person.role,
        birthday=date(1958, 1, 1) + timedelta(days=rng.randrange(15000)) if rng.random() < 0.35 else None,
        note=rng.choice(("met at the fair", "likes tea", "two children", "")),
        photo=rng.random() < 0.15,
        groups=("My Contacts", *((group,) if group else ())),
        person=person.id,
    )


def _names(name: str) -> tuple[str, str]:
    first, _, rest = name.partition(" ")
    # Chinese and Japanese names put the family first.
    return (rest, first) if "\u4e00" <= first[:1] <= "\u9fff" else (first, rest)

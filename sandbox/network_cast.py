"""Who is in the network: made anew for every seed, unlike the year's fixed cast. All invented, at reserved domains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from sandbox.chance import dice
from sandbox.model import Circle, Mailer, Person, Tie

_GIVEN = (
    "Ada Bela Carla Dario Edith Farid Greta Hakan Ida Jelena Kemal Leila Milan Nadia Otto Paula Quentin Ruth Stefan"
    " Thea Umut Vera Wanda Xenia Yusuf Zora Amir Britta Cem Dora Emil Fanny Goran Hilde Ivo Jutta Klara Levin Mona"
    " Noor Orla Pavel Rahel Selma Timo Uta Viktor Wim Alva Bruno Cora Denis Esra Filip Gesa Hugo Irma Joris"
)
_FAMILY = (
    "Arendt Bakker Castelli Drews Ekberg Falk Gerlach Haas Ibsen Jahn Kessler Lorenz Mertens Novak Oster Pohlmann Quist"
    " Reuter Sommer Thiel Ulrich Voss Wendt Zander Albers Brinkmann Conrad Dietz Engelke Frank Gruber Hallberg Imhof"
    " Jansson Kolb Lindner Maurer Nolte Ott Petri Rasch Seidel Tamm Unger Vogt Weller Zeller Adler Becker Cordes Dahl"
)
#: Ids of the parts of the network that are no circle: everybody in them is known alone.
FRIENDS, CLIENTS, LAPSED, BROUGHT, PASSING, DOORS, QUIET, RESTING = (
    "friends", "clients", "lapsed", "brought", "passing", "doors", "quiet", "resting",
)  # fmt: skip
#: Days from when to when a silence lasts that matters, and the contact before it.
_SILENT, _CLOSE = (80, 250), (380, 430)


@dataclass(frozen=True, slots=True)
class Group:
    """A circle of people who know each other, or a row of people who do not."""

    id: str
    size: int
    circle: Circle
    #: Where all of them work; "" for private mailboxes.
    domain: str = ""
    #: Mails to several of them a year; threads of two a year with each, about.
    rounds: float = 0
    threads: float = 0
    #: Their group in the owner's address book.
    book: str = ""
    #: Only the first of them is ever seen without another.
    hangs_on_one: bool = False


GROUPS = (
    Group("team", 10, Circle.WORK, "fennelrook.example", rounds=24, threads=9),
    Group("harbour", 7, Circle.WORK, "harbourmuseum.example", rounds=14, threads=5),
    Group("choir", 13, Circle.CHOIR, rounds=18, threads=4),
    Group("allotment", 9, Circle.ALLOTMENT, rounds=10, threads=3, book="Garden"),
    Group("family", 8, Circle.FAMILY, rounds=12, threads=8),
    Group("parents", 9, Circle.VOLUNTEERS, rounds=14, threads=2),
    Group("sailing", 6, Circle.FRIENDS, rounds=10, threads=4),
    Group("lumen", 6, Circle.WORK, "lumen.example", rounds=5, threads=8, hangs_on_one=True),
    Group("band", 6, Circle.FRIENDS, rounds=6, threads=9, book="Band", hangs_on_one=True),
)
#: People outside circles: id, how many, whether each has an employer of their own, threads a year.
_ALONE = (
    (FRIENDS, 12, False, 7.0),
    (CLIENTS, 8, True, 7.0),
    (LAPSED, 14, True, 4.0),
    (BROUGHT, 10, True, 0.0),
    (PASSING, 18, True, 0.0),
)
#: A silence that matters: (outside work, mail, entries without guests, the owner's word); the rest of QUIET is work.
ONLY_ENTRIES, ONLY_WORD = "quiet-8", "quiet-9"
QUIET_AT_WORK = 5


class Namer:
    """Names and addresses, no full name twice."""

    def __init__(self, seed: int) -> None:
        rng = dice(seed, "names")
        pairs = [(given, family) for given in _GIVEN.split() for family in _FAMILY.split()]
        rng.shuffle(pairs)
        self._pairs = iter(pairs)
        self._rng = rng

    def person(self, id: str, circle: Circle, domain: str = "", threads: float = 0.0) -> Person:
        """Somebody new; without a domain at a consumer's mailbox."""
        given, family = next(self._pairs)
        local = f"{given}.{family}".lower()
        address = f"{local}@{domain}" if domain else f"{local}.invented@{self._rng.choice(_FREE)}"
        tie = Tie(round(threads * self._rng.lognormvariate(0, 0.4)), self._rng.choice((3.0, 8.0, 20.0)))
        company = domain.partition(".")[0].title()
        return Person(id, f"{given} {family}", circle, (address,), self._rng.choice(list(Mailer)), tie, company=company)


_FREE = ("gmail.com", "gmx.net", "web.de", "outlook.com")


def everybody(seed: int) -> tuple[tuple[Person, ...], dict[str, tuple[str, ...]]]:
    """All people, and the circles: id → ids of who is in it; some are in two."""
    namer = Namer(seed)
    people: list[Person] = []
    circles: dict[str, tuple[str, ...]] = {}
    for group in GROUPS:
        members = [
            namer.person(f"{group.id}-{n}", group.circle, group.domain, group.threads) for n in range(group.size)
        ]
        if group.hangs_on_one:
            members[1:] = [replace(one, tie=Tie()) for one in members[1:]]
        people += members
        circles[group.id] = tuple(one.id for one in members)
    people += _alone(namer, dice(seed, "lapsed"))
    people += _silent(namer, dice(seed, "silent"))
    # Whom a series brings together are a circle of their own within the larger one.
    circles["altos"], circles["close family"] = circles["choir"][:5], circles["family"][:3]
    circles["allotment"] += ("choir-3", "choir-4")
    circles["sailing"] += ("parents-2",)
    return tuple(people), circles


def _alone(namer: Namer, rng: Random) -> Iterator[Person]:
    for id, count, employed, threads in _ALONE:
        for number in range(count):
            domain = f"{id}{number}.example" if employed and number % 3 < 2 else ""
            one = namer.person(f"{id}-{number}", Circle.WORK if domain else Circle.FRIENDS, domain, threads)
            # Acquaintances that came to a natural end: silence nobody has to be told of first.
            yield replace(one, until=rng.uniform(0.4, 0.9)) if id == LAPSED else one
    for number in range(6):
        yield namer.person(f"{DOORS}-{number}", Circle.WORK, f"door{number}.example")


def _silent(namer: Namer, rng: Random) -> Iterator[Person]:
    """Ten who were close for a year and are silent since, and three of the same kind whom the owner lets rest."""
    for number in range(13):
        at_work = number < QUIET_AT_WORK or number == 12
        id = f"{QUIET}-{number}" if number < 10 else f"{RESTING}-{number - 10}"
        domain = ("fennelrook.example" if number < 2 else f"{id}.example") if at_work else ""
        one = namer.person(id, Circle.WORK if at_work else Circle.FRIENDS, domain)
        until = 1.0 - rng.uniform(*_SILENT) / 760
        one = replace(one, since=until - rng.uniform(*_CLOSE) / 760, until=until)
        yield replace(one, addresses=()) if id in (ONLY_ENTRIES, ONLY_WORD) else one

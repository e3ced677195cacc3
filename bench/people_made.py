"""People made up, with the addresses they have and the mails they are seen in: what `bench.people` is measured on.

Hard on purpose: nicknames, initials, names in another order or script, moved jobs, namesakes, couples with one
address, assistants who write from their employer's, look-alike letters, role addresses, programs in a person's name.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from interactions.identity.nicknames import _OTHERS


def _pool(text: str) -> list[str]:
    return text.split()


GIVEN = _pool(
    "Anna Maria Julia Laura Lena Sophie Katharina Stefanie Susanne Monika Gabriele Ursula Elisabeth Johanna"
    " Charlotte Thomas Michael Andreas Stefan Christian Daniel Sebastian Florian Johannes Maximilian Alexander"
    " Wolfgang Ulrich Robert William James Elizabeth Margaret Katherine Jennifer Christopher Matthew Edward Joseph"
    " Samuel Benjamin Giulia Francesco Giuseppe Antonio José Francisco Carmen Pilar Inês João Marta Zofia Tomasz"
    " Jan Małgorzata Dmitri Natalja Olga Sergej Mehmet Ayşe Fatma Yusuf Amina Kofi Chiara Freya Lars Ingrid Søren"
    " Åsa Noor Priya Arjun"
)
_COMMON = _pool(
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf"
    " Schröder Smith Jones Taylor Brown Williams Wilson Davies Evans Johnson Roberts Walker Wright Robinson"
    " Thompson Rossi Bianchi Ferrari García Martínez López Fernández Santos Pereira Costa Kowalski Nowak"
    " Wiśniewski Ivanov Petrov Yılmaz Demir Kaya Larsen Hansen Nilsson Johansson Nguyen Tran Kim Singh Patel"
    " Sharma"
)
_FIRST = _pool(
    "Berg Stein Wald Feld Bach Linden Eich Rosen Grün Schön Hagen Oster Nieder Ober Kirch Mühl Brand Sommer"
    " Winter Hasel Alm Birken Dorn Fichten Gold Habicht"
)
_LAST = _pool("mann er hauer feld berg thal meier huber brunn dorf wald stein bauer kamp horst beck rath hofer")
_RARE = [first + last for first in _FIRST for last in _LAST] + _pool(
    "Lovelace Volkova Okafor Mensah Osei Diallo Andersen Virtanen Duarte Quinn O'Brien Papadopoulos Lindqvist"
    " Abendroth Zuckmayer Vogelsang Wójcik Castellanos Thorvaldsen MacLeod Fitzgerald Whitfield Ashcroft Pemberton"
    " Delacroix"
)
_FREE = _pool("gmail.com gmx.net web.de yahoo.com outlook.com hotmail.com icloud.com posteo.de proton.me t-online.de")
_COMPANIES = tuple(
    f"{name}.example"
    for name in _pool("acme borealis cobalt dornier elbwerk fjord granit hansa iris juniper kiesel lumen")
)
_ROLES = ("info", "office", "support", "sales", "hello", "team", "buero", "kontakt")
_LOOKALIKE = str.maketrans("aeopcx", "аеорсх")


def _some(pick: random.Random, of: Sequence[str], count: int) -> list[str]:
    return pick.sample(list(of), min(count, len(of)))


class Address(NamedTuple):
    """One address a person has, the circles it is used in, and the names it is seen with."""

    address: str
    circles: tuple[str, ...]
    names: tuple[str, ...]


class Human(NamedTuple):
    """One human: id, names, addresses."""

    id: str
    given: str
    family: str
    addresses: list[Address]
    circles: list[str]


def plain(text: str) -> str:
    """A name as it stands in addresses."""
    table = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "å": "a", "ñ": "n", "ł": "l", "ş": "s", "ı": "i"}
    text = "".join(table.get(letter, letter) for letter in text.lower())
    table = dict(zip("áàâãéèêíìóòôõúùçğśćńźż", "aaaaeeeiioooouucgscnzz", strict=True))
    return "".join(table.get(letter, letter) for letter in text if letter.isalnum())


class Maker:
    """Makes one population; everything follows from the seed."""

    def __init__(self, seed: int, count: int, mails: int = 40) -> None:
        self._random = random.Random(seed)
        self._taken: set[str] = set()
        self._circles = [f"circle{number}" for number in range(max(count // 18, 4))]
        self.humans = [self._human(f"h{number}") for number in range(count)]
        self._namesakes(count)
        self.lines: dict[str, dict[str, Any]] = {}
        for human in self.humans:
            for one in human.addresses:
                self._line(one.address, one.names, human.id)
        self._cards()
        self._couples()
        self._assistants()
        self._lookalikes()
        self._roles()
        self._mails(count * mails)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row an address."""
        yield from self.lines.values()

    def _human(self, id: str, name: tuple[str, str] | None = None, circles: Sequence[str] = ()) -> Human:
        pick = self._random
        given, family = name or (self._often(GIVEN), self._family())
        human = Human(id, given, family, [], _some(pick, circles or self._circles, pick.choice((1, 2, 2, 3))))
        for _ in range(pick.choice((1, 1, 2))):
            self._add(human, pick.choice(_FREE), tuple(human.circles), private=True)
        for company in pick.sample(_COMPANIES, pick.choice((0, 1, 1, 1, 2, 2))):
            # Whoever moves on keeps friends: every address is used in a circle of theirs too.
            self._add(human, company, (company, pick.choice(human.circles), *human.circles[:1]), private=False)
        return human

    def _often(self, pool: list[str]) -> str:
        """Names follow roughly Zipf's law."""
        if self._random.random() < 0.85:
            return self._random.choice(pool)
        return pool[min(int(self._random.paretovariate(0.5)) - 1, len(pool) - 1)]

    def _family(self) -> str:
        return self._often(_COMMON) if self._random.random() < 0.25 else self._random.choice(_RARE)

    def _namesakes(self, count: int) -> None:
        for number in range(max(count // 80, 1)):
            twin = self._random.choice(self.humans)
            # Namesakes come from different parts of life, mostly.
            elsewhere = [
                circle for circle in self._circles if circle not in twin.circles or self._random.random() < 0.1
            ]
            self.humans.append(self._human(f"n{number}", (twin.given, twin.family), elsewhere))

    def _add(self, human: Human, domain: str, circles: tuple[str, ...], private: bool) -> None:
        first, last = plain(human.given), plain(human.family)
        year = self._random.randint(50, 99)
        forms = [f"{first}.{last}", f"{first[0]}.{last}", f"{first[0]}{last}", f"{first}{last}", f"{last}.{first}"]
        if private:
            forms += [f"{first}{self._random.randint(1, 99)}", f"{first}_{last}{self._random.randint(60, 99)}"]
            forms += [self._random.choice(("tiger", "moon", "bike", "garden", "jazz", "kiwi")) + first[:3] + str(year)]
        self._random.shuffle(forms)
        for form in (*forms, f"{first}.{last}{len(self._taken)}"):
            if f"{form}@{domain}" not in self._taken:
                self._taken.add(f"{form}@{domain}")
                names = tuple(self._written(human, private) for _ in range(self._random.choice((1, 1, 2, 3))))
                human.addresses.append(Address(f"{form}@{domain}", circles, names))
                return

    def _written(self, human: Human, private: bool) -> str:
        given, family, pick = human.given, human.family, self._random.random()
        if pick < 0.55:
            return f"{given} {family}"
        if pick < 0.65:
            return f"{family}, {given}"
        if pick < 0.72:
            return f"{given[0]}. {family}"
        if pick < 0.80:
            short = _OTHERS.get(plain(given), "").split()
            return f"{short[0].capitalize() if short else given} {family}"
        if pick < 0.86:
            return given if private else f"Dr. {given} {family}"
        if pick < 0.91:
            return f"{plain(given).capitalize()} {plain(family).capitalize()}"
        if pick < 0.94:
            return f"{given} {self._random.choice('ABKM')}. {family}"
        return ""

    def _cards(self) -> None:
        """A quarter of all people stand in the address book, some with their office's address beside their own."""
        for human in self.humans:
            if self._random.random() < 0.25:
                card = [human.id, f"{human.given} {human.family}"]
                for one in human.addresses:
                    self.lines[one.address]["cards"] = [card]

    def _line(self, address: str, names: tuple[str, ...], truth: str) -> dict[str, Any]:
        line = {
            "address": address,
            "names": sorted({name for name in names if name}),
            "with": Counter(),
            "truth": truth,
        }
        self.lines[address] = line
        return line

    def _couples(self) -> None:
        for number in range(len(self.humans) // 30):
            one, other = self._random.sample(self.humans, 2)
            names = (f"{one.given} {one.family}", f"{other.given} {one.family}")
            line = self._line(f"familie.{plain(one.family)}{number}@gmx.net", names, f"couple{number}")
            line["cards"] = [[both.id, f"{both.given} {both.family}"] for both in (one, other)]

    def _assistants(self) -> None:
        for number in range(len(self.humans) // 40):
            head, helper = self._random.sample(self.humans, 2)
            line = self.lines[head.addresses[-1].address]
            line["names"] = sorted({*line["names"], f"{helper.given} {helper.family}"})
            line["assistant"] = number

    def _lookalikes(self) -> None:
        for number in range(len(self.humans) // 40):
            human = self._random.choice(self.humans)
            name = f"{human.given} {human.family}".translate(_LOOKALIKE)
            self._line(
                f"{plain(human.given)}.{plain(human.family)}{number}@lookalike.example", (name,), f"fake{number}"
            )

    def _roles(self) -> None:
        for number, company in enumerate(_COMPANIES):
            human = self._random.choice(self.humans)
            role = self._random.choice(_ROLES)
            line = self._line(f"{role}@{company}", (f"{human.given} {human.family}",), f"role{number}")
            line["cards"] = [[human.id, f"{human.given} {human.family}"]]
            name = f"{human.given} {human.family} via Tracker"
            self._line(f"notifications+{number}@tracker.example", (name,), f"proxy{number}")

    def _mails(self, count: int) -> None:
        by_circle: dict[str, list[tuple[Human, str]]] = {}
        for human in self.humans:
            for one in human.addresses:
                for circle in one.circles:
                    by_circle.setdefault(circle, []).append((human, one.address))
        circles = sorted(by_circle)
        for _ in range(count):
            people = by_circle[self._random.choice(circles)]
            chosen = self._random.sample(people, min(self._random.choice((1, 2, 2, 3, 4, 6)), len(people)))
            seen: dict[str, str] = {}
            for human, address in chosen:
                if human.id not in seen or self._random.random() < 0.02:
                    seen[human.id if human.id not in seen else human.id + address] = address
            together = list(seen.values())
            for one in together:
                self.lines[one]["with"].update(other for other in together if other != one)

"""What a local part says of a name: made from it, how, or a handle of its own."""

from __future__ import annotations

import re
from functools import lru_cache

from interactions.identity.common_names import is_given
from interactions.identity.folded import fold
from interactions.identity.names import Name
from interactions.identity.nicknames import short_forms
from interactions.vocabulary import words

_SPLIT = re.compile(r"[._\-+]+")
_DIGITS = re.compile(r"\d+$")
_OF_SOMEBODY = words("office buro buero sekretariat secretary assistant assistenz vorzimmer")
_OFFICES = _OF_SOMEBODY | words(
    "einkauf vertrieb buchhaltung personal personalabteilung empfang versand verwaltung rezeption bestellung rechnung"
    " rechnungen accounting accounts purchasing reception logistics frontdesk compras ventas contabilidad comptabilite"
    " accueil achats acquisti vendite amministrazione contabilita biuro ksiegowosc inkoop verkoop administratie"
)
_JOINING = frozenset(("and", "und", "et", "og", "och"))
_FAMILY = re.compile(r"^(?:familie|family|famille|fam)$|(?:familie|family)$|^familie")


@lru_cache(maxsize=50_000)
def spelled(local: str) -> Name | None:
    """The name that a local part spells out: "ada.lovelace" and "lovelace_ada7"; None for anything else."""
    parts = [fold(_DIGITS.sub("", part)) for part in _SPLIT.split(local) if part]
    if len(parts) < 2 or len(parts) > 3 or not all(part.isalpha() for part in parts):
        return None
    full, letters = tuple(p for p in parts if len(p) > 1), tuple(p for p in parts if len(p) == 1)
    return Name(full, letters) if full and len(full) + len(letters) >= 2 else None


def is_of_several(local: str) -> bool:
    """Whether a local part names a couple or a family: "ada.and.ben", "familie.roth", "rothfamily"."""
    parts = [fold(part) for part in _SPLIT.split(local) if part]
    return not _JOINING.isdisjoint(parts[1:-1]) or any(_FAMILY.search(part) for part in parts)


def is_an_office(local: str) -> bool:
    """Whether a local part is a department's, or the office of somebody: "einkauf", "office.lovelace"."""
    parts = [fold(part) for part in _SPLIT.split(local) if part]
    return bool(parts) and (parts[0] in _OFFICES if len(parts) == 1 else not _OF_SOMEBODY.isdisjoint(parts))


@lru_cache(maxsize=50_000)
def made_from(name: Name) -> frozenset[str]:
    """The local parts that are a name or its short form: adalovelace, alovelace, lovelacea, ada, lovelace, al."""
    made = set(name.words)
    for first in name.words:
        for last in (*name.words, *name.initials):
            if first != last:
                made |= {first + last, last + first, first[0] + last, first + last[0], last + first[0]}
                made |= {short + last for short in short_forms(first) if len(last) > 2}
    return frozenset(made)


@lru_cache(maxsize=50_000)
def is_made_from(local: str, name: Name) -> bool:
    """Whether a local part is a name or its short form, or the initials of all its words."""
    word = plain(local)
    if not word.isalpha() or not name.words:
        return False
    letters = [part[0] for part in (*name.words, *name.initials)]
    return word in made_from(name) or (len(word) == len(letters) and sorted(word) == sorted(letters))


def completed(local: str, name: Name) -> Name | None:
    """A name whose initial the local part says in full: "A. Lovelace" <adalovelace@…>, "B. Smith" <bob77@…>."""
    if len(name.words) != 1 or len(name.initials) != 1:
        return None
    [word], [initial], said = name.words, name.initials, plain(local)
    rest = next((rest for rest in (said.removesuffix(word), said.removeprefix(word)) if rest != said), "")
    if not rest and said[:1] == word[0] and is_given(word):
        # "Ada L." <alovelace@…>
        rest = said[1:]
    elif not rest and is_given(said):
        rest = said
    return Name((rest, word)) if len(rest) > 2 and rest.isalpha() and rest[0] == initial else None


def plain(local: str) -> str:
    """A local part folded, without separators and closing digits."""
    return fold(_DIGITS.sub("", "".join(_SPLIT.split(local))))


def handle(local: str) -> str:
    """The part of a local part by which its owner is known, digits and all, separators left out."""
    return "".join(_SPLIT.split(local.partition("+")[0]))

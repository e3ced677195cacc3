"""Display names: whether a person has one, an organisation, or the domain itself."""

from __future__ import annotations

import re
from functools import lru_cache

from interactions.vocabulary import words

#: Words that names of organisations and departments have and names of people have not.
_ORGANISATION_WORDS = words(
    "inc ltd llc gmbh ag corp co bv news newsletter team support service services kundenservice club online store"
    " shop alert alerts"
    " notification notifications notify update updates mailer mailing customer daily weekly digest list magazine"
    " journal editor"
    " editors office department network bank university system systems group center centre society association"
    " foundation institute"
    " media company registration administrator admin bot daemon enews report reports tip tips verein stadt"
    " stadtwerke stadtblatt"
    " praxis from the letter for of bulletin headlines offer offers deal deals travel reisen account security"
    " advisory your"
)
_ORGANISATION_MARK = re.compile(r"[|@/>%\d]|\.(?:com|net|org|de|io|co|ie|uk)\b|\be\.v\b", re.I)
#: A name that a person has: two to four words, none of them an organisation's.
_WORDS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=20_000)
def is_organisation(name: str) -> bool:
    """Whether a display name is an organisation's, a department's or a program's."""
    name = name[:80]
    return (
        not _ORGANISATION_WORDS.isdisjoint(_WORDS.findall(name.lower())) or _ORGANISATION_MARK.search(name) is not None
    )


def is_person(name: str) -> bool:
    """Whether a display name is one that a person has."""
    words = _WORDS.findall(name[:80])
    if not 2 <= len(words) <= 5 or is_organisation(name):
        return False
    # "Spring is here" is a headline: names that begin with a capital end with one, in scripts that have them.
    return not (words[0][0].isupper() and words[-1][0].islower())


def fits(name: str, local: str) -> bool:
    """Whether a word of the name, or its initials, stand in the local part."""
    words = [word.lower() for word in _WORDS.findall(name[:80])]
    if any(len(word) > 2 and word[:6] in local for word in words):
        return True
    return "".join(word[0] for word in words) == local


def is_brand(name: str, domain: str) -> bool:
    """Whether a display name is the domain's own, or has a word of it: "City Library" at library.example."""
    labels = domain.split(".")
    if len(labels) < 2:
        return False
    label = labels[-2].replace("-", "")
    words = _WORDS.findall(name[:80].lower())
    return "".join(words) == label or any(len(word) > 3 and word in label for word in words)


def is_word_of(word: str, name: str) -> bool:
    """Whether a word (lower case) is one of a display name's."""
    return word in _WORDS.findall(name[:80].lower())


def is_own(name: str, domain: str) -> bool:
    """Whether a display name is one word and the domain's: people's names have two, or differ."""
    return " " not in name.strip() and len(name) > 2 and is_brand(name, domain)


def is_organisations(local: str, domain: str) -> bool:
    """Whether a local part is the domain's own name or host: "florist@florist.example", "spg@spg.hotel.example"."""
    return len(local) > 3 and local.isalnum() and local in domain.split(".")[:-1]

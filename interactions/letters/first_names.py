"""What somebody is called by their first name alone, as far as a display name tells which that is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from interactions.display_names import is_organisation
from interactions.identity import written
from interactions.identity.names import is_east_asian, is_particle, is_title, poses
from interactions.letters.clean import clean
from interactions.queries.names import Who
from interactions.vocabulary import words

#: Between the names of two people who write together.
_AND = re.compile(r"\s*[&+]\s*|\s+(?:and|und|u\.|et|og|och|и)\s+", re.IGNORECASE)
#: Between a father's name and a son's or daughter's own ("Анна Сергеевна"); the given name stands before it.
_PATRONYMIC = re.compile(r"[^\W\d_]{2,}(?:ович|евич|ьич|овна|евна|ична|ovich|evich|ovna|evna)$", re.IGNORECASE)
#: Family names that nine of ten Vietnamese have; written in full they come first, the given name last.
_VIETNAMESE = words("nguyễn trần phạm huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý lê hoàng")
#: Given names of two words begin with these: "Abdul Rahman".
_OPENS = words("عبد أبو ابو abdul abd abu")
#: Letters from which on a word in capitals is a family name and no initials: "LOVELACE Ada".
_CAPITALS = 3
#: Titles that are somebody's name where they stand first, without a dot: "Nat Cole", "Ma Li".
_NAMES_TOO = words("nat ma ba mag")
#: Digits told of a telephone number.
_DIGITS = 4


def first_names(people: Iterable[Who]) -> dict[int, str]:
    """Person id → their first name; where two share one, with as much of the family name as tells them apart."""
    known = {who.person_id: _split(who.name) for who in people}
    shown = {person: given for person, (given, _) in known.items()}
    for letters in (1, 2, 4, 120):
        often = Counter(name.casefold() for name in shown.values())
        for person, (given, family) in known.items():
            if often[shown[person].casefold()] > 1 and family:
                shown[person] = f"{given} {family[:letters]}" + ("." if len(family) > letters else "")
    return shown


def first_name(name: str) -> str:
    """The first name in a display name; the whole where it cannot be told, and of an address its local part."""
    return _split(name)[0]


def _split(name: str) -> tuple[str, str]:
    """First name and family name, "" where that is not known."""
    text = clean(name)
    if text.startswith("tel:"):
        return f"…{text[-_DIGITS:]}", ""
    text = text.removeprefix("name:").removeprefix("card:") or "somebody"
    if "@" in text and " " not in text:
        return text.strip("<>\"' ").partition("@")[0] or text, ""
    told = written.names(text)[0] or text
    if is_organisation(told) or poses(told):
        return told, ""
    if written.is_of_several(told):
        return _couple(told), ""
    given, family = _one(told)
    return (given, family) if given else (told, "")


def _couple(text: str) -> str:
    """ "Ada & Ben Roth" → "Ada & Ben"; a family by its name alone stays as it is."""
    family, comma, given = text.partition(",")
    parts = _AND.split(given if comma and given.strip() else text)
    if len(parts) < 2:
        return text
    return " & ".join(part if " " not in part.strip() else _one(part)[0] or part for part in map(str.strip, parts))


def _one(text: str) -> tuple[str, str]:
    """First and family name of one person; ("", "") where it cannot be told."""
    family, comma, given = text.partition(",")
    behind = _words(given)
    if comma and behind and _words(family):
        return (_given(behind), _words(family)[-1]) if _given(behind) else ("", "")
    every = text.partition(",")[0].split()
    told = _words(" ".join(every))
    if len(told) < 2:
        # Behind a title alone stands a family name: "Frau Roth" is not called Roth.
        return (told[0], "") if told and len(every) == 1 else ("", "")
    if is_particle(told[0]) and told[0].islower():
        return "", ""
    at = _where(told)
    if at is None:
        return "", ""
    rest = [word for number, word in enumerate(told) if number != at and not is_particle(word)]
    first = _given(told[at:] if at == 0 else told[at : at + 1])
    family_at = -1 if at < len(told) - 1 else 0
    return (first, rest[family_at].rstrip(".")) if first and rest else ("", "")


def _where(told: list[str]) -> int | None:
    """Which of two words or more is the given name; None where it cannot be told."""
    if all(map(is_east_asian, told)):
        # Kana also write names from elsewhere, in their own order.
        return len(told) - 1 if not any("\u3040" <= letter <= "\u30ff" for letter in told[0]) else None
    if told[0].casefold() in _VIETNAMESE and not told[0].isascii():
        return len(told) - 1
    son_of = next((number for number, word in enumerate(told) if _PATRONYMIC.search(word)), None)
    if son_of is not None:
        return son_of - 1 if son_of else 1
    if len(told[0]) >= _CAPITALS and told[0].isupper() and not all(word.isupper() for word in told):
        return next(number for number, word in enumerate(told) if not word.isupper())
    # "J. R. Tolkien" and "A. Lovelace" keep their given names to themselves.
    return next((number for number, word in enumerate(told[:-1]) if not _is_initial(word)), None)


def _given(told: list[str]) -> str:
    """The first of these that is more than a letter, with what belongs to it."""
    full = [word for word in told if not _is_initial(word)]
    if not full:
        return ""
    if full[0].casefold() in _OPENS and len(full) > 1:
        return f"{full[0]} {full[1]}"
    return full[0].capitalize() if full[0].isupper() and full[0].isascii() and len(full[0]) > 2 else full[0]


def _words(text: str) -> list[str]:
    """Its words but for titles, without marks around them."""
    found = [word for one in text.split() if any(map(str.isalpha, word := one.strip("\"'“”„‘’,;:()[]")))]
    return [
        word for number, word in enumerate(found)
        if not is_title(word) or (number == 0 and word.casefold() in _NAMES_TOO and len(found) > 1)
    ]  # fmt: skip


def _is_initial(word: str) -> bool:
    letters = word.rstrip(".")
    return len(letters) == 1 and not is_east_asian(letters)

"""What a display name says beside the name itself: several people, somebody passing mail on, junior, née, a firm."""

from __future__ import annotations

import re
from functools import lru_cache

#: Longest display name looked at, in characters.
_WRITTEN_MAX = 120
_ASIDE = re.compile(
    r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]"
    r"|(?:\b(?:via|on behalf of|im auftrag von|über)\b|(?<=\s)i\. ?A\.|(?<=\s)p\. ?p\.).*$",
    re.I,
)
_BESIDE = re.compile(r"\S\s*\((?P<what>[^()]{2,40})\)\s*$")
_PASSED_ON = re.compile(r"\S\s+(?:via|über)\s+\S", re.I)
#: "Ada and Ben", "Familie Roth", "The Roths". Words of one or two letters join parts of one name, too.
_SEVERAL = re.compile(
    r"\S\s*[&+]\s*\S|\S\s+(?:and|und|u\.|et|og|och|и)\s+\S|^(?:familie|family|famille|famiglia|familia|fam\.?)\s"
    r"|\s(?:familie|family)$|^the\s+\S+s$",
    re.I,
)
_OFFICE = re.compile(
    r"^\W*(?:office|büro|buero|sekretariat|secretary|assistant|assistenz|vorzimmer|kanzlei|praxis|bureau|secrétariat"
    r"|oficina|ufficio|kancelaria)\b",
    re.I,
)
_AFFILIATION = re.compile(r"\s+[|–—•·@/-]+\s+|\s*\|\s*")
_EARLIER = re.compile(
    r"[(,\s]\s*(?:née?|born|formerly|geb(?:oren)?e?\.?|vorm(?:als)?\.?|ehem(?:als)?\.?|früher|roz\.|z domu)\s+"
    r"(?P<name>[^(),]{2,60})",
    re.I,
)
#: Who has a father's or a child's name says which, behind it.
_GENERATIONS = {
    "jr": "junior", "jun": "junior", "jnr": "junior", "junior": "junior", "ii": "junior", "fils": "junior",
    "sr": "senior", "sen": "senior", "snr": "senior", "senior": "senior", "père": "senior", "iii": "third",
    "iv": "fourth",
}  # fmt: skip
_GENERATION = re.compile(rf"(?<=[^\W\d_]),?\s+(?P<word>{'|'.join(_GENERATIONS)})\.?\s*$", re.I)
_WORDS = re.compile(r"[^\W\d_]+")


def is_of_several(written: str) -> bool:
    """Whether a display name stands for more than one person: a couple, a family."""
    return _SEVERAL.search(_aside(written)) is not None


def is_an_office(written: str) -> bool:
    """Whether a display name is that of somebody's office: "Office of Ada Lovelace", "Büro Roth"."""
    return _OFFICE.search(written[:_WRITTEN_MAX]) is not None


def is_passed_on(written: str) -> bool:
    """Whether somebody's name stands before an address that merely passes their mail on: "Ada via List"."""
    return _PASSED_ON.search(written[:_WRITTEN_MAX]) is not None


def is_passed_on_by(written: str, local: str) -> bool:
    """Whether it is the address's own program that somebody's name stands before: "Ada (Wiki)" <wiki@…>."""
    found = _BESIDE.search(written[:_WRITTEN_MAX])
    return found is not None and found["what"].strip().casefold() == local.casefold()


@lru_cache(maxsize=50_000)
def generation(written: str) -> str:
    """Which of a family's people of one name it is: junior, senior, third, fourth; "" when it does not say."""
    found = _GENERATION.search(_aside(written))
    return _GENERATIONS[found["word"].lower()] if found else ""


@lru_cache(maxsize=50_000)
def names(written: str) -> tuple[str, ...]:
    """The name without what is said beside it, and the one somebody had before: "Ada King (née Byron)" → two."""
    whole = _GENERATION.sub("", _aside(written))
    text = _AFFILIATION.split(whole)[0].strip()
    if len(_WORDS.findall(text)) < 2:
        text = whole
    before = _EARLIER.search(written[:_WRITTEN_MAX])
    if before is None:
        return (text,)
    text = _EARLIER.sub("", text).strip()
    given = (text.partition(",")[2] or text).split()
    return (text, f"{given[0]} {before['name'].strip()}") if given else (text,)


def _aside(written: str) -> str:
    return _ASIDE.sub(" ", written[:_WRITTEN_MAX]).strip(" '\"")

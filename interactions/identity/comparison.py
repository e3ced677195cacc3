"""Two addresses compared (Fellegi and Sunter 1969): every piece of evidence in bits, summed to a chance.

A bit doubles the odds that both are one human's. What each agreement is worth stands in one table; for names,
neighbours and handles it is worth more the rarer they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Protocol

from msgspec import Struct
from rapidfuzz.distance import Levenshtein

from interactions.free_mail import is_free_mail
from interactions.identity import local_part
from interactions.identity.common_names import is_common, is_frequent, is_given
from interactions.identity.frequencies import Frequencies
from interactions.identity.names import (
    CONFLICT,
    EXACT,
    FAMILY,
    INITIAL,
    NICKNAME,
    PARTIAL,
    TYPO,
    UNKNOWN,
    Name,
    agreement,
)  # fmt: skip
from interactions.identity.node import Node
from interactions.roles import is_role

#: Of one human's two addresses: the share whose names agree so (the `m` of the model).
M_MADE = 0.08
#: And the share who changed their family name between the two.
M_MARRIED = 0.02
M_NAMES = {EXACT: 0.65, NICKNAME: 0.20, INITIAL: 0.20, TYPO: 0.03, PARTIAL: 0.05}
#: Name of a piece of evidence → bits.
BITS = {
    "names differ": -14.0,
    "one family name, different given names": -9.0,
    "no name to compare": -3.0,
    "one organisation": 1.0,
    "one answered for the other": 9.0,
    "one telephone number": 9.0,
    "one began when the other ended": 3.0,
    "seen together": -6.0,
    "seen together once": -2.0,
    "written to at both": 2.0,
    "an office's local part": -4.0,
    "two mailboxes of one organisation": -4.0,
    "two mailboxes of one provider": -3.0,
    "a tag behind one address": 9.0,
    "one is called junior or senior": -9.0,
    "two generations": -14.0,
    "told apart by a number": -14.0,
    "two organisations at once": -3.0,
    "hardly ever seen": -8.0,
    "an organisation's new domain": 8.0,
    "look-alike domains": -14.0,
}
#: The chance that somebody else has the same full name whatever its words: namesakes are not drawn from an urn. Of
#: names that very many bear it is likely, and more so where namesakes were seen.
_NAMESAKE, _FREQUENT, _COMMON, _AMBIGUOUS = 0.0030, 0.015, 0.1, 0.5
#: Who wrote so seldom, all within so many seconds, may be anybody who gives himself that name.
_SELDOM, _MOMENT = 3, 60 * 86_400
#: Shorter local parts may be anybody's initials.
_OFFICE_MIN = 4
#: Shortest domain that can be taken for another one.
_DOMAIN_MIN = 7
#: From so many mails each, over so many seconds, two employers at once speak for two people.
_OFTEN, _LONG = 10, 180 * 86_400
#: What a private and a working address, or those of two jobs, have not in common says little: each has a circle of
#: its own.
_FACETS_MIN = -0.8
#: Belonging to one circle is worth so many bits at the most: namesakes may, too; and not seeming to, so few.
_CIRCLE_MIN, _CIRCLE_MAX = -2.5, 7.0
_HANDLE_MAX = 9.0
_GAP = 200 * 86_400


class Comparison(Struct, frozen=True):
    """The chance that two addresses are one human's, and what it rests on: name → bits."""

    chance: float
    evidence: dict[str, float]


def compare(
    one: Node, other: Node, known: Frequencies, circles: Circles, answered_for: bool = False, ambiguous: bool = False
) -> Comparison:
    """Weigh all there is. `ambiguous`: namesakes of this name have been seen, so the name itself says less."""
    evidence = {"any two addresses": round(-math.log2(max(known.size, 2)), 2)}
    evidence |= {**_names(one, other, known, ambiguous), **_handles(one, other, known)}
    evidence |= _company(one, other)
    evidence |= _neighbours(circles, one, other)
    evidence |= _together(circles.together(one, other), one, other)
    if answered_for:
        evidence["one answered for the other"] = BITS["one answered for the other"]
    if one.phones & other.phones:
        evidence["one telephone number"] = BITS["one telephone number"]
    if bool(one.company) == bool(other.company) and _handed_over(one, other):
        evidence["one began when the other ended"] = BITS["one began when the other ended"]
    evidence |= {name: BITS[name] for name in _circumstances(one, other, known)}
    bits = sum(evidence.values())
    return Comparison(1 / (1 + 2.0 ** -max(min(bits, 60.0), -60.0)), evidence)


class Circles(Protocol):
    """Who is seen with the person an address belongs to, as far as is known by now."""

    #: Share of the smaller circle that two people who are seen together have in common, beyond chance.
    overlap: float

    def __call__(self, node: Node) -> AbstractSet[str]:
        """Persons."""

    def chance(self, person: str, size: int) -> float:
        """The chance that a stranger who is seen with `size` people is seen with this one."""

    def together(self, one: Node, other: Node) -> int:
        """In how many mails and meetings addresses of the two were both seen, at the most."""


def level(one: Node, other: Node) -> tuple[str, Name | None, Name | None]:
    """The best agreement among their names, and the two names."""
    pairs = [(agreement(a, b), a, b) for a in one.full_names or one.names for b in other.full_names or other.names]
    order = (EXACT, NICKNAME, INITIAL, TYPO, PARTIAL, UNKNOWN, FAMILY, CONFLICT)
    return min(pairs, key=lambda pair: order.index(pair[0])) if pairs else (UNKNOWN, None, None)


def _together(times: int, one: Node, other: Node) -> dict[str, float]:
    """In one mail with oneself is who copies it to the other mailbox, or is written to at both: of one full name."""
    if not times:
        return {}
    name = "seen together" if times > 1 else "seen together once"
    found, mine, _ = level(one, other)
    if name == "seen together once" and found == EXACT and mine is not None:
        if is_frequent(mine):
            return {}
        name = "written to at both"
    return {name: BITS[name]}


def _names(one: Node, other: Node, known: Frequencies, ambiguous: bool) -> dict[str, float]:
    found, mine, theirs = level(one, other)
    if found == CONFLICT:
        made = {} if differ(one, other) else _made(one, other, known)
        return made or {"names differ": BITS["names differ"]}
    if found == FAMILY:
        if mine is not None and theirs is not None and _may_have_married(one, other, mine, theirs):
            chance = known.share(mine.words[0])
            return {"given name kept, another family name": round(math.log2(M_MARRIED / chance), 2)}
        return {"one family name, different given names": BITS["one family name, different given names"]}
    if found == UNKNOWN or mine is None or theirs is None:
        return {"no name to compare": BITS["no name to compare"]} | _made(one, other, known)
    if found == PARTIAL and (made := _made(one, other, known)):
        return made
    several = (mine, theirs)
    others = (
        _AMBIGUOUS if ambiguous
        else _COMMON if any(map(is_common, several))
        else _FREQUENT if any(map(is_frequent, several))
        else _NAMESAKE
    )  # fmt: skip
    chance = max(_coincidence(found, mine, theirs, known), others / known.size)
    return {f"{found} name": round(math.log2(M_NAMES[found] / min(chance, 1.0)), 2)}


def differ(one: Node, other: Node) -> bool:
    """Whether their names are two people's; a word that is nobody's given name ("Gartenzwerg") is no name."""
    found = level(one, other)[0]
    return found == FAMILY or (found == CONFLICT and not any(map(_calls_itself_something, (one, other))))


def _calls_itself_something(node: Node) -> bool:
    words = [word for name in node.names for word in name.words]
    return bool(words) and not node.full_names and not any(map(is_given, words))


def is_bridged(one: Node, other: Node, everybody: Iterable[Node]) -> bool:
    """Whether somebody changed their name: a third address was written with both, or the telephone is the same."""
    return bool(one.phones & other.phones) or any(
        level(one, third)[0] in (EXACT, NICKNAME) and level(other, third)[0] in (EXACT, NICKNAME)
        for third in everybody
        if third is not one and third is not other
    )


def _may_have_married(one: Node, other: Node, mine: Name, theirs: Name) -> bool:
    """Whether one given name goes on with another family name: by the same telephone, or in one organisation."""
    if mine.words[0] != theirs.words[0]:
        return False
    return bool(one.phones & other.phones) or bool(
        one.company and one.company == other.company and _handed_over(one, other)
    )


def _coincidence(found: str, mine: Name, theirs: Name, known: Frequencies) -> float:
    """The chance that somebody else's name agrees so well with this one."""
    if found == EXACT:
        return min(known.coincidence(mine), known.coincidence(theirs))
    shared = [word for word in mine.words if word in theirs.words]
    if found in (INITIAL, NICKNAME) and shared:
        return known.others(shared[0], mine, theirs) / known.size
    if found == PARTIAL:
        return max((known.share(word) for word in (shared or mine.words)), default=1.0)
    rare = min(known.share(word) for word in (shared or mine.words))
    return max(rare * 0.01, 2e-5)


def _made(one: Node, other: Node, known: Frequencies) -> dict[str, float]:
    """One has no name, but its local part is made from the other's, and from no one else's."""
    for nameless, named in ((one, other), (other, one)):
        if any(name.is_full for name in nameless.names):
            continue
        for name in named.full_names:
            if local_part.is_made_from(nameless.local, name) and local_part.plain(nameless.local) not in name.words:
                chance = known.other_makers(nameless.local, name) / known.size
                return {"local part made from the name": round(math.log2(M_MADE / min(chance, M_MADE)), 2) + 3.0}
    return {}


def _handles(one: Node, other: Node, known: Frequencies) -> dict[str, float]:
    mine, theirs = local_part.handle(one.local), local_part.handle(other.local)
    if mine != theirs or len(mine) < 4 or "@" not in one.canonical or "@" not in other.canonical:
        return {}
    names = [name.latin for node in (one, other) for name in node.full_names]
    if any(
        local_part.is_made_from(mine, name)
        or any(len(word) > 3 and word in mine for word in name.words)
        or all(word in mine for word in name.words)
        for name in names
    ):
        # Namesakes spell their name alike.
        return {}
    often = known.handles.get(mine, 2)
    return {"same local part": min(_HANDLE_MAX, round(math.log2(known.size / often) + 2.0, 2))}


def _company(one: Node, other: Node) -> dict[str, float]:
    if one.company and one.company == other.company:
        return {"one organisation": BITS["one organisation"]}
    return {}


def _neighbours(circles: Circles, one: Node, other: Node) -> dict[str, float]:
    """Whether they share more people than two strangers would: as many as two who belong to one circle do."""
    smaller, larger = sorted((circles(one), circles(other)), key=len)
    if not smaller:
        return {}
    shared = len(smaller & larger)
    strangers = max(sum(circles.chance(person, len(larger)) for person in smaller), 1e-3)
    friends = strangers + circles.overlap * len(smaller)
    bits = shared * math.log2(friends / strangers) - (friends - strangers) / math.log(2)
    facets = bool(one.company) != bool(other.company) or _one_after_the_other(one, other)
    bits = round(max(min(bits, _CIRCLE_MAX), _FACETS_MIN if facets else _CIRCLE_MIN), 2)
    return {"people in common" if bits > 0 else "few in common": bits} if bits else {}


def _circumstances(one: Node, other: Node, known: Frequencies) -> Iterator[str]:
    """What their addresses and times say."""
    if are_numbered(one, other):
        yield "told apart by a number"
    if frozenset((one.domain, other.domain)) in known.renamed and one.local == other.local:
        yield "an organisation's new domain"
    elif are_alike(one.domain, other.domain) or is_extended(one.domain, other.domain):
        yield "look-alike domains"
    elif _employed_twice(one, other):
        yield "two organisations at once"
    if not one.phones & other.phones and any(map(_is_seldom, (one, other))):
        yield "hardly ever seen"
    if any(map(_is_office, (one, other))):
        yield "an office's local part"
    if one.domain == other.domain and one.local.partition("+")[0] == other.local.partition("+")[0]:
        # Subaddressing (RFC 5233): one mailbox.
        yield "a tag behind one address"
    elif one.domain == other.domain and one.local and not _one_after_the_other(one, other):
        yield "two mailboxes of one organisation" if one.company else "two mailboxes of one provider"
    if one.generations != other.generations:
        yield "two generations" if one.generations and other.generations else "one is called junior or senior"


def _is_office(node: Node) -> bool:
    """Whether an organisation gave the address to no one by name, whoever writes from it: share@, accounting@."""
    if (
        not node.local
        or is_free_mail(node.domain)
        or not node.is_named
        or is_role(node.canonical)
        or any(name.script or name.is_east_asian for name in node.names)
    ):
        return False
    local = local_part.plain(node.local)
    if not local.isalpha() or len(local) < _OFFICE_MIN:
        return False
    return not any(
        local_part.is_made_from(local, name)
        or any(part in local for word in name.words for part in (word[:3], word[-4:]))
        for name in node.names
    )


def are_numbered(one: Node, other: Node) -> bool:
    """Whether one organisation gave both out, and a number tells them apart: the name was taken."""
    if one.domain != other.domain or not one.company or one.local == other.local:
        return False
    return one.local.rstrip("0123456789") == other.local.rstrip("0123456789")


def are_alike(one: str, other: str) -> bool:
    """Whether one domain was made to be taken for the other: a letter more or less, or letters that look alike."""
    if one == other or min(len(one), len(other)) < _DOMAIN_MIN:
        return False
    return bool(Levenshtein.distance(one, other) <= 1) or _looks(one) == _looks(other)


def is_extended(one: str, other: str) -> bool:
    """Whether one domain is the other with something hung on it: northarc.example, northarc-hr.example."""
    short, long = sorted((one, other), key=len)
    label, _, suffix = short.partition(".")
    return len(label) >= _DOMAIN_MIN - 1 and long.startswith(f"{label}-") and long.endswith(f".{suffix}")


def _looks(domain: str) -> str:
    for written, seen in (("rn", "m"), ("vv", "w"), ("1", "l"), ("0", "o"), ("-", "")):
        domain = domain.replace(written, seen)
    return domain


def _is_seldom(node: Node) -> bool:
    span = node.span
    return span is not None and span.times <= _SELDOM and span.last - span.first < _MOMENT


def _employed_twice(one: Node, other: Node) -> bool:
    if not one.company or not other.company or one.company == other.company or one.span is None or other.span is None:
        return False
    if min(one.span.times, other.span.times) < _OFTEN:
        return False
    return min(one.span.last, other.span.last) - max(one.span.first, other.span.first) > _LONG


def _one_after_the_other(one: Node, other: Node) -> bool:
    """Whether both were never in use at once, however long lies between: another job, other people around."""
    if one.span is None or other.span is None:
        return False
    return min(one.span.last, other.span.last) <= max(one.span.first, other.span.first)


def _handed_over(one: Node, other: Node) -> bool:
    """Whether the one fell silent shortly before the other began: an address left behind."""
    if one.span is None or other.span is None or min(one.span.times, other.span.times) < 3:
        return False
    early, late = (one.span, other.span) if one.span.first <= other.span.first else (other.span, one.span)
    return 0 <= late.first - early.last <= _GAP

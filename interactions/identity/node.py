"""One address as the linking looks at it: what it is called, with whom it is seen, when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from interactions.free_mail import is_free_mail
from interactions.identity import local_part
from interactions.identity import written as writing
from interactions.identity.folded import fold
from interactions.identity.names import CONFLICT, FAMILY, INITIAL, Name, agreement, parse, poses
from interactions.identity.nicknames import are_same
from interactions.organisations import company, organisation
from interactions.roles import is_role
from interactions.vocabulary import words

#: Jaro-Winkler similarity from which on two spellings are of one name.
_SPELLING = 0.88
#: Local parts of a domain of one's own that are nobody else.
_ONESELF = words("mail post hello hi hallo me email ich moi ciao hola")
#: Shortest name of a domain that may stand before its addresses, in letters.
_BRAND_MIN = 6


class Span(NamedTuple):
    """When an address was first and last heard of, seconds since 1970 UTC, and how often."""

    first: int
    last: int
    times: int


class Node:
    """One address; nothing of it changes."""

    def __init__(
        self,
        canonical: str,
        written: Iterable[str] = (),
        neighbours: Mapping[str, int] | None = None,
        span: Span | None = None,
        phones: Iterable[str] = (),
    ) -> None:
        self.canonical = canonical
        self.local, _, self.domain = canonical.rpartition("@")
        #: Address → in how many mails and meetings both were seen.
        self.neighbours = {one: times for one, times in (neighbours or {}).items() if one != canonical}
        self.span = span
        self.phones = frozenset(phones)
        said = [one for one in _without_brand(list(written), self.domain) if not _is_label(one, self.local)]
        # Whoever writes now and then as somebody's office is still themselves.
        said = [one for one in said if not writing.is_an_office(one)] or said
        self._poses = any(map(poses, (*said, self.local, *map(_shown, self.domain.split(".")))))
        #: A couple's, an office's, or one that only passes on what people write.
        self._is_several = any(
            writing.is_of_several(one)
            or writing.is_passed_on(one)
            or writing.is_passed_on_by(one, self.local)
            or writing.is_an_office(one)
            for one in said
        )
        #: junior, senior …: of people of one name.
        self.generations = frozenset(map(writing.generation, said)) - {""}
        texts = [writing.names(one) for one in said]
        found = {name for several in texts if (name := parse(several[0])) is not None}
        #: Names somebody had before, as another said.
        former = {name for several in texts for one in several[1:] if (name := parse(one)) is not None}
        self._former = tuple(sorted(former, key=lambda name: name.words))
        #: Names people gave it, full ones first.
        self.names: tuple[Name, ...] = _its_own(
            sorted(found, key=lambda name: (not name.is_full, name.words)), self.local
        )

    @cached_property
    def is_person(self) -> bool:
        """Whether it may stand for one human: no program's, role's, list's or proxy's, and nobody shares it."""
        return not self.is_role and not self.is_shared and not self._poses

    @cached_property
    def is_role(self) -> bool:
        """Whether it is an office's, a list's or a program's; at a domain of one's own "mail@" is oneself."""
        if is_role(self.canonical):
            return self.local not in _ONESELF or not any(_is_at_home(name, self.domain) for name in self.names)
        if local_part.is_an_office(self.local):
            return True
        return self._is_an_office()

    def _is_an_office(self) -> bool:
        """Whether its local part is what it is called beside somebody's name: "Accounting" <accounting@…>."""
        full = {word for name in self.names if name.is_full for word in name.words}
        titled = any(not one.is_full and one.words == (self.local,) for one in self.names)
        if not titled or not full or self.local in _ONESELF or is_free_mail(self.domain):
            return False
        made = any(local_part.is_made_from(self.local, name) for name in self.names if name.is_full)
        return not made and not any(are_same(self.local, word) or self.local in word for word in full)

    @cached_property
    def is_shared(self) -> bool:
        """Whether names of different people stand before it: a couple's, or one that an assistant writes from."""
        full = [name for name in self.names if name.is_full]
        spelled = local_part.spelled(self.local)
        if self._is_several or local_part.is_of_several(self.local):
            return True
        if full and spelled is not None and all(agreement(spelled, one) == CONFLICT for one in full):
            # Somebody else's name than its own: whoever writes from it writes for another.
            plain = local_part.plain(self.local)
            return not any(
                any(len(word) > 3 and word in plain for word in one.words) or _is_spelling(plain, one) for one in full
            )
        return any(_are_two(one, other) for number, one in enumerate(full) for other in full[number + 1 :])

    @cached_property
    def full_names(self) -> tuple[Name, ...]:
        """Names with two words at least; else what the local part spells out."""
        full = tuple(name for name in self.names if name.is_full)
        spelled = local_part.spelled(self.local)
        if full:
            # "A. Lovelace" <ada.lovelace@…>
            if (
                spelled is not None
                and len(spelled.words) > 1
                and {agreement(spelled, one) for one in full} == {INITIAL}
            ):
                return (spelled, *self._former)
            whole = [local_part.completed(self.local, one) or one for one in full]
            return (*_longest(whole), *self._former)
        if spelled is None or not self.names:
            return (spelled,) if spelled is not None else ()
        # "Ursula" <u.koch@…>: the local part has the family name.
        given = self.names[0].words[0]
        rest = tuple(word for word in spelled.words if word != given)
        if given in spelled.words or given[0] in spelled.initials:
            return (Name((given, *rest)),) if rest else ()
        return ()

    @cached_property
    def is_named(self) -> bool:
        """Whether somebody gave it a name, rather than its local part alone."""
        return bool(self.names)

    @cached_property
    def company(self) -> str:
        """The domain that its organisation registered; "" for consumer mailboxes, and where it is named after them."""
        found = company(self.domain) if self.local else ""
        label = found.partition(".")[0]
        words = (word for name in self.full_names for word in name.words)
        return "" if any(len(word) > 3 and word in label for word in words) else found


def _its_own(found: Sequence[Name], local: str) -> tuple[Name, ...]:
    """Names without those that somebody writes for: the address is made from another's, who is of no kin."""
    full = [name for name in found if name.is_full]
    mine = [name for name in full if local_part.is_made_from(local, name)]
    others = [name for name in full if name not in mine and all(agreement(name, one) == CONFLICT for one in mine)]
    return tuple(name for name in found if not mine or name not in others)


def _longest(names: Sequence[Name]) -> list[Name]:
    """Names without those of which another has all words: who is Ana Ruiz Soto, too, is not Ana Ruiz Gil."""
    held = [set(name.words) for name in names]
    return [name for name, words in zip(names, held, strict=True) if not any(words < others for others in held)]


def _is_label(written: str, local: str) -> bool:
    """Whether what stands before an address is its local part and no name: "Project-X" <project-x@…>."""
    return (
        " " not in written.strip()
        and any(letter in written for letter in "-_.")
        and (local_part.plain(written) == local_part.plain(local))
    )


def _shown(label: str) -> str:
    """A domain's label as it is shown (RFC 3492): "xn--pypal-4ve" looks like "paypal"."""
    try:
        return label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _is_at_home(name: Name, domain: str) -> bool:
    """Whether a domain is made of a full name, or a short form of it: charles-beaumont.org."""
    label = "".join(domain.split(".")[:-1]).replace("-", "")
    family, given = name.words[-1], name.words[:-1]
    rest = next((rest for rest in (label.removesuffix(family), label.removeprefix(family)) if rest != label), "")
    return bool(rest) and any(are_same(rest, word) for word in given)


def _is_spelling(local: str, name: Name) -> bool:
    """Whether a local part is a full name in another spelling: "zaynabelmasry", "Zeinab Al-Masri"."""
    ways = ("".join(name.words), "".join(reversed(name.words)))
    return any(JaroWinkler.similarity(local, way) > _SPELLING for way in ways)


def _without_brand(written: list[str], domain: str) -> list[str]:
    """What stands before an address, but for its domain's own name beside somebody's: "Quast Organs" @quast-organs."""
    label = fold(organisation(domain).partition(".")[0].replace("-", ""))
    if len(label) < _BRAND_MIN or len(written) < 2:
        return written
    rest = [one for one in written if fold(re.split(r"\s-\s", one)[0].replace(" ", "")) != label]
    return rest if any(" " in one.strip() for one in rest) else written


def _are_two(one: Name, other: Name) -> bool:
    """Whether two names before one address are two people's; one of them may be a pet form, or a name before."""
    found = agreement(one, other)
    if found == FAMILY:
        if one.words[0] == other.words[0]:
            # Somebody who married.
            return False
        mine, theirs = ([word for word in a.words if word not in b.words] for a, b in ((one, other), (other, one)))
        return not any(a[0] == b[0] or min(a, b, key=len) in max(a, b, key=len)[-4:] for a in mine for b in theirs)
    return found == CONFLICT

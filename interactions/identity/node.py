"""One address as the linking looks at it: what it is called, with whom it is seen, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from interactions.identity import local_part
from interactions.identity.names import CONFLICT, FAMILY, Name, agreement, parse, poses
from interactions.identity.nicknames import are_same
from interactions.organisations import company
from interactions.roles import is_role


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
        written = list(written)
        self._poses = any(map(poses, written))
        found = {name for one in written if (name := parse(one)) is not None}
        #: Names people gave it, full ones first.
        self.names: tuple[Name, ...] = tuple(sorted(found, key=lambda name: (not name.is_full, name.words)))

    @cached_property
    def is_person(self) -> bool:
        """Whether it may stand for one human: no program's, role's, list's or proxy's, and nobody shares it."""
        return not self.is_role and not self.is_shared and not self._poses

    @cached_property
    def is_role(self) -> bool:
        """Whether it is an office's, a list's or a program's."""
        return is_role(self.canonical)

    @cached_property
    def is_shared(self) -> bool:
        """Whether names of different people stand before it: a couple's, or one that an assistant writes from."""
        full = [name for name in self.names if name.is_full]
        spelled = local_part.spelled(self.local)
        if full and spelled is not None and all(agreement(spelled, one) == CONFLICT for one in full):
            # Somebody else's name than its own: whoever writes from it writes for another.
            return True
        return any(
            agreement(one, other) in (CONFLICT, FAMILY) and not are_same(one.words[0], other.words[0])
            for number, one in enumerate(full)
            for other in full[number + 1 :]
        )

    @cached_property
    def full_names(self) -> tuple[Name, ...]:
        """Names with two words at least; else what the local part spells out."""
        full = tuple(name for name in self.names if name.is_full)
        if full:
            return full
        spelled = local_part.spelled(self.local)
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

"""Which stored mails are copies of one: pure, and the same whatever the order they came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from interactions.keys import content_base

#: Archive copies whose dates differ by at most this many seconds, in whole hours, are one mail.
SHIFT_MAX = 12 * 3600


class Copy(Struct, frozen=True):
    """One stored mail, as far as telling copies apart needs it."""

    item_id: int
    copy_key: int | None
    #: None outside archives.
    content_key: int | None
    #: Seconds since 1970 UTC.
    at: int
    #: It supports an interaction.
    counts: bool
    external_id: str

    def order(self) -> tuple[int, int, str, int]:
        """Canonical order: by time, then by what the mail itself says, never by when it was stored."""
        return (self.at, self.copy_key or 0, self.external_id, self.item_id)

    def base(self) -> int | None:
        """Key of what it says, without the day."""
        return None if self.content_key is None else content_base(self.content_key)


def groups(copies: Iterable[Copy]) -> list[list[Copy]]:
    """Groups of copies of one mail, each in canonical order.

    One mail is one `copy_key`; in archives also one content within twelve hours of the first of them. Which is the
    first can be told from a day's mail: it has no other in the twelve hours before it. What follows others without
    end, such as a report every six hours, stays apart.
    """
    ordered = sorted(copies, key=Copy.order)
    if len(ordered) < 2:
        return [ordered] if ordered else []
    parent = list(range(len(ordered)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for one, other in _same(ordered):
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    found: dict[int, list[Copy]] = {}
    for index, copy in enumerate(ordered):
        found.setdefault(root(index), []).append(copy)
    return list(found.values())


class _Run(Struct):
    """Mails of one content, walked in order of time: indexes of the latest instant's first mail and of a leader."""

    latest: int
    leader: int


def _same(ordered: Sequence[Copy]) -> Iterable[tuple[int, int]]:
    """Pairs of indexes that are one mail."""
    by_copy: dict[int, int] = {}
    runs: dict[int, _Run] = {}
    for index, copy in enumerate(ordered):
        if copy.copy_key is not None:
            first = by_copy.setdefault(copy.copy_key, index)
            if first != index:
                yield first, index
        base = copy.base()
        if base is None:
            continue
        run = runs.get(base)
        if run is None:
            runs[base] = _Run(index, index)
            continue
        before, run_latest = ordered[run.latest].at, run.latest
        if copy.at == before:
            yield run_latest, index
            continue
        if copy.at - before > SHIFT_MAX:
            run.leader = index
        elif copy.at - ordered[run.leader].at <= SHIFT_MAX:
            yield run.leader, index
        run.latest = index

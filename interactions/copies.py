"""Which stored mails are copies of one: pure, and the same whatever the order they came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

#: Archive copies whose dates differ by at most this many seconds, in whole hours, are one mail.
_SHIFT_MAX = 12 * 3600


class Copy(Struct, frozen=True):
    """One stored mail, as far as telling copies apart needs it."""

    item_id: int
    message_key: int | None
    #: None outside archives.
    content_key: int | None
    sender_id: int | None
    #: Seconds since 1970 UTC.
    at: int
    #: It supports an interaction.
    counts: bool
    external_id: str

    def order(self) -> tuple[int, int, str, int]:
        """Canonical order: by time, then by what the mail itself says, never by when it was stored."""
        return (self.at, self.message_key or 0, self.external_id, self.item_id)


def groups(copies: Iterable[Copy]) -> list[list[Copy]]:
    """Groups of copies of one mail, each in canonical order.

    One mail is one Message-ID from one sender in one minute (RFC 5322 §3.6.4 makes it unique, senders do not);
    in archives also one content whose dates differ by whole hours, counted from the earliest.
    """
    ordered = sorted(copies, key=Copy.order)
    if len(ordered) == 1:
        return [ordered]
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


def _same(ordered: Sequence[Copy]) -> Iterable[tuple[int, int]]:
    """Pairs of indexes that are one mail."""
    by_message: dict[tuple[int, int | None, int], int] = {}
    #: content_key → index of the earliest copy of the group under way
    by_content: dict[int, int] = {}
    for index, copy in enumerate(ordered):
        if copy.message_key is not None:
            first = by_message.setdefault((copy.message_key, copy.sender_id, copy.at // 60), index)
            if first != index:
                yield first, index
        if copy.content_key is not None:
            start = by_content.get(copy.content_key)
            if start is None or copy.at - ordered[start].at > _SHIFT_MAX:
                by_content[copy.content_key] = index
            else:
                yield start, index

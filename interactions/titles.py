"""What is known of entries without guests: full names of the address book, and what the owner said of titles."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from msgspec import Struct

from interactions.items import Mailbox


class Book(Struct, frozen=True):
    """Full names of the owner's address book: key of the name → who that is; () where several are called so."""

    names: Mapping[tuple[str, ...], tuple[Mailbox, ...]]

    def meant(self, title: str) -> Mailbox | None:
        """The one person whose full name stands in a title that is not about something else."""
        found = {several[0] for several, _ in self._met(title) if len(several) == 1}
        return found.pop() if len(found) == 1 else None

    def unclear(self, title: str) -> str:
        """The full name in such a title that several have, so that it is nobody's; "" when there is none."""
        return next((name for several, name in self._met(title) if not several), "")

    def _met(self, title: str) -> Iterator[tuple[tuple[Mailbox, ...], str]]:
        """(who is called so, how it is written) of every full name in a title that is not about something else."""
        # Comparing names takes libraries that few commands need.
        from interactions.entries import TITLE_MAX, fold_title, is_meeting
        from interactions.identity.names import spoken

        if len(fold_title(title).split()) > 8:
            return
        text = unicodedata.normalize("NFC", title[:TITLE_MAX])
        for key, begin, end in spoken(text):
            if key in self.names and is_meeting(text, begin, end):
                yield self.names[key], text[begin:end]


class Titles(Struct, frozen=True):
    """What is known of entries without guests: the address book, and what the owner said of titles."""

    book: Book
    #: Folded title → who was there; () when the owner said that it is no meeting.
    settled: Mapping[str, tuple[Mailbox, ...]]

"""What is known of entries without guests: full names of the address book, and what the owner said of titles."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from msgspec import Struct

from interactions.items import Mailbox


class Book(Struct, frozen=True):
    """Full names of the owner's address book: key of the name → who that is; () where several are called so."""

    names: Mapping[tuple[str, ...], tuple[Mailbox, ...]]

    def meant(self, title: str) -> Mailbox | None:
        """The one person whose full name stands in a title that is not about something else."""
        # Comparing names takes libraries that few commands need.
        from interactions.entries import TITLE_MAX, fold_title, is_meeting
        from interactions.identity.names import spoken

        if len(fold_title(title).split()) > 8:
            return None
        text = unicodedata.normalize("NFC", title[:TITLE_MAX])
        runs = ((self.names.get(key, ()), begin, end) for key, begin, end in spoken(text))
        found = {several[0] for several, begin, end in runs if len(several) == 1 and is_meeting(text, begin, end)}
        return found.pop() if len(found) == 1 else None


class Titles(Struct, frozen=True):
    """What is known of entries without guests: the address book, and what the owner said of titles."""

    book: Book
    #: Folded title → who was there; () when the owner said that it is no meeting.
    settled: Mapping[str, tuple[Mailbox, ...]]

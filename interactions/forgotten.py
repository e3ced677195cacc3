"""Who is forgotten: known by salted hashes alone, and taken out of everything before it is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from interactions.address import canonical
from interactions.cards import keys_of
from interactions.items import Attendee, Contact, Email, Event, Mailbox
from interactions.vocabulary import HANGING, WORD

#: The kind of tombstone.
KIND = "person"
#: The rule under which an item is counted of which nothing is left.
RULE = "forgotten"
#: What stands where their name stood in a text that is somebody else's.
GAP = "…"
_ADDRESS = re.compile(r"[^\s<>,;:\"'()]+@[^\s<>,;:\"'()]+")
_TEXT_MAX, _NAME_MAX = 1_000, 120


def address_key(canonical: str) -> str:
    """What an address is hashed as; who has none is kept apart from who is called so."""
    return f"alone:{canonical}" if canonical.startswith("name:") else canonical


def untagged(canonical: str) -> str:
    """An address without its tag: "ada+shop@mill.example" is ada@mill.example's (RFC 5233)."""
    local, at, domain = canonical.rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def name_key(written: str) -> str | None:
    """What a full name is hashed as, in whatever order it is written; None for a single word.

    It is a name when somebody is called so, also where it would be no name of a person by itself ("April Weekly").
    """
    # Comparing names takes libraries that few commands need.
    from interactions.identity.folded import fold
    from interactions.identity.names import parse

    name = parse(written)
    if name is not None and len(name.words) >= 2:
        return _name(name.key)
    if name is not None and name.initials:
        return _name(sorted((*name.words, *name.initials)))
    found = WORD.findall(_composed(written[:_NAME_MAX]))
    return _name(sorted(map(fold, found))) if "@" not in written and 2 <= len(found) <= 5 else None


def borrowed_key(name: str, canonical: str) -> str:
    """What the name that somebody wrote under at another's address is hashed as; `name` is a `name_key`."""
    return f"{name}@{canonical}"


def shared_key(name: str) -> str:
    """What a full name is hashed as that somebody who stays bears, too; `name` is a `name_key`."""
    return f"shared:{name}"


def title_key(folded: str) -> str:
    """What a folded title is hashed as that the owner said to be a meeting with them."""
    return f"title:{folded}"


def kept_key(folded: str) -> str:
    """What a folded title is hashed as that names them and that the owner said to be a meeting with somebody else."""
    return f"kept:{folded}"


def stone(salt: str, key: str) -> str:
    """The tombstone of any of these keys: "salt:hash", both hexadecimal."""
    return f"{salt}:{_digest(salt, key)}"


def _name(words: Sequence[str]) -> str:
    return "name:" + " ".join(words)


@lru_cache(maxsize=16)
def _salts(stones: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.partition(":")[0] for one in sorted(stones)))


@lru_cache(maxsize=100_000)
def _digest(salt: str, key: str) -> str:
    return blake2b(key.encode(), key=bytes.fromhex(salt), digest_size=20).hexdigest()


class Forgotten(Struct, frozen=True):
    """Every tombstone of one owner."""

    stones: frozenset[str] = frozenset()

    def holds(self, key: str) -> bool:
        """Whether one of the keys above is forgotten."""
        return any(f"{salt}:{_digest(salt, key)}" in self.stones for salt in _salts(self.stones))

    def has(self, canonical: str) -> bool:
        """Whether an address is theirs, whatever tag it carries (RFC 5233)."""
        return self.holds(address_key(canonical)) or ("+" in canonical and self.holds(untagged(canonical)))

    def is_shared(self, words: Sequence[str]) -> bool:
        """Whether somebody of this full name (`Name.key`) was forgotten while another one stayed."""
        return self.holds(shared_key(_name(words)))

    def cleared(self, item: Email | Event | Contact) -> Email | Event | Contact | None:
        """The item without them; None when it was theirs, or between them and the owner alone."""
        if not self.stones:
            return item
        if isinstance(item, Email):
            return self._mail(item)
        return self._event(item) if isinstance(item, Event) else self._card(item)

    def names(self, text: str) -> bool:
        """Whether their full name stands in a text."""
        return next(self._called(_composed(text)), None) is not None

    def without(self, text: str) -> str:
        """A text with a gap where their full name or an address of theirs stood."""
        composed = _composed(text)
        places = sorted({*self._called(composed), *self._written(composed)})
        if not places:
            return text
        found, last = "", 0
        for begin, end in places:
            if begin >= last:
                found, last = f"{found}{composed[last:begin]}{GAP}", end
        return found + composed[last:]

    def _called(self, text: str) -> Iterator[tuple[int, int]]:
        """Where their full name stands, and what hangs on it."""
        from interactions.identity.names import spoken

        for key, begin, end in spoken(text[:_TEXT_MAX], inside=True):
            if self.holds(_name(key)):
                possessive = HANGING.match(text, end)
                yield begin, possessive.end() if possessive else end

    def _written(self, text: str) -> Iterator[tuple[int, int]]:
        for match in _ADDRESS.finditer(text[:_TEXT_MAX]):
            if self.has(canonical(match[0])):
                yield match.span()

    def _is(self, mailbox: Mailbox | None) -> bool:
        return mailbox is not None and self.has(canonical(mailbox.address))

    def _spoken_for(self, sender: Mailbox | None) -> bool:
        """Whether a program writes in their name."""
        from interactions.rules.robots import is_robot

        if sender is None or not is_robot(canonical(sender.address)):
            return False
        key = name_key(sender.name)
        return key is not None and self.holds(key)

    def _card(self, card: Contact) -> Contact | None:
        """Theirs when an address of it is, unless somebody else's full name stands over an address more."""
        keys = keys_of(card)
        theirs = {key for key in keys if self.has(key)}
        name = name_key(card.name())
        named = name is not None and self.holds(name)
        if theirs and (named or name is None or len(theirs) == len(keys)):
            return None
        if named and all(key.startswith("card:") for key in keys):
            return None
        left = tuple(self._rewritten(line) for line in card.card if not self._in_line(line))
        return card if left == card.card else replace(card, card=left)

    def _rewritten(self, line: tuple[Any, ...]) -> tuple[Any, ...]:
        """A line of somebody else's card; who that is called stays whoever it is."""
        if line[0] not in ("org", "title", "categories"):
            return line
        return (*line[:3], *(self.without(one) if isinstance(one, str) else one for one in line[3:]))

    def _in_line(self, line: Sequence[Any]) -> bool:
        """Whether a line of somebody else's card is about them."""
        if line[0] not in ("email", "tel", "related") or len(line) < 4 or not isinstance(line[3], str):
            return False
        if line[0] == "related":
            return self.names(line[3]) or self._holds_address(line[3])
        return any(map(self.has, keys_of(Contact("", (tuple(line),)))))

    def _mail(self, mail: Email) -> Email | None:
        if self._is(mail.sender) or self._spoken_for(mail.sender):
            return None
        to, cc, bcc = self._rest(mail.to), self._rest(mail.cc), self._rest(mail.bcc)
        left = len(mail.to) + len(mail.cc) + len(mail.bcc) - len(to) - len(cc) - len(bcc)
        if left and not (to or cc or bcc):
            return None
        headers = {name: self.without(value) for name, value in mail.headers.items()}
        return replace(
            mail,
            sender=self.renamed(mail.sender) if mail.sender else None,
            to=to, cc=cc, bcc=bcc, reply_to=self._rest(mail.reply_to), subject=self.without(mail.subject),
            headers=headers, recipients=max(mail.recipients - left, 0),
        )  # fmt: skip

    def _event(self, event: Event) -> Event | None:
        theirs = self._is(event.organizer)
        organizer = None if theirs else event.organizer
        left = tuple(one for one in event.attendees if not self._is(one.mailbox))
        alone = not _others(left, organizer)
        if alone and (theirs or len(left) < len(event.attendees) or self._titled(event.summary)):
            return None
        attendees = tuple(replace(one, mailbox=self.renamed(one.mailbox)) for one in left)
        return replace(
            event,
            organizer=self.renamed(organizer) if organizer else None,
            attendees=attendees, guests=max(event.guests - len(event.attendees) + len(left), 0),
            summary=self.without(event.summary), location=self.without(event.location),
            calendar=self.without(event.calendar),
        )  # fmt: skip

    def _rest(self, people: Sequence[Mailbox]) -> tuple[Mailbox, ...]:
        return tuple(self.renamed(one) for one in people if not self._is(one))

    def renamed(self, mailbox: Mailbox) -> Mailbox:
        """Somebody else's address without their name or address before it."""
        key = name_key(mailbox.name) if mailbox.name else None
        if key is not None and self.holds(key):
            borrowed = self.holds(borrowed_key(key, canonical(mailbox.address)))
            return Mailbox(mailbox.address) if borrowed else mailbox
        left = self.without(mailbox.name)
        return mailbox if left == mailbox.name else Mailbox(mailbox.address, left)

    def _holds_address(self, value: str) -> bool:
        return any(self.has(canonical(one)) for one in _ADDRESS.findall(value[:_TEXT_MAX]))

    def _titled(self, title: str) -> bool:
        """Whether an entry without guests is about them alone: by their full name, or because the owner said so."""
        from interactions.entries import fold_title, says_nothing_else

        folded = fold_title(title)
        if self.holds(title_key(folded)):
            return True
        return not self.holds(kept_key(folded)) and self.names(title) and says_nothing_else(self.without(title))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _others(attendees: Sequence[Attendee], organizer: Mailbox | None) -> bool:
    """Whether more than one is left: the owner is one of them."""
    left = {canonical(one.mailbox.address) for one in attendees}
    if organizer is not None:
        left.add(canonical(organizer.address))
    return len(left) > 1

"""Who is forgotten: known by salted hashes alone, and taken out of everything before it is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from msgspec import Struct
from msgspec.structs import replace

from interactions.address import canonical
from interactions.items import Attendee, Contact, Email, Event, Mailbox
from interactions.phone import phone

#: The kind of tombstone.
KIND = "person"
#: The rule under which an item is counted of which nothing is left.
RULE = "forgotten"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ADDRESS = re.compile(r"[^\s<>,;:\"'()]+@[^\s<>,;:\"'()]+")
_TEXT_MAX = 1_000


def name_key(written: str) -> str | None:
    """What a full name is hashed as, in whatever order it is written; None for a single word."""
    # Comparing names takes libraries that few commands need.
    from interactions.identity.names import parse

    name = parse(written)
    if name is None or len(name.words) < 2:
        return None
    return "name:" + " ".join(name.key)


def stone(salt: str, key: str) -> str:
    """The tombstone of a canonical address, or of `name_key`: "salt:hash", both hexadecimal."""
    return f"{salt}:{_digest(salt, key)}"


@lru_cache(maxsize=100_000)
def _digest(salt: str, key: str) -> str:
    return blake2b(key.encode(), key=bytes.fromhex(salt), digest_size=20).hexdigest()


class Forgotten(Struct, frozen=True):
    """Every tombstone of one owner."""

    stones: frozenset[str] = frozenset()

    def holds(self, key: str) -> bool:
        """Whether a canonical address or a name key is forgotten."""
        return any(f"{salt}:{_digest(salt, key)}" in self.stones for salt in self._salts())

    def _salts(self) -> Iterable[str]:
        return dict.fromkeys(one.partition(":")[0] for one in sorted(self.stones))

    def cleared(self, item: Email | Event | Contact) -> Email | Event | Contact | None:
        """The item without them; None when it was theirs, or between them and the owner alone."""
        if not self.stones:
            return item
        if isinstance(item, Email):
            return self._mail(item)
        if isinstance(item, Event):
            return self._event(item)
        addresses = [canonical(one) for one in item.emails()]
        addresses += [number for one in item.phones() if (number := phone(one)) is not None]
        return None if any(map(self.holds, addresses)) or self._named(item.name()) else item

    def _is(self, mailbox: Mailbox | None) -> bool:
        return mailbox is not None and self.holds(canonical(mailbox.address))

    def _spoken_for(self, sender: Mailbox | None) -> bool:
        """Whether a program writes in their name."""
        from interactions.rules.robots import is_robot

        if sender is None or not is_robot(canonical(sender.address)):
            return False
        key = name_key(sender.name)
        return key is not None and self.holds(key)

    def _mail(self, mail: Email) -> Email | None:
        if self._is(mail.sender) or self._spoken_for(mail.sender):
            return None
        to, cc, bcc = self._rest(mail.to), self._rest(mail.cc), self._rest(mail.bcc)
        left = len(mail.to) + len(mail.cc) + len(mail.bcc) - len(to) - len(cc) - len(bcc)
        if left and not (to or cc or bcc):
            return None
        headers = {name: value for name, value in mail.headers.items() if not self._holds_address(value)}
        reply_to = self._rest(mail.reply_to)
        if not left and reply_to == mail.reply_to and len(headers) == len(mail.headers):
            return mail
        return replace(
            mail, to=to, cc=cc, bcc=bcc, reply_to=reply_to, headers=headers, recipients=max(mail.recipients - left, 0)
        )

    def _event(self, event: Event) -> Event | None:
        if self._is(event.organizer) or self._named(event.summary):
            return None
        attendees = tuple(one for one in event.attendees if not self._is(one.mailbox))
        if len(attendees) == len(event.attendees):
            return event
        others = _others(attendees, event.organizer)
        return replace(event, attendees=attendees, guests=max(event.guests - 1, 0)) if others else None

    def _rest(self, people: Sequence[Mailbox]) -> tuple[Mailbox, ...]:
        return tuple(one for one in people if not self._is(one))

    def _holds_address(self, value: str) -> bool:
        return any(self.holds(canonical(one)) for one in _ADDRESS.findall(value[:_TEXT_MAX]))

    def _named(self, text: str) -> bool:
        """Whether a title or a card has their full name."""
        from interactions.identity.names import fold

        said = [fold(word) for word in _WORD.findall(text[:_TEXT_MAX])][:40]
        return any(
            self.holds("name:" + " ".join(sorted(said[start : start + size])))
            for size in (2, 3, 4)
            for start in range(len(said) - size + 1)
        )


def _others(attendees: Sequence[Attendee], organizer: Mailbox | None) -> bool:
    """Whether more than one is left: the owner is one of them."""
    left = {canonical(one.mailbox.address) for one in attendees}
    if organizer is not None:
        left.add(canonical(organizer.address))
    return len(left) > 1

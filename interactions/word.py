"""The owner's word on one item or address, as the rules see it."""

from __future__ import annotations

from interactions.items import Contact, Email, Event
from interactions.keys import copy_key, key, uid_key

#: What an item or an address may be called; KIND is followed by one of KINDS.
PERSON, NOISE, KIND = "person", "noise", "kind="
KINDS = ("email", "meeting", "call", "note")
#: How one talked, or helped: the verb and the kind of interaction it makes.
VERBS = {"talked": "note", "met": "meeting", "called": "call", "gave": "note", "received": "note"}


def item_target(item: Email | Event | Contact) -> str:
    """What a word on an item is kept under: the same for every copy of a mail and every occurrence of a series."""
    if isinstance(item, Email):
        found = copy_key(item)
        return f"m{found if found is not None else key(item.id):x}"
    if isinstance(item, Event):
        return f"e{uid_key(item):x}"
    return f"c{key(item.id):x}"

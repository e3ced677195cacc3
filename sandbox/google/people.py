"""The contacts of one account in memory, as the People API tells them.

developers.google.com/people/api/rest/v1/people
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox import halves
from sandbox.canaries import BIRTHDAY, NOTE, PHOTO
from sandbox.model import Life

Json = dict[str, Any]
#: Google's own groups.
SYSTEM_GROUPS = ("myContacts", "starred", "friends", "family", "coworkers", "blocked", "all", "chatBuddies")


@dataclass
class Shelf:
    """Persons by resource name, and at which step each last changed; gone ones stay with a mark."""

    people: dict[str, Json] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)


@dataclass
class People:
    """Thread-safe."""

    own: Shelf = field(default_factory=Shelf)
    other: Shelf = field(default_factory=Shelf)
    #: Names of the owner's groups by resource name.
    groups: dict[str, str] = field(default_factory=dict)
    step: int = 1
    #: Tokens from before this step are dead; with which status that is said.
    oldest: int = 0
    expired_status: int = 400
    lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def of_life(cls, life: Life, part: str = "") -> People:
        """Every card of the life (or a half of it), and some people of its mails that have none."""
        made = cls()
        for card in life.cards:
            if not halves.card_in(life, card, part):
                continue
            made.add(
                f"people/c{_number(card.id)}", card.name, [address for _, address in card.emails],
                phones=[number for _, number in card.phones], given=card.given, family=card.family,
                company=card.company, title=card.role, groups=[one for one in card.groups if one != "My Contacts"],
            )  # fmt: skip
        in_book = {address for card in life.cards for _, address in card.emails}
        for person in life.people:
            if person.address and person.address not in in_book:
                made.add_other(f"otherContacts/c{_number(person.id)}", person.name, [person.address])
        return made

    def add(
        self, id: str, name: str, emails: list[str], *, phones: list[str] | None = None, given: str = "",
        family: str = "", company: str = "", title: str = "", groups: list[str] | None = None, nickname: str = "",
        partner: str = "",
    ) -> str:  # fmt: skip
        """A contact, or a new version of it; returns its resource name."""
        with self.lock:
            self.step += 1
            names = [self.group(one) for one in groups or []]
            self.own.people[id] = {
                **_person(id, name, emails, phones or [], given or name, family),
                **({"nicknames": [{"value": nickname}]} if nickname else {}),
                **({"relations": [{"person": partner, "type": "spouse"}]} if partner else {}),
                "organizations": [{"name": company, "title": title, "department": "Stage"}] if company else [],
                "memberships": [_membership(one) for one in ["contactGroups/myContacts", *names]],
                "biographies": [{"value": NOTE, "contentType": "TEXT_PLAIN"}],
                "birthdays": [{"text": BIRTHDAY, "date": {"year": 1980, "month": 1, "day": 2}}],
                "photos": [{"url": f"https://lh3.googleusercontent.com/{PHOTO}"}],
            }
            self.own.changed[id] = self.step
            return id

    def add_other(self, id: str, name: str, emails: list[str]) -> str:
        """Somebody Google collected."""
        with self.lock:
            self.step += 1
            found = _person(id, name, emails, [], name, "")
            found["metadata"]["sources"][0]["type"] = "OTHER_CONTACT"
            self.other.people[id] = {**found, "photos": [{"url": f"https://lh3.googleusercontent.com/{PHOTO}"}]}
            self.other.changed[id] = self.step
            return id

    def delete(self, id: str) -> None:
        """A contact goes."""
        with self.lock:
            self.step += 1
            shelf = self.other if id.startswith("otherContacts/") else self.own
            shelf.people[id] = {"resourceName": id, "etag": "e", "metadata": {"deleted": True, "objectType": "PERSON"}}
            shelf.changed[id] = self.step

    def rename(self, id: str, new: str) -> None:
        """A contact gets another resource name, as happens when it is linked with a profile."""
        with self.lock:
            self.step += 1
            person = self.own.people.pop(id)
            self.own.changed.pop(id)
            metadata = {**person["metadata"], "previousResourceNames": [id]}
            self.own.people[new] = {**person, "resourceName": new, "metadata": metadata}
            self.own.changed[new] = self.step

    def group(self, name: str) -> str:
        """Resource name of a group, made on first use."""
        with self.lock:
            found = next((id for id, one in self.groups.items() if one == name), "")
            if not found:
                found = f"contactGroups/g{len(self.groups) + 1}"
                self.groups[found] = name
            return found

    def rename_group(self, name: str, new: str) -> None:
        """A group is called something else."""
        with self.lock:
            self.groups[self.group(name)] = new

    def forget_sync_tokens(self) -> None:
        """Every token given until now is dead."""
        with self.lock:
            self.step += 1
            self.oldest = self.step

    def live(self) -> dict[str, Json]:
        """Contacts of both kinds that are there."""
        with self.lock:
            both = {**self.own.people, **self.other.people}
            return {id: one for id, one in both.items() if not one["metadata"].get("deleted")}

    def change(self, name: str, arguments: dict[str, Any]) -> Any:
        """A change by name. Raises KeyError for an unknown one."""
        changes: dict[str, Callable[..., Any]] = {
            "add": self.add, "add_other": self.add_other, "delete": self.delete, "rename": self.rename,
            "rename_group": self.rename_group, "forget_sync_tokens": self.forget_sync_tokens,
        }  # fmt: skip
        return changes[name](**arguments)


def _person(id: str, name: str, emails: list[str], phones: list[str], given: str, family: str) -> Json:
    primary = {"primary": True, "source": {"type": "CONTACT", "id": id.rpartition("/")[2]}}
    source = {"type": "CONTACT", "id": id.rpartition("/")[2], "etag": "#x", "updateTime": "2026-01-02T03:04:05.678Z"}
    return {
        "resourceName": id, "etag": "%x", "metadata": {"sources": [source], "objectType": "PERSON"},
        "names": [{
            "metadata": primary, "displayName": name, "givenName": given, "familyName": family, "middleName": "",
            "honorificPrefix": "", "honorificSuffix": "", "unstructuredName": name,
        }],
        "emailAddresses": [{"metadata": primary, "value": one, "type": "home", "formattedType": "Home"}
                           for one in emails],
        "phoneNumbers": [{"metadata": primary, "value": one, "type": "mobile"} for one in phones],
    }  # fmt: skip


def _membership(group: str) -> Json:
    id = group.rpartition("/")[2]
    return {"contactGroupMembership": {"contactGroupId": id, "contactGroupResourceName": group}}


def _number(text: str) -> int:
    import hashlib

    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")

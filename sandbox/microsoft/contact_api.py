"""Contact folders and contacts as Graph answers for them.

learn.microsoft.com/graph/api/contact-delta
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.microsoft import delta
from sandbox.microsoft.answers import chosen, immutable, not_found, page_size
from sandbox.microsoft.contacts import DEFAULT, Contacts, Shelf
from sandbox.web.http import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.microsoft.world import Account, Microsoft

Json = dict[str, Any]


def answer(microsoft: Microsoft, account: Account, request: Request) -> Answer | None:
    """The answer below /me/contactFolders; None for anything else."""
    contacts = account.contacts
    url = f"{microsoft.url}/" + "/".join(request.path)
    match request.path[2:]:
        case ("contactFolders",):
            return _folders(contacts, "", request)
        case ("contactFolders", name, "childFolders"):
            return _folders(contacts, name, request)
        case ("contactFolders", name, "contacts", "delta"):
            shelf = contacts.shelves.get(name)
            return not_found() if shelf is None else _people(microsoft, account, shelf, request, url)
    return None


def _folders(contacts: Contacts, parent: str, request: Request) -> Answer:
    with contacts.lock:
        found = [one for one in contacts.shelves.values() if one.parent == parent and one.id != DEFAULT]
    values = [{"id": one.id, "displayName": one.name, "parentFolderId": parent or "root"} for one in found]
    return json_answer({"value": [chosen(one, request.first("$select")) for one in values]})


def _people(microsoft: Microsoft, account: Account, shelf: Shelf, request: Request, url: str) -> Answer:
    contacts = account.contacts
    select = delta.query(microsoft.walks, request).get("$select", "")
    stays = immutable(request)

    def render(id: str, reason: str) -> Json | None:
        shown = id if stays else f"{id}{shelf.id[:6]}"
        person = shelf.people.get(id)
        if reason or person is None:
            return {"@odata.type": "#microsoft.graph.contact", "id": shown, "@removed": {"reason": "deleted"}}
        return chosen({**person, "id": shown}, select)

    with contacts.lock:
        return delta.answer(
            microsoft.walks, request, url, f"contacts/{account.address}/{shelf.id}", shelf.feed, contacts.step,
            page_size(request, 10, microsoft.page_max), lambda: [(id, "") for id in shelf.people], render,
        )  # fmt: skip

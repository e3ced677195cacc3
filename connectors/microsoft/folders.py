"""The mail folders of an account: which are read, what each is called, in which order.

learn.microsoft.com/graph/api/resources/mailfolder. A folder's id says nothing; the well-known ones are asked for by
name, all in one batch.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from connectors.microsoft import refusals
from connectors.microsoft.graph import Session
from connectors.refusal import Means
from connectors.text import clean
from interactions.errors import SourceDown

#: Never read, with all that lies in them: nothing in there was sent to anybody, or its owner threw it away.
_APART = (
    "drafts", "deleteditems", "junkemail", "outbox", "syncissues", "conflicts", "localfailures", "serverfailures",
    "recoverableitemsdeletions", "conversationhistory", "scheduled", "searchfolders",
)  # fmt: skip
#: Label of what lies in them; their names differ from language to language.
_LABELS = {"sentitems": "SENT", "inbox": "INBOX", "archive": "", "clutter": ""}
_TOP, _FOLDERS_MAX = 100, 5_000
_SELECT = "id,displayName,parentFolderId,childFolderCount,totalItemCount"
#: Names of folders are cut to what a label may have.
_NAME_MAX = 225


class Folder(Struct, rename="camel"):
    """One mail folder."""

    id: str
    display_name: str = ""
    parent_folder_id: str = ""
    child_folder_count: int = 0
    total_item_count: int = 0

    @property
    def name(self) -> str:
        """What its owner calls it."""
        return clean(self.display_name, _NAME_MAX) or "(no name)"


class _Folders(Struct):
    value: list[Folder] = []
    next_link: str = field(name="@odata.nextLink", default="")


class Folders:
    """The folders as they are now; asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, str] = {}

    def read(self) -> list[Folder]:
        """Those that are read: sent mail first, then the inbox, then the largest. Raises SourceDown for none at all."""
        self._known = self._well_known()
        apart = {id for id, name in self._known.items() if name in _APART}
        found = list(self._below(self._session.url("me", "mailFolders", **_query()), apart))
        if not found:
            raise SourceDown("Outlook mail lists no folder at all. It is tried again.")
        order = {"sentitems": 0, "inbox": 1}
        return sorted(found, key=lambda one: (order.get(self._known.get(one.id, ""), 2), -one.total_item_count))

    def labels(self, folder_id: str, name: str) -> tuple[str, ...]:
        """Labels of what lies in a folder."""
        label = _LABELS.get(self._known.get(folder_id, ""), name)
        return (label,) if label else ()

    def _well_known(self) -> dict[str, str]:
        """Names of the well-known folders by id; an account has some of them."""
        names = (*_APART, *_LABELS)
        answers = self._session.batch({name: f"me/mailFolders/{name}?$select=id" for name in names})
        found: dict[str, str] = {}
        for name in names:
            if name not in answers:
                raise SourceDown("Outlook mail left a folder out of its answers. It is tried again.")
            response, content = answers[name]
            if response.status == 200:
                found[self._session.decoded(content, Folder).id] = name
                continue
            refusal = refusals.read(response, content)
            if refusal.means not in (Means.GONE, Means.BAD):
                raise self._session.problem(refusal)
        return found

    def _below(self, url: str, apart: set[str]) -> Iterator[Folder]:
        """The folders of one list, each followed by those in it."""
        waiting, seen = [url], set[str]()
        while waiting:
            url = waiting.pop()
            if url in seen or len(seen) > _FOLDERS_MAX:
                raise SourceDown("Outlook mail gives pages of folders without end. It is tried again.")
            seen.add(url)
            found = self._session.get(url, _Folders)
            for one in found.value:
                if one.id in apart:
                    continue
                yield one
                if one.child_folder_count:
                    waiting.append(self._session.url("me", "mailFolders", one.id, "childFolders", **_query()))
            if found.next_link:
                waiting.append(found.next_link)


def _query() -> dict[str, str]:
    return {"$top": str(_TOP), "$select": _SELECT}

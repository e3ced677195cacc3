"""The mail folders of an account: which are read, what each is called, in which order.

learn.microsoft.com/graph/api/resources/mailfolder. A folder's id says nothing; the well-known ones are asked for by
name, all in one batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from msgspec import Struct, field

from connectors.http import Response
from connectors.microsoft import refusals
from connectors.microsoft.graph import Session
from connectors.microsoft.owner import PATH, User
from connectors.refusal import Means
from connectors.text import clean
from interactions.errors import SourceDown

T = TypeVar("T")

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
        #: Addresses of the mailbox's owner, told along with the folders.
        self.own: tuple[str, ...] = ()

    def read(self) -> list[Folder]:
        """Those that are read: sent mail first, then the inbox, then the largest. Raises SourceDown for none at all."""
        answers = self._asked()
        self._known = self._well_known(answers)
        self.own = self._answer(answers, "me", User).addresses
        apart = {id for id, name in self._known.items() if name in _APART}
        found = list(self._below(self._answer(answers, "folders", _Folders), apart))
        if not found:
            raise SourceDown("Outlook mail lists no folder at all. It is tried again.")
        order = {"sentitems": 0, "inbox": 1}
        return sorted(found, key=lambda one: (order.get(self._known.get(one.id, ""), 2), -one.total_item_count))

    def labels(self, folder_id: str, name: str) -> tuple[str, ...]:
        """Labels of what lies in a folder."""
        label = _LABELS.get(self._known.get(folder_id, ""), name)
        return (label,) if label else ()

    def _asked(self) -> dict[str, tuple[Response, bytes]]:
        """All that is to be known before mail is read, in one request."""
        paths = {name: f"me/mailFolders/{name}?$select=id" for name in (*_APART, *_LABELS)}
        root = self._session.account.settings.microsoft_graph_root
        paths["folders"] = self._session.url("me", "mailFolders", **_query()).removeprefix(root)
        paths["me"] = PATH
        answers = self._session.batch(paths)
        if missing := paths.keys() - answers.keys():
            raise SourceDown(f"Outlook mail left {len(missing)} of its folders out of its answers. It is tried again.")
        return answers

    def _answer(self, answers: Mapping[str, tuple[Response, bytes]], name: str, shape: type[T]) -> T:
        response, content = answers[name]
        if response.status != 200:
            raise self._session.problem(refusals.read(response, content))
        return self._session.decoded(content, shape)

    def _well_known(self, answers: Mapping[str, tuple[Response, bytes]]) -> dict[str, str]:
        """Names of the well-known folders by id; an account has some of them."""
        found: dict[str, str] = {}
        for name in (*_APART, *_LABELS):
            response, content = answers[name]
            if response.status != 200:
                refusal = refusals.read(response, content)
                if refusal.means not in (Means.GONE, Means.BAD):
                    raise self._session.problem(refusal)
                continue
            found[self._session.decoded(content, Folder).id] = name
        return found

    def _below(self, found: _Folders, apart: set[str]) -> Iterator[Folder]:
        """The folders of one list, and of the lists that it leads to."""
        waiting, seen = list[str](), set[str]()
        while True:
            for one in found.value:
                if one.id in apart:
                    continue
                yield one
                if one.child_folder_count:
                    waiting.append(self._session.url("me", "mailFolders", one.id, "childFolders", **_query()))
            if found.next_link:
                waiting.append(found.next_link)
            if not waiting:
                return
            url = waiting.pop()
            if url in seen or len(seen) > _FOLDERS_MAX:
                raise SourceDown("Outlook mail gives pages of folders without end. It is tried again.")
            seen.add(url)
            found = self._session.get(url, _Folders)


def _query() -> dict[str, str]:
    return {"$top": str(_TOP), "$select": _SELECT}

"""Mail folders and messages as Graph answers for them.

learn.microsoft.com/graph/api/message-delta, …/user-list-mailfolders
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.microsoft import delta
from sandbox.microsoft.answers import chosen, immutable, not_found, page_size, refusal
from sandbox.microsoft.mailbox import Folder, Mailbox, Message
from sandbox.microsoft.messages import PRIVATE
from sandbox.web.http import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.microsoft.world import Account, Microsoft

Json = dict[str, Any]
_ALLOWED = frozenset({"$select", "$top", "$orderby", "$filter", "$expand", "$skiptoken", "$deltatoken", "changeType"})
_FILTERED = 5_000


def answer(microsoft: Microsoft, account: Account, request: Request, full: bool) -> Answer | None:
    """The answer below /me/mailFolders and /me/messages; None for anything else."""
    url = f"{microsoft.url}/" + "/".join(request.path)
    mailbox = account.mailbox
    match request.path[2:]:
        case ("mailFolders",):
            return _folders(mailbox, request, "root", url)
        case ("mailFolders", "delta"):
            values = [_folder(mailbox, one) for one in mailbox.folders.values()]
            return json_answer({"value": values, "@odata.deltaLink": f"{url}?$deltatoken=f{mailbox.step}"})
        case ("mailFolders", name):
            return _one_folder(mailbox, name, request)
        case ("mailFolders", name, "childFolders"):
            try:
                return _folders(mailbox, request, mailbox.folder(name), url)
            except KeyError:
                return not_found()
        case ("mailFolders", name, "messages", "delta"):
            return _messages(microsoft, mailbox, name, request, url, full)
        case ("messages", "delta"):
            text = "Change tracking is not supported against 'microsoft.graph.message'."
            return refusal(400, "ErrorInvalidUrlQuery", text)
    return None


def _one_folder(mailbox: Mailbox, name: str, request: Request) -> Answer:
    try:
        folder = mailbox.folders[mailbox.folder(name)]
    except KeyError:
        return not_found()
    return json_answer(chosen(_folder(mailbox, folder), request.first("$select")))


def _folders(mailbox: Mailbox, request: Request, parent: str, url: str) -> Answer:
    with mailbox.lock:
        found = [one for one in mailbox.folders.values() if one.parent == parent]
        if request.first("includeHiddenFolders") != "true":
            found = [one for one in found if not one.hidden]
        size, skip = request.number("$top", 10, 1_000), int(request.first("$skip", "0"))
        page = [chosen(_folder(mailbox, one), request.first("$select")) for one in found[skip : skip + size]]
    body: Json = {"value": page}
    if skip + size < len(found):
        words = [f"{name}={values[0]}" for name, values in request.query.items() if name != "$skip"]
        body["@odata.nextLink"] = f"{url}?{'&'.join([*words, f'$skip={skip + size}'])}"
    return json_answer(body)


def _folder(mailbox: Mailbox, folder: Folder) -> Json:
    there = [one for one in mailbox.messages.values() if one.folder == folder.id]
    return {
        "id": folder.id, "displayName": folder.name, "parentFolderId": folder.parent, "isHidden": folder.hidden,
        "childFolderCount": sum(one.parent == folder.id for one in mailbox.folders.values()),
        "totalItemCount": len(there), "unreadItemCount": 0,
    }  # fmt: skip


def _messages(microsoft: Microsoft, mailbox: Mailbox, name: str, request: Request, url: str, full: bool) -> Answer:
    if unknown := sorted(request.query.keys() - _ALLOWED):
        return refusal(400, "ErrorInvalidUrlQuery", f"The query parameter '{unknown[0]}' is not supported.")
    if request.first("$orderby", "receivedDateTime desc").lower() != "receiveddatetime desc":
        return refusal(400, "ErrorInvalidUrlQueryFilter", "The sort order is not supported for change tracking.")
    try:
        folder = mailbox.folders[mailbox.folder(name)]
    except KeyError:
        return refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    asked = delta.query(microsoft.walks, request)
    if microsoft.withhold_headers and not full and "internetMessageHeaders" in asked.get("$select", ""):
        return refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    stays = immutable(request)

    def listed() -> Sequence[delta.Change]:
        return [(id, "") for id in _filtered(mailbox, folder, request.first("$filter"))]

    def render(id: str, reason: str) -> Json | None:
        message = mailbox.messages.get(id)
        if reason or message is None or message.folder != folder.id:
            return {"@odata.type": "#microsoft.graph.message", "id": _shown(id, folder.id, stays),
                    "@removed": {"reason": "deleted"}}  # fmt: skip
        return _message(message, asked.get("$select", ""), stays, full)

    size = page_size(request, 10, microsoft.page_max)
    with mailbox.lock:
        return delta.answer(
            microsoft.walks, request, url, f"messages/{mailbox.address}/{folder.id}", folder.feed, mailbox.step, size,
            listed, render,
        )  # fmt: skip


def _filtered(mailbox: Mailbox, folder: Folder, text: str) -> list[str]:
    ids = mailbox.listed(folder.id)
    words = text.split()
    if len(words) == 3 and words[0] == "receivedDateTime" and words[1] in ("ge", "gt"):
        since = datetime.fromisoformat(words[2])
        ids = [id for id in ids if mailbox.messages[id].at >= since][:_FILTERED]
    return ids


def _message(message: Message, select: str, stays: bool, full: bool) -> Json:
    found = {**message.json, "id": _shown(message.id, message.folder, stays), "parentFolderId": message.folder}
    if "internetMessageHeaders" not in select:
        found.pop("internetMessageHeaders", None)
    if not full:
        for name in PRIVATE:
            found.pop(name, None)
    return chosen(found, select)


def _shown(id: str, folder: str, stays: bool) -> str:
    """An id that stays, or, where that was not asked for, one that changes with the folder."""
    return id if stays else f"AAMkAGI2{hashlib.sha256(f'{id}/{folder}'.encode()).hexdigest()}="

"""The Gmail API over one mailbox: what each path answers, under gmail.metadata or gmail.readonly.

developers.google.com/workspace/gmail/api/reference/rest/v1
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sandbox.canaries import ATTACHMENT, BODY, SNIPPET
from sandbox.google.answers import refusal
from sandbox.google.mailbox import SYSTEM, Mailbox, Message, Record
from sandbox.web.http import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.google.world import Account

METADATA = "https://www.googleapis.com/auth/gmail.metadata"
READONLY = "https://www.googleapis.com/auth/gmail.readonly"
_TYPES = {
    "messageAdded": "messagesAdded", "messageDeleted": "messagesDeleted", "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}  # fmt: skip
_PAGE, _PAGE_MAX = 100, 500


def answer(account: Account, request: Request, scopes: frozenset[str]) -> Answer | None:
    """What Gmail answers; None when the path is none of its own."""
    match request.path:
        case ("gmail", "v1", "users", _, *rest):
            pass
        case _:
            return None
    mailbox = account.mailbox
    # Holding the narrower scope narrows, whatever else is held.
    limited = METADATA in scopes
    match rest:
        case ["profile"]:
            return _profile(mailbox)
        case ["labels"]:
            return _labels(mailbox)
        case ["messages"]:
            return _no_query(request, limited) or _list(mailbox, request)
        case ["messages", id]:
            return _no_body(request, limited) or _message(mailbox, request, id)
        case ["threads", id]:
            return _no_body(request, limited) or _thread(mailbox, request, id)
        case ["history"]:
            return _history(mailbox, request)
        case ["settings", "sendAs"]:
            return refusal(
                403, "insufficientPermissions", "Request had insufficient authentication scopes.",
                word="PERMISSION_DENIED",
            )  # fmt: skip
    return refusal(404, "notFound", "Not Found", word="NOT_FOUND")


def _no_query(request: Request, limited: bool) -> Answer | None:
    if limited and "q" in request.query:
        return refusal(
            403, "forbidden", "Metadata scope does not support 'q' parameter", word="PERMISSION_DENIED"
        )  # fmt: skip
    return None


def _no_body(request: Request, limited: bool) -> Answer | None:
    format = request.first("format", "full").lower()
    if format not in ("minimal", "full", "raw", "metadata"):
        return refusal(400, "invalidArgument", f"Invalid format: {format}", word="INVALID_ARGUMENT")
    if limited and format in ("full", "raw"):
        return refusal(
            403, "forbidden", f"Metadata scope doesn't allow format {format.upper()}", word="PERMISSION_DENIED"
        )  # fmt: skip
    return None


def _profile(mailbox: Mailbox) -> Answer:
    with mailbox.lock:
        return json_answer({
            "emailAddress": mailbox.address, "messagesTotal": len(mailbox.messages),
            "threadsTotal": sum(bool(ids) for ids in mailbox.threads.values()), "historyId": str(mailbox.history),
        })  # fmt: skip


def _labels(mailbox: Mailbox) -> Answer:
    with mailbox.lock:
        found = [{"id": name, "name": name, "type": "system"} for name in SYSTEM]
        found += [{"id": id, "name": name, "type": "user", "messageListVisibility": "show"}
                  for name, id in mailbox.labels.items()]  # fmt: skip
    return json_answer({"labels": found})


def _list(mailbox: Mailbox, request: Request) -> Answer:
    labels = request.query.get("labelIds", ())
    with mailbox.lock:
        known = {*SYSTEM, *mailbox.labels.values()}
    if not known.issuperset(labels):
        return refusal(400, "invalidArgument", "Invalid label", word="INVALID_ARGUMENT")
    found = mailbox.listed(labels, request.first("includeSpamTrash") == "true")
    start = _anchor(request, found) if mailbox.anchored else _start(request, len(found))
    if start is None:
        return refusal(400, "invalidArgument", "Invalid page token", word="INVALID_ARGUMENT")
    size = request.number("maxResults", _PAGE, _PAGE_MAX)
    page = found[start : start + size]
    body: dict[str, Any] = {"resultSizeEstimate": min(len(found), 501)}
    if page:
        body["messages"] = [{"id": one.id, "threadId": one.thread} for one in page]
    if start + size < len(found):
        body["nextPageToken"] = f"a{page[-1].at}-{page[-1].id}" if mailbox.anchored else f"p{start + size}"
    return json_answer(body)


def _anchor(request: Request, found: Sequence[Message]) -> int | None:
    """Where the page begins that follows a certain message, whatever came or went before it."""
    token = request.first("pageToken")
    if not token or token == "p0":
        return 0
    at, _, id = token.removeprefix("a").partition("-")
    if not at.isdigit():
        return None
    return sum((one.at, one.id) >= (int(at), id) for one in found)


def _start(request: Request, total: int) -> int | None:
    token = request.first("pageToken")
    if not token:
        return 0
    return int(token[1:]) if token[:1] == "p" and token[1:].isdigit() else None


def _message(mailbox: Mailbox, request: Request, id: str) -> Answer:
    with mailbox.lock:
        message = mailbox.messages.get(id)
        if message is None:
            return _not_found()
        return json_answer(document(message, request))


def _thread(mailbox: Mailbox, request: Request, id: str) -> Answer:
    with mailbox.lock:
        ids = [one for one in mailbox.threads.get(id, ()) if one in mailbox.messages]
        if not ids:
            return _not_found()
        messages = sorted((mailbox.messages[one] for one in ids), key=lambda one: one.at)
        shown = [one for one in messages if not one.labels & {"SPAM", "TRASH"}] or messages
        newest = max(one.history for one in messages)
        return json_answer({
            "id": id, "historyId": str(newest), "messages": [document(one, request) for one in shown],
        })  # fmt: skip


def document(message: Message, request: Request) -> dict[str, Any]:
    """The JSON of one message in the format that was asked for."""
    format = request.first("format", "full").lower()
    found: dict[str, Any] = {
        "id": message.id, "threadId": message.thread, "labelIds": sorted(message.labels),
        "snippet": f"{SNIPPET} {message.text[:60]}", "historyId": str(message.history),
        "internalDate": str(message.at), "sizeEstimate": 2_000 + len(message.text),
    }  # fmt: skip
    if format == "metadata":
        wanted = {name.lower() for name in request.query.get("metadataHeaders", ())}
        headers = [(name, value) for name, value in message.headers if not wanted or name.lower() in wanted]
        found["payload"] = {"mimeType": "text/plain", "headers": _headers(headers)}
    elif format == "full":
        found["payload"] = _payload(message)
    elif format == "raw":
        text = "".join(f"{name}: {value}\r\n" for name, value in message.headers) + f"\r\n{BODY}\r\n"
        found["raw"] = base64.urlsafe_b64encode(text.encode()).decode()
    return found


def _headers(headers: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _payload(message: Message) -> dict[str, Any]:
    data = base64.urlsafe_b64encode(f"{BODY} {message.text}".encode()).decode()
    text = {"partId": "0", "mimeType": "text/plain", "filename": "", "headers": [],
            "body": {"size": len(data), "data": data}}  # fmt: skip
    file = {"partId": "1", "mimeType": "application/pdf", "filename": f"{ATTACHMENT}.pdf", "headers": [],
            "body": {"attachmentId": ATTACHMENT, "size": 10}}  # fmt: skip
    return {
        "partId": "", "mimeType": "multipart/mixed", "filename": "", "headers": _headers(message.headers),
        "body": {"size": 0}, "parts": [text, file],
    }  # fmt: skip


def _history(mailbox: Mailbox, request: Request) -> Answer:
    start, types = request.first("startHistoryId"), request.query.get("historyTypes", ())
    if not set(types) <= _TYPES.keys():
        return refusal(400, "invalidArgument", "Invalid value at 'history_types'", word="INVALID_ARGUMENT")
    with mailbox.lock:
        if not start.isdigit() or not mailbox.oldest <= int(start) <= mailbox.history:
            return _not_found()
        wanted = {_TYPES[one] for one in types} or set(_TYPES.values())
        found = [one for one in mailbox.records if one.id > int(start)]
        at = _start(request, len(found))
        if at is None:
            return refusal(400, "invalidArgument", "Invalid page token", word="INVALID_ARGUMENT")
        size = request.number("maxResults", _PAGE, _PAGE_MAX)
        page = [one for one in found[at : at + size] if one.kind in wanted]
        body: dict[str, Any] = {"historyId": str(mailbox.history)}
        if page:
            body["history"] = [_record(one, mailbox.labelled) for one in page]
        if at + size < len(found):
            body["nextPageToken"] = f"p{at + size}"
        return json_answer(body)


def _record(record: Record, labelled: bool) -> dict[str, Any]:
    message: dict[str, Any] = {"id": record.message, "threadId": record.thread}
    if labelled and record.labels:
        message["labelIds"] = list(record.labels)
    change: dict[str, Any] = {"message": message}
    if record.changed:
        change["labelIds"] = list(record.changed)
    plain = {"id": record.message, "threadId": record.thread}
    return {"id": str(record.id), "messages": [plain], record.kind: [change]}


def _not_found() -> Answer:
    return refusal(404, "notFound", "Requested entity was not found.", word="NOT_FOUND")

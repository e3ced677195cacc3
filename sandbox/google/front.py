"""What every request passes: routing, consent, scopes, quota, faults, partial responses, the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qs

from sandbox.google import batch, calendar_api, consent, control, fields, gmail_api, people_api
from sandbox.google.answers import refusal
from sandbox.google.faults import AFTER, INSTEAD, disabled, instead, spoilt
from sandbox.google.oauth import Grant
from sandbox.google.world import Google
from sandbox.web.faults import ON_THE_WAY, Fault
from sandbox.web.http import Answer, Request, json_answer
from sandbox.web.recording import Line

_AUTH = "https://www.googleapis.com/auth/"
#: Any one of these opens a route.
_SCOPES: Mapping[str, tuple[str, ...]] = {
    "gmail": (gmail_api.METADATA, gmail_api.READONLY),
    "calendar.list": (f"{_AUTH}calendar.calendarlist.readonly", f"{_AUTH}calendar.readonly"),
    "calendar.events": (f"{_AUTH}calendar.events.readonly", f"{_AUTH}calendar.readonly"),
    "people.connections": (f"{_AUTH}contacts.readonly",),
    "people.get": (f"{_AUTH}contacts.readonly",),
    "people.groups": (f"{_AUTH}contacts.readonly",),
    "people.other": (f"{_AUTH}contacts.other.readonly",),
}
_OPEN = ("oauth.", "batch", "unknown")


class Front:
    """Answers requests for a world."""

    def __init__(self, google: Google) -> None:
        self.google = google

    @property
    def delay(self) -> float:
        """Seconds before every answer."""
        return self.google.delay

    def control(self, request: Request) -> Answer:
        """Steer the world."""
        return control.answer(self.google, request)

    def answer(self, request: Request) -> tuple[Answer, Fault | None]:
        """The answer, and what the server is to do to it on its way."""
        if batch.is_batch(request):
            return self._batch(request)
        answer = self.one(request)
        return self._spoil(route(request), request, answer)

    def one(self, request: Request) -> Answer:
        """One request or part of a batch, recorded."""
        name = route(request)
        grant = self.google.authorization.holder(request)
        answer = self._answered(request, name, grant)
        query = {key: list(values) for key, values in request.query.items()}
        form = sorted(parse_qs(request.body.decode("utf-8", "replace"))) if name.startswith("oauth.") else ()
        path = "/" + "/".join(request.path)
        self.google.recording.add(Line(request.method, path, query, answer.status, grant is not None, form))
        return answer

    def _answered(self, request: Request, name: str, grant: Grant | None) -> Answer:
        google = self.google
        fault = google.faults.pick(name, INSTEAD)
        if fault is not None:
            return instead(fault, request)
        if name.startswith("oauth."):
            return self._oauth(request, name, grant)
        if name == "unknown":
            return refusal(404, "notFound", "Not Found", word="NOT_FOUND")
        if grant is None:
            return refusal(401, "authError", "Invalid Credentials", word="UNAUTHENTICATED")
        return self._refused(name, grant) or self._api(request, grant)

    def _refused(self, name: str, grant: Grant) -> Answer | None:
        api = name.partition(".")[0]
        if api in self.google.disabled:
            service = {"calendar": "calendar-json"}.get(api, api)
            return disabled(f"{service}.googleapis.com")
        wanted = next(scopes for prefix, scopes in _SCOPES.items() if name.startswith(prefix))
        if not set(wanted) & set(grant.scopes):
            info = {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                "domain": "googleapis.com",
            }  # fmt: skip
            text = "Request had insufficient authentication scopes."
            return refusal(403, "insufficientPermissions", text, word="PERMISSION_DENIED", details=[info])
        return self.google.quota.charge(grant.subject, name)

    def _api(self, request: Request, grant: Grant) -> Answer:
        account = self.google.accounts[grant.subject]
        found = (
            gmail_api.answer(account, request, frozenset(grant.scopes))
            or calendar_api.answer(account, request)
            or people_api.answer(account, request)
            or refusal(404, "notFound", "Not Found")
        )
        return _masked(found, request)

    def _oauth(self, request: Request, name: str, grant: Grant | None) -> Answer:
        authorization = self.google.authorization
        if name == "oauth.auth":
            return (
                consent.decide(self.google, request) if request.method == "POST" else consent.page(self.google, request)
            )
        if name == "oauth.userinfo":
            if grant is None:
                return refusal(401, "authError", "Invalid Credentials", word="UNAUTHENTICATED")
            return authorization.userinfo(grant)
        return authorization.token(request) if name == "oauth.token" else authorization.revoke(request)

    def _batch(self, request: Request) -> tuple[Answer, Fault | None]:
        fault = self.google.faults.pick("batch", INSTEAD)
        if fault is not None:
            return instead(fault, request), None
        if self.google.authorization.holder(request) is None:
            return refusal(401, "authError", "Invalid Credentials", word="UNAUTHENTICATED"), None
        parts = batch.parts(request)
        if len(parts) > batch.MOST:
            text = f"Inner request count exceeds the limit. Received: {len(parts)}, Limit: {batch.MOST}"
            return refusal(400, "badRequest", text, word="INVALID_ARGUMENT"), None
        user = request.headers.get("authorization", "")
        crowded = self.google.quota.enter(user, len(parts))
        try:
            answered = [(key, crowded or self.one(part)) for key, part in parts]
        finally:
            self.google.quota.leave(user, len(parts))
        spoil = self.google.faults.pick("batch", AFTER)
        if spoil is not None and spoil.kind == "part.missing" and answered:
            answered.pop(self.google.faults.rng.randrange(len(answered)))
        if spoil is not None and spoil.kind == "part.shuffled":
            self.google.faults.rng.shuffle(answered)
        whole = batch.answered(answered)
        if spoil is not None and spoil.kind == "truncated":
            whole = Answer(200, whole.body[: len(whole.body) // 2], whole.headers)
        return whole, spoil

    def _spoil(self, name: str, request: Request, answer: Answer) -> tuple[Answer, Fault | None]:
        fault = self.google.faults.pick(name, AFTER)
        if fault is None or fault.kind in ON_THE_WAY:
            return answer, fault
        return spoilt(fault, answer, request, self.google.faults.rng), None


def _masked(answer: Answer, request: Request) -> Answer:
    text = request.first("fields")
    if answer.status != 200 or not text:
        return answer
    try:
        mask = fields.parsed(text)
    except ValueError:
        return refusal(400, "invalidParameter", f"Invalid field selection {text[:60]}", word="INVALID_ARGUMENT")
    return json_answer(fields.masked(json.loads(answer.body), mask))


def route(request: Request) -> str:
    """The name of what is asked for, by its path alone."""
    match request.path:
        case ("o", "oauth2", "v2", "auth"):
            return "oauth.auth"
        case ("token",):
            return "oauth.token"
        case ("revoke",):
            return "oauth.revoke"
        case ("v1", "userinfo"):
            return "oauth.userinfo"
        case ("gmail", "v1", "users", _, what):
            return f"gmail.{what}"
        case ("gmail", "v1", "users", _, what, _):
            return f"gmail.{what}.get"
        case ("calendar", "v3", "users", "me", "calendarList"):
            return "calendar.list"
        case ("calendar", "v3", "calendars", _, "events", *_):
            return "calendar.events"
        case ("v1", "people", "me", "connections"):
            return "people.connections"
        case ("v1", "people", _):
            return "people.get"
        case ("v1", "otherContacts"):
            return "people.other"
        case ("v1", "contactGroups"):
            return "people.groups"
    return "unknown"

"""What every request passes: routing, sign-in, scopes, limits, faults, the record."""

from __future__ import annotations

import time
from collections.abc import Mapping
from urllib.parse import parse_qs

from sandbox.microsoft import batch, calendar_api, consent, contact_api, control, mail_api
from sandbox.microsoft.answers import chosen, refusal
from sandbox.microsoft.faults import AFTER, INSTEAD, instead, spoilt
from sandbox.microsoft.oauth import Grant
from sandbox.microsoft.world import Account, Microsoft
from sandbox.web.faults import ON_THE_WAY, Fault
from sandbox.web.http import Answer, Request, json_answer
from sandbox.web.recording import Line

#: (any one of these opens a route, and with one of those nothing is left out)
_SCOPES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "graph.me": (("User.Read",), ()),
    "graph.folders": (("Mail.ReadBasic", "Mail.Read"), ("Mail.Read",)),
    "graph.messages": (("Mail.ReadBasic", "Mail.Read"), ("Mail.Read",)),
    "graph.calendars": (("Calendars.ReadBasic", "Calendars.Read"), ("Calendars.Read",)),
    "graph.calendarView": (("Calendars.ReadBasic", "Calendars.Read"), ("Calendars.Read",)),
    "graph.events": (("Calendars.ReadBasic", "Calendars.Read"), ("Calendars.Read",)),
    "graph.instances": (("Calendars.ReadBasic", "Calendars.Read"), ("Calendars.Read",)),
    "graph.contactFolders": (("Contacts.Read",), ()),
    "graph.contacts": (("Contacts.Read",), ()),
}


class Front:
    """Answers requests for a world."""

    #: The world's own delay is spent while a request counts as in flight.
    delay = 0.0

    def __init__(self, microsoft: Microsoft) -> None:
        self.microsoft = microsoft

    def control(self, request: Request) -> Answer:
        """Steer the world."""
        return control.answer(self.microsoft, request)

    def answer(self, request: Request) -> tuple[Answer, Fault | None]:
        """The answer, and what the server is to do to it on its way."""
        microsoft = self.microsoft
        grant = microsoft.authorization.holder(request)
        with microsoft.throttle.inside(grant.subject if grant else "") as over:
            if microsoft.delay:
                time.sleep(microsoft.delay)
            if over is not None and grant is not None:
                self._record(request, over, grant)
                return over, None
            if batch.is_batch(request):
                answer = self._batch(request, grant)
                self._record(request, answer, grant)
                return answer, None
            answer = self.one(request)
        return self._spoil(route(request), request, answer)

    def one(self, request: Request) -> Answer:
        """One request or part of a batch, recorded."""
        grant = self.microsoft.authorization.holder(request)
        answer = self._answered(request, route(request), grant)
        self._record(request, answer, grant)
        return answer

    def _record(self, request: Request, answer: Answer, grant: Grant | None) -> None:
        query = {key: list(values) for key, values in request.query.items()}
        oauth = route(request).startswith("oauth.")
        form = sorted(parse_qs(request.body.decode("utf-8", "replace"))) if oauth else ()
        path = "/" + "/".join(request.path)
        self.microsoft.recording.add(Line(request.method, path, query, answer.status, grant is not None, form))

    def _answered(self, request: Request, name: str, grant: Grant | None) -> Answer:
        microsoft = self.microsoft
        fault = microsoft.faults.pick(name, INSTEAD)
        if fault is not None:
            return instead(fault.kind, request)
        if name.startswith("oauth."):
            return self._oauth(request, name)
        if name == "unknown":
            return refusal(404, "ResourceNotFound", "Resource could not be discovered.")
        if grant is None:
            return refusal(401, "InvalidAuthenticationToken", "Access token is empty or has expired.")
        opening, whole = _SCOPES[name.removesuffix(".more")]
        if not set(opening) & set(grant.scopes):
            return refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        account = microsoft.accounts[grant.subject]
        full = bool(set(whole) & set(grant.scopes))
        return (
            _me(account, request)
            or mail_api.answer(microsoft, account, request, full)
            or calendar_api.answer(microsoft, account, request, full)
            or contact_api.answer(microsoft, account, request)
            or refusal(404, "ResourceNotFound", "Resource not found for the segment.")
        )

    def _oauth(self, request: Request, name: str) -> Answer:
        microsoft = self.microsoft
        if name == "oauth.discovery":
            return self._discovery(request.path[0])
        if name == "oauth.authorize":
            decided = request.method == "POST"
            return consent.decide(microsoft, request) if decided else consent.page(microsoft, request)
        if name == "oauth.device":
            return microsoft.authorization.device(request, microsoft.url)
        if name == "oauth.login":
            return consent.device(microsoft, request)
        if name == "oauth.logout":
            return Answer(200, b"<h1>You signed out</h1>", {"Content-Type": "text/html; charset=utf-8"})
        return microsoft.authorization.token(request, microsoft.url)

    def _discovery(self, tenant: str) -> Answer:
        known = {"common", "organizations", "consumers", *(one.tid for one in self.microsoft.accounts.values())}
        if tenant not in known:
            text = f"AADSTS90002: Tenant '{tenant}' not found."
            return json_answer({"error": "invalid_tenant", "error_description": text, "error_codes": [90002]}, 400)
        root = f"{self.microsoft.url}/{tenant}"
        issuer = "{tenantid}" if tenant in ("common", "organizations", "consumers") else tenant
        return json_answer({
            "token_endpoint": f"{root}/oauth2/v2.0/token", "issuer": f"{self.microsoft.url}/{issuer}/v2.0",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
            "end_session_endpoint": f"{root}/oauth2/v2.0/logout", "response_modes_supported": ["query", "fragment"],
        })  # fmt: skip

    def _batch(self, request: Request, grant: Grant | None) -> Answer:
        faults = self.microsoft.faults
        fault = faults.pick("batch", INSTEAD)
        if fault is not None:
            return instead(fault.kind, request)
        if grant is None:
            return refusal(401, "InvalidAuthenticationToken", "Access token is empty or has expired.")
        return batch.answer(request, self.one, faults.pick("batch", AFTER), faults.rng)

    def _spoil(self, name: str, request: Request, answer: Answer) -> tuple[Answer, Fault | None]:
        fault = self.microsoft.faults.pick(name, AFTER)
        if fault is None or fault.kind in ON_THE_WAY:
            return answer, fault
        return spoilt(fault, answer, request, self.microsoft.url, self.microsoft.faults.rng), None


def _me(account: Account, request: Request) -> Answer | None:
    if request.path[1:] != ("me",):
        return None
    given, _, family = account.name.partition(" ")
    user = {
        "id": account.oid, "displayName": account.name, "givenName": given, "surname": family,
        "mail": account.address, "userPrincipalName": account.address, "otherMails": [],
        "proxyAddresses": account.proxy_addresses,
    }  # fmt: skip
    return json_answer(chosen(user, request.first("$select")))


def route(request: Request) -> str:
    """The name of what is asked for, by its path alone."""
    match request.path:
        case (_, "v2.0", ".well-known", "openid-configuration"):
            return "oauth.discovery"
        case (_, "oauth2", "v2.0", "authorize"):
            return "oauth.authorize"
        case (_, "oauth2", "v2.0", "token"):
            return "oauth.token"
        case (_, "oauth2", "v2.0", "devicecode"):
            return "oauth.device"
        case (_, "oauth2", "v2.0", "logout"):
            return "oauth.logout"
        case ("devicelogin",):
            return "oauth.login"
        case ("v1.0", "me"):
            return "graph.me"
        case ("v1.0", "me", "mailFolders", *_, "messages", "delta") | ("v1.0", "me", "messages", "delta"):
            more = {"$skiptoken", "$deltatoken"} & request.query.keys()
            return "graph.messages.more" if more else "graph.messages"
        case ("v1.0", "me", "mailFolders", *_):
            return "graph.folders"
        case ("v1.0", "me", "calendars"):
            return "graph.calendars"
        case ("v1.0", "me", "calendars", _, "calendarView", "delta"):
            return "graph.calendarView"
        case ("v1.0", "me", "events", _, "instances"):
            return "graph.instances"
        case ("v1.0", "me", "events", _):
            return "graph.events"
        case ("v1.0", "me", "contactFolders", _, "contacts", "delta"):
            return "graph.contacts"
        case ("v1.0", "me", "contactFolders", *_):
            return "graph.contactFolders"
    return "unknown"

"""Microsoft Graph as a connector asks it: over our HTTP, within its limits, ids that stay when mail moves.

learn.microsoft.com/graph/throttling-limits, …/graph/outlook-immutable-id, …/graph/json-batching. Nothing is retried
here: the pull has a table of reactions.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from connectors import refusal
from connectors.http import Http, Response
from connectors.microsoft import login, refusals
from connectors.microsoft.entra import Client
from connectors.protocol import TokenStore
from connectors.rate import Budget, Ledger
from connectors.refusal import Means, Refusal, Refused
from connectors.slots import Slots, held
from interactions.errors import ApiDisabled, ScopeMissing, SourceProblem
from interactions.settings import Settings

T = TypeVar("T")

#: Parts of one batch (learn.microsoft.com/graph/json-batching).
BATCH_MAX = 20
#: A token is renewed when it has less than this left, in seconds.
_EARLY = 120.0
#: A request in flight holds its slot at most so much longer than a request may take.
_GRACE = 5.0
_CALLED = {"microsoft.mail": "Outlook mail", "microsoft.calendar": "Outlook calendar",
           "microsoft.contacts": "Outlook contacts"}  # fmt: skip


class Connected(Struct, frozen=True):
    """What a stream of a connected account needs to be read."""

    settings: Settings
    client: Client
    tokens: TokenStore
    ledger: Ledger
    slots: Slots
    #: Directory and object of the account; its limits are kept under it.
    subject: str
    address: str


class _Part(Struct):
    id: str
    status: int = 0
    headers: dict[str, str] = {}
    body: msgspec.Raw = msgspec.Raw(b"null")


class _Parts(Struct):
    responses: list[_Part] = []


class Session:
    """One account's requests; one thread at a time."""

    def __init__(self, account: Connected, stream: str, parent: Session | None = None) -> None:
        self.account = account
        #: Whose token is used: one renewal is enough for all threads of a connector.
        self._parent = parent
        self._renewing = threading.Lock()
        self.called = _CALLED[stream]
        self._stream = stream
        settings = account.settings
        self._http = Http(settings.microsoft_origins(), settings.ca_file, settings.request_seconds)
        key = f"kith:quota:microsoft:{account.subject}"
        self._budget = Budget(
            account.ledger, key, {key: float(settings.microsoft_requests_per_minute)}, "Microsoft Graph"
        )  # fmt: skip
        self._slots_key = f"kith:slots:microsoft:{account.subject}"
        self._token = ""
        self._until = 0.0

    def url(self, *path: str, **query: str) -> str:
        """An address below Graph's root; each part of the path is quoted, so that an id stays one part."""
        tail = "/".join(quote(part, safe="") for part in path)
        words = urlencode({name.rstrip("_"): value for name, value in query.items()}, safe="$,:", quote_via=quote)
        return f"{self.account.settings.microsoft_graph_root}{tail}{'?' + words if words else ''}"

    def get(self, url: str, shape: type[T], *, prefer: Sequence[str] = ()) -> T:
        """One document. Raises SourceProblem and its children, and Refused."""
        # Neither is part of a link that Graph gives: both have to come with every request.
        wanted = ", ".join(('IdType="ImmutableId"', *prefer))
        response, content = self._sent(url, headers={"Prefer": wanted})
        if response.status != 200:
            raise self.problem(refusals.read(response, content))
        return self.decoded(content, shape)

    def batch(self, paths: Mapping[str, str], *, prefer: Sequence[str] = ()) -> dict[str, tuple[Response, bytes]]:
        """Several documents in one request: path below Graph's root by key, at most BATCH_MAX; answers by key.

        Each part has its own outcome, and one that is missing has none. Raises SourceProblem for the whole.
        """
        assert len(paths) <= BATCH_MAX
        wanted = ", ".join(('IdType="ImmutableId"', *prefer))
        numbered = {str(number): key for number, key in enumerate(paths, 1)}
        body = msgspec.json.encode({
            "requests": [{"id": number, "method": "GET", "url": f"/{paths[key]}", "headers": {"Prefer": wanted}}
                         for number, key in numbered.items()]
        })  # fmt: skip
        self._budget.spend(len(paths) - 1 or 1)
        response, content = self._sent(self.url("$batch"), "POST", body, {"Content-Type": "application/json"})
        if response.status != 200:
            raise self.problem(refusals.read(response, content))
        parts = self.decoded(content, _Parts).responses
        return {
            numbered[part.id]: (Response(part.status, "", part.headers.items()), bytes(part.body))
            for part in parts
            if part.id in numbered
        }

    def decoded(self, content: bytes, shape: type[T]) -> T:
        """An answer's document. Raises SourceDown when it is none: an error page, or one that was cut."""
        return refusal.decoded(content, shape, self.called)

    def problem(self, found: Refusal) -> SourceProblem:
        """The error that a refusal is; one of quota is told to the budget, so that all workers hold back."""
        if (passing := refusal.passing(self.called, found, self._budget)) is not None:
            return passing
        if found.means == Means.SCOPE:
            return ScopeMissing(scope_missing(self._stream))
        if found.means == Means.DISABLED:
            return ApiDisabled(
                f"This account has no mailbox at Microsoft that apps may read ({found.reason}): it needs an Exchange"
                " Online or Outlook.com mailbox. It is tried again every hour."
            )
        return Refused(self.called, found)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _sent(
        self, url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[Response, bytes]:
        """With a token, renewed once when it is refused."""
        token = self._access()
        answer = self._once(url, method, body, {**(headers or {}), "Authorization": f"Bearer {token}"})
        if answer[0].status == 401:
            token = self._access(rejected=token)
            answer = self._once(url, method, body, {**(headers or {}), "Authorization": f"Bearer {token}"})
        return answer

    def _once(self, url: str, method: str, body: bytes | None, headers: dict[str, Any]) -> tuple[Response, bytes]:
        settings = self.account.settings
        self._budget.spend(1)
        seconds = settings.request_seconds + _GRACE
        with held(self.account.slots, self._slots_key, settings.microsoft_concurrent, seconds, "Microsoft Graph"):
            accepted = {"Accept": "application/json", "Accept-Encoding": "gzip", **headers}
            return self._http.request(url, method, body, accepted)

    def _access(self, rejected: str = "") -> str:
        if self._parent is not None:
            return self._parent._access(rejected)
        with self._renewing:
            if time.monotonic() > self._until or rejected == self._token:
                found = self._renewed(rejected)
                self._token = found.access_token
                self._until = time.monotonic() + max(found.expires_in - _EARLY, 0.0)
            return self._token

    def _renewed(self, rejected: str) -> login.Token:
        account = self.account
        found = login.cached(account.tokens.load())
        if found is not None and found.access_token != rejected:
            return found
        settings = account.settings
        # A connection of its own: the one that asks for content may be in use by another thread.
        with closing(Http(settings.microsoft_origins(), settings.ca_file, settings.request_seconds)) as http:
            return login.renewed(settings, http, account.client, account.tokens, rejected)


def scope_missing(stream: str) -> str:
    """What the owner is told when a permission is not there."""
    what = {
        "microsoft.mail": "mail headers (Mail.ReadBasic)", "microsoft.calendar": "calendars (Calendars.ReadBasic)",
        "microsoft.contacts": "contacts (Contacts.Read)",
    }[stream]  # fmt: skip
    return (
        f"{what[0].upper()}{what[1:]} are not allowed. Add that permission to your app registration under API"
        " permissions, then run  kith connect microsoft  again."
    )

"""Google's APIs as a connector asks them: through Google's client library, over our HTTP, within the quota.

The library builds requests from the discovery documents in its wheel (developers.google.com/discovery), so a parameter
or a value that an API does not know never leaves this machine. Nothing is retried here: the pull has a table of
reactions, and every refusal is to be seen by the budget.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from connectors import refusal
from connectors.google import oauth, refusals
from connectors.google.oauth import Client, Token
from connectors.http import Http, Response
from connectors.protocol import TokenStore
from connectors.rate import Budget, Ledger
from connectors.refusal import Means, Refusal, Refused
from interactions.errors import ApiDisabled, ConsentGone, ScopeMissing, SourceProblem
from interactions.settings import Settings

T = TypeVar("T")


class Api(Enum):
    """Name and version of each API (as discovery has them), and what the owner calls it."""

    GMAIL = ("gmail", "v1", "Gmail")
    CALENDAR = ("calendar", "v3", "Google Calendar")
    PEOPLE = ("people", "v1", "Google Contacts")

    @property
    def called(self) -> str:
        """For sentences."""
        return self.value[2]

    def root(self, settings: Settings) -> str:
        """Where it is; its batch endpoint lies below the same root."""
        roots = {
            Api.GMAIL: settings.google_gmail_root,
            Api.CALENDAR: settings.google_calendar_root,
            Api.PEOPLE: settings.google_people_root,
        }
        return roots[self]

    def limit(self, settings: Settings) -> int:
        """Units or requests a minute of one user."""
        limits = {
            Api.GMAIL: settings.google_units_per_minute,
            Api.CALENDAR: settings.google_calendar_requests_per_minute,
            Api.PEOPLE: settings.google_people_requests_per_minute,
        }
        return limits[self]


#: The first page of a full listing of contacts has a small quota of its own, and there is no raising it.
_PATIENCE = {Api.PEOPLE: timedelta(minutes=5)}


class Online(Struct, frozen=True):
    """What a stream of a connected account needs to be read."""

    settings: Settings
    client: Client
    tokens: TokenStore
    ledger: Ledger
    #: The provider's immutable id of the account; its quota is kept under it.
    subject: str
    #: The account's address.
    address: str
    #: Nothing older is wanted, seconds since 1970 UTC.
    since: int | None = None


class Session:
    """One account's requests to one API; one thread at a time."""

    def __init__(self, online: Online, api: Api, stream: str) -> None:
        self.online, self.api = online, api
        self._stream = stream
        settings = online.settings
        self.http = Http(settings.google_origins(), settings.ca_file, settings.request_seconds)
        key = f"kith:quota:google:{api.value[0]}"
        limits = {f"{key}:user:{online.subject}": float(api.limit(settings))}
        if api is Api.GMAIL:
            limits[f"{key}:project:{online.client.project_id}"] = float(settings.google_project_units_per_minute)
        self.budget = Budget(online.ledger, f"{key}:user:{online.subject}", limits, api.called)
        self._token: Token | None = None

    @property
    def service(self) -> Any:
        """The API's methods, as Google's library offers them."""
        return _built(self.api, self.api.root(self.online.settings))

    def ask(self, request: Any, shape: type[T], cost: float = 1.0, part: float = 1.0) -> T:
        """Send a request of `service` and decode its answer. Raises SourceProblem and its children, and Refused."""
        from googleapiclient.errors import HttpError

        self.budget.spend(cost, part)
        try:
            content = request.execute(http=self, num_retries=0)
        except HttpError as error:
            raise self.problem(refusals.read(error.resp, error.content)) from None
        return self.decoded(content, shape)

    def decoded(self, content: bytes, shape: type[T]) -> T:
        """An answer's document. Raises SourceDown when it is none: an error page, or one that was cut."""
        return refusal.decoded(content, shape, self.api.called)

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: object = None,
    ) -> tuple[Response, bytes]:
        """The transport that Google's library sends through: with a token, renewed once when it is refused."""
        token = self._access()
        answer = self.http.request(uri, method, body, {**(headers or {}), "Authorization": f"Bearer {token}"})
        if answer[0].status == 401:
            token = self._access(rejected=token)
            answer = self.http.request(uri, method, body, {**(headers or {}), "Authorization": f"Bearer {token}"})
        return answer

    def close(self) -> None:
        """Close every connection."""
        self.http.close()

    def problem(self, found: Refusal) -> SourceProblem:
        """The error that a refusal is; one of quota is told to the budget, so that all workers hold back."""
        called = self.api.called
        passing = refusal.passing(called, found, self.budget, _PATIENCE.get(self.api, timedelta()))
        if passing is not None:
            return passing
        if found.means == Means.SCOPE:
            return ScopeMissing(scope_missing(self._stream))
        if found.means == Means.DISABLED:
            return ApiDisabled(
                f"{called} is switched off in your Google Cloud project. Switch it on at {self.enable_link()}"
                " and wait a few minutes; it is tried again every hour."
            )
        if found.means == Means.POLICY:
            return ScopeMissing(f"Your organisation does not let apps use {called}. Ask its administrator.")
        return Refused(called, found)

    def enable_link(self) -> str:
        """Where the owner switches the API on; made here, never taken from an answer."""
        name = {"calendar": "calendar-json"}.get(self.api.value[0], self.api.value[0])
        project = "".join(c for c in self.online.client.project_id if c.isalnum() or c in "-:.")
        return f"https://console.cloud.google.com/apis/library/{name}.googleapis.com?project={project}"

    def _access(self, rejected: str = "") -> str:
        token = self._token or self._load()
        if token.access_token == rejected or not token.fresh(time.time()):
            with self.online.tokens.alone():
                token = self._load()
                if token.access_token == rejected or not token.fresh(time.time()):
                    token = oauth.renewed(self.online.settings, self.http, self.online.client, token, time.time())
                    self.online.tokens.save(msgspec.json.encode(token))
        self._token = token
        if oauth.missing(token.scope, [self._stream]):
            raise ScopeMissing(scope_missing(self._stream))
        return token.access_token

    def _load(self) -> Token:
        try:
            return msgspec.json.decode(self.online.tokens.load(), type=Token)
        except msgspec.DecodeError:
            raise ConsentGone("The stored consent cannot be read. Run  kith connect google  again.") from None


def scope_missing(stream: str) -> str:
    """What the owner is told when a box was not ticked."""
    what = {
        "google.mail": "mail headers", "google.calendar": "calendars", "google.contacts": "contacts",
        "google.other_contacts": "other contacts",
    }[stream]  # fmt: skip
    return f"You did not allow {what}. To change that run  kith connect google  and tick its box."


class _Nowhere:
    """The transport of requests that nobody sends through a session: there is none."""

    def request(self, *_: object, **__: object) -> tuple[Response, bytes]:
        """Never."""
        raise AssertionError("a request is sent by its session")

    def close(self) -> None:
        """Nothing is open."""


@lru_cache(maxsize=8)
def _document(name: str, version: str, root: str) -> dict[str, Any]:
    from googleapiclient import discovery_cache

    found = discovery_cache.get_static_doc(name, version)
    assert found is not None, f"google-api-python-client has no {name} {version}"
    document: dict[str, Any] = json.loads(found)
    document["rootUrl"] = root
    document["baseUrl"] = root + document["servicePath"]
    return document


@lru_cache(maxsize=8)
def _built(api: Api, root: str) -> Any:
    """An API's methods: built once for all sessions, each of which sends what it builds by itself."""
    from googleapiclient.discovery import build_from_document
    from googleapiclient.model import JsonModel

    class Bytes(JsonModel):  # type: ignore[misc]
        """Answers stay bytes: each is decoded into the shape it should have."""

        def deserialize(self, content: bytes) -> bytes:
            return content

    name, version, _ = api.value
    return build_from_document(_document(name, version, root), http=_Nowhere(), model=Bytes())

"""Microsoft, as `kith connect` asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from interactions.errors import UsageProblem
from interactions.secret import Key
from interactions.settings import Settings
from interactions.store import credentials
from interactions.store.database import Database
from kith.provider import Found, Given, Place

if TYPE_CHECKING:
    from connectors.asking import Asking
    from connectors.microsoft.entra import Client
    from connectors.microsoft.login import App, Consent


class Microsoft:
    """Implements `kith.provider.Provider`."""

    name = "microsoft"
    called = "Microsoft"
    button = "Accept"
    label_word = "folders"
    words: Mapping[str, str] = MappingProxyType({
        "microsoft.mail": "mail headers", "microsoft.calendar": "calendar", "microsoft.contacts": "contacts",
    })  # fmt: skip
    promises: Sequence[str] = (
        "Microsoft is asked for, and shows you:  basic mail (never bodies or previews: this permission cannot read",
        "them), basic calendars (nor can this one), contacts (Kith never asks for their notes or photos), and who",
        "you are. All of it can only read.",
    )

    def __init__(self, settings: Settings, client: Client) -> None:
        self._settings, self._client = settings, client

    def redirect_uri(self, port: int) -> str:
        """By name: Entra matches http://localhost with any port, and no number."""
        return f"http://localhost:{port}"

    def asking(self, redirect_uri: str, hint: str) -> Asking:
        """See `Provider`. Raises KithError."""
        with self._app() as app:
            return app.asking(redirect_uri, hint)

    def answered(self, asked: Asking, code: str) -> Given:
        """See `Provider`. Raises KithError."""
        with self._app() as app:
            return _given(app.answered(asked, code))

    def by_device(self, tell: Callable[[str, str], object]) -> Given:
        """See `Provider`. Raises KithError."""
        with self._app() as app:
            return _given(app.by_device(tell))

    def tried(self, given: Given) -> Found:
        """See `Provider`."""
        from connectors.microsoft import trial

        found = trial.tried(trial.held(self._settings, self._client, given.secret, given.subject, given.label))
        places = [Place(one.id, one.name, one.owned) for one in found.calendars]
        return Found(places, list(found.folders), [*found.own, given.label], found.problems)

    def off(self, scopes: str) -> dict[str, str]:
        """See `Provider`."""
        from connectors.microsoft.entra import missing
        from connectors.microsoft.graph import scope_missing

        return {stream: scope_missing(stream) for stream in missing(scopes)}

    @contextmanager
    def _app(self) -> Iterator[App]:
        from connectors.http import Http
        from connectors.microsoft.login import App

        settings = self._settings
        with closing(Http(settings.microsoft_origins(), settings.ca_file, settings.request_seconds)) as http:
            yield App(settings, http, self._client)


def _given(consent: Consent) -> Given:
    identity = consent.identity
    return Given(identity.subject, identity.address, consent.scope, consent.cache)


def client_of(db: Database, key: Key) -> Client:
    """The owner's app registration. Raises UsageProblem when there is none."""
    from connectors.microsoft.entra import registered

    stored = credentials.load_client(db, key, "microsoft")
    if stored is None:
        raise UsageProblem(
            "Kith has no Microsoft app registration of yours yet. Run  kith setup microsoft  for how to make one, then"
            "  kith setup microsoft CLIENT_ID."
        )
    return registered(stored)

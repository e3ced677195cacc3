"""Google, as `kith connect` asks it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from interactions.errors import UsageProblem
from interactions.secret import Key
from interactions.settings import Settings
from interactions.store import credentials
from interactions.store.database import Database
from kith.provider import Found, Given, Place

if TYPE_CHECKING:
    from connectors.asking import Asking
    from connectors.google.oauth import Client


class Google:
    """Implements `kith.provider.Provider`."""

    name = "google"
    called = "Google"
    button = "Continue"
    label_word = "labels"
    words: Mapping[str, str] = MappingProxyType({
        "google.mail": "mail headers", "google.calendar": "calendar", "google.contacts": "contacts",
        "google.other_contacts": "other contacts",
    })  # fmt: skip
    promises: Sequence[str] = (
        "Google is asked for, and shows you:  message headers (never bodies: this permission cannot read them),",
        "calendars and events (Kith never asks for descriptions, attachments or conference data), contacts (never",
        "notes or photos). All of it can only read.",
    )

    def __init__(self, settings: Settings, client: Client) -> None:
        self._settings, self._client = settings, client

    def redirect_uri(self, port: int) -> str:
        """A loopback address by number (RFC 8252 §8.3)."""
        return f"http://127.0.0.1:{port}/"

    def asking(self, redirect_uri: str, hint: str) -> Asking:
        """See `Provider`."""
        from connectors.google import oauth

        return oauth.asking(self._settings, self._client, redirect_uri, hint)

    def answered(self, asked: Asking, code: str) -> Given:
        """See `Provider`. Raises KithError."""
        from connectors.google import oauth
        from connectors.http import Http

        settings = self._settings
        with closing(Http(settings.google_origins(), settings.ca_file, settings.request_seconds)) as http:
            token = oauth.exchanged(settings, http, self._client, asked, code, time.time())
            subject = oauth.userinfo(settings, http, token.access_token)
        return Given(subject.sub, subject.email, token.scope, msgspec.json.encode(token))

    def by_device(self, tell: Callable[[str, str], object]) -> Given:
        """Raises UsageProblem: Google gives these permissions to no device code."""
        raise UsageProblem("Google has no device codes for these permissions. On a server use --no-browser.")

    def tried(self, given: Given) -> Found:
        """See `Provider`."""
        from connectors.google import trial
        from connectors.google.oauth import Subject, Token

        token = msgspec.json.decode(given.secret, type=Token)
        online = trial.held(self._settings, self._client, token, Subject(given.subject, given.label))
        found = trial.tried(online, given.scopes)
        places = [Place(one.id, one.name, one.owned) for one in found.calendars]
        return Found(places, list(found.labels), [given.label], found.problems)

    def off(self, scopes: str) -> dict[str, str]:
        """See `Provider`."""
        from connectors.google.api import scope_missing
        from connectors.google.oauth import missing

        return {stream: scope_missing(stream) for stream in missing(scopes)}


def client_of(db: Database, key: Key) -> Client:
    """The owner's client. Raises UsageProblem when there is none."""
    from connectors.google.oauth import registered

    stored = credentials.load_client(db, key, "google")
    if stored is None:
        raise UsageProblem(
            "Kith has no Google client of yours yet. Run  kith setup google  for how to make one, then"
            "  kith setup google FILE."
        )
    return registered(stored)

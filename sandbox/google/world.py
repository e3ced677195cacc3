"""The world the server serves: accounts, consents, quota, faults, and a record of everything asked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sandbox.google.calendars import Calendars
from sandbox.google.faults import google_faults
from sandbox.google.mailbox import Mailbox
from sandbox.google.oauth import CLIENT_ID, CLIENT_SECRET, PROJECT, Authorization, Grant
from sandbox.google.people import People
from sandbox.google.quota import Quota
from sandbox.model import Life
from sandbox.web.faults import Faults
from sandbox.web.recording import Recording


@dataclass
class Account:
    """One Google account."""

    #: 21 digits; never changes.
    subject: str
    address: str
    name: str
    mailbox: Mailbox
    calendars: Calendars
    people: People


@dataclass
class Google:
    """Everything behind the server. Its parts may be changed while it serves."""

    accounts: dict[str, Account] = field(default_factory=dict)
    authorization: Authorization = field(default_factory=Authorization)
    quota: Quota = field(default_factory=Quota)
    faults: Faults = field(default_factory=google_faults)
    recording: Recording = field(default_factory=Recording)
    #: Seconds before every answer; a batch is one.
    delay: float = 0.0
    #: APIs that are not switched on in the project: gmail, calendar, people.
    disabled: set[str] = field(default_factory=set)

    def add_account(self, address: str, name: str = "", mailbox: Mailbox | None = None) -> Account:
        """An account with a mailbox, a calendar and contacts, empty unless given."""
        mailbox = mailbox or Mailbox(address)
        return self._add(Account(subject(address), address, name, mailbox, Calendars.empty(address), People()))

    def add_life(self, life: Life, part: str = "") -> Account:
        """The account of a life's owner: of all of it, or of its "private" half."""
        from sandbox.google import calendar_life, mail_sources

        address = life.owner.address
        return self._add(
            Account(
                subject(address), address, life.owner.name, mail_sources.of_life(life, part),
                calendar_life.of_life(life, part), People.of_life(life, part),
            )
        )  # fmt: skip

    def only(self) -> Account:
        """The account, where there is one."""
        return next(iter(self.accounts.values()))

    def grant(self, account: Account, scopes: tuple[str, ...]) -> Grant:
        """A consent without a page: for tests of what comes after it."""
        made = Grant(account.subject, account.address, scopes)
        self.authorization.grants[made.refresh_token] = made
        return made

    def client_json(self, url: str = "https://accounts.google.com", kind: str = "installed") -> dict[str, Any]:
        """The client's file as the console gives it: of a desktop app, or ("web") of a web application."""
        client = {
            "client_id": CLIENT_ID, "project_id": PROJECT, "auth_uri": f"{url}/o/oauth2/auth",
            "token_uri": f"{url}/token", "auth_provider_x509_cert_url": f"{url}/oauth2/v1/certs",
            "client_secret": CLIENT_SECRET, "redirect_uris": ["http://localhost"],
        }  # fmt: skip
        return {kind: client}

    def _add(self, account: Account) -> Account:
        self.accounts[account.subject] = account
        return account


def subject(address: str) -> str:
    """A believable immutable id."""
    return str(10**20 + int.from_bytes(hashlib.sha256(address.encode()).digest()[:8], "big"))[:21]

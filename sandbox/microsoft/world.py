"""The world the server serves: accounts, consents, limits, faults, and a record of everything asked."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field

from sandbox.microsoft import life as lives
from sandbox.microsoft.calendars import Calendars
from sandbox.microsoft.contacts import Contacts
from sandbox.microsoft.faults import microsoft_faults
from sandbox.microsoft.mailbox import Mailbox
from sandbox.microsoft.oauth import CLIENT_ID, Authorization, Grant
from sandbox.microsoft.throttle import Throttle
from sandbox.microsoft.walks import Walks
from sandbox.model import Life
from sandbox.web.faults import Faults
from sandbox.web.recording import Recording

__all__ = ["CLIENT_ID", "Account", "Microsoft"]

#: The directory of all personal accounts.
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
TENANT = "0b9c4a1e-52f7-4f3a-8d6e-1a2b3c4d5e6f"


@dataclass
class Account:
    """One Microsoft account."""

    tid: str
    oid: str
    address: str
    name: str
    mailbox: Mailbox
    calendars: Calendars
    contacts: Contacts = field(default_factory=Contacts)
    #: "SMTP:" before the one mail is sent from, "smtp:" before others.
    proxy_addresses: list[str] = field(default_factory=list)

    @property
    def subject(self) -> str:
        """What never changes of it."""
        return f"{self.tid}.{self.oid}"


@dataclass
class Microsoft:
    """Everything behind the server. Its parts may be changed while it serves."""

    accounts: dict[str, Account] = field(default_factory=dict)
    authorization: Authorization = field(default_factory=Authorization)
    throttle: Throttle = field(default_factory=Throttle)
    faults: Faults = field(default_factory=microsoft_faults)
    recording: Recording = field(default_factory=Recording)
    walks: Walks = field(default_factory=Walks)
    #: Seconds before every answer, while the request counts as in flight.
    delay: float = 0.0
    #: Most objects of a page, whatever is asked for.
    page_max: int = 1_000
    #: A view tells occurrences without their masters.
    masters_missing: bool = False
    #: After a change of one occurrence a view tells that one alone.
    only_changed_occurrence: bool = False
    #: A series that is deleted is told by its master's id alone.
    only_master_removed: bool = False
    #: Internet message headers are refused to who may not read bodies.
    withhold_headers: bool = False
    #: Where it is served; set by the server.
    url: str = ""

    def add_account(
        self, address: str, name: str = "", mailbox: Mailbox | None = None, *, personal: bool = False
    ) -> Account:
        """An account with the folders, the calendar and the contact folder that each has."""
        oid = str(uuid.UUID(bytes=hashlib.sha256(address.encode()).digest()[:16], version=4))
        tid = PERSONAL if personal else TENANT
        account = Account(tid, oid, address, name, mailbox or Mailbox(address), Calendars(address))
        account.proxy_addresses = [f"SMTP:{address}"]
        self.accounts[account.subject] = account
        return account

    def add_life(self, life: Life, part: str = "") -> Account:
        """The account of a life's owner: of all of it, or of its "work"."""
        account = self.add_account(lives.address(life, part), life.owner.name)
        if not part:
            account.proxy_addresses += [f"smtp:{one}" for one in life.owner.addresses[1:]]
        lives.fill(account.mailbox, account.calendars, account.contacts, life, part)
        return account

    def only(self) -> Account:
        """The account, where there is one."""
        return next(iter(self.accounts.values()))

    def grant(self, account: Account, scopes: tuple[str, ...]) -> Grant:
        """A consent without a page: for tests of what comes after it."""
        return self.authorization.add(self.consent(account, scopes))

    def consent(self, account: Account, scopes: tuple[str, ...]) -> Grant:
        """What an owner agrees to."""
        return Grant(account.subject, account.tid, account.oid, account.address, account.name, scopes)

    def forget_tokens(self, folder: str = "") -> None:
        """Every delta link (of one mail folder) is dead."""
        if not folder:
            self.walks.forget()
            return
        account = self.only()
        self.walks.forget(f"messages/{account.address}/{account.mailbox.folder(folder)}")

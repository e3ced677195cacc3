"""Whose account it is: the addresses that mail to its owner goes to.

learn.microsoft.com/graph/api/user-get
"""

from __future__ import annotations

from msgspec import Struct

from connectors.microsoft.graph import Session
from interactions.items import ADDRESS_MAX, Identity

#: What is asked for of the account's owner.
PATH = "me?$select=mail,userPrincipalName,proxyAddresses"
_MOST = 200


class User(Struct, rename="camel"):
    """The account's owner, as Graph tells it; anything may be null."""

    mail: str | None = ""
    user_principal_name: str | None = ""
    proxy_addresses: list[str] | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The account's own addresses, the one mail is sent from first.

        `otherMails` are for resetting a password and may be anybody's: they are not asked for.
        """
        proxies = [one[5:] for one in (self.proxy_addresses or [])[:_MOST] if one[:5].lower() == "smtp:"]
        named = [self.mail or "", self.user_principal_name or "", *proxies]
        return tuple(dict.fromkeys(one for one in named if _usable(one)))


def owner_of(session: Session) -> Identity:
    """Whose account it is, and all addresses it receives mail at. Raises SourceProblem."""
    user = session.get(session.account.settings.microsoft_graph_root + PATH, User)
    return Identity(session.account.subject, session.account.address, user.addresses)


def _usable(address: str) -> bool:
    """A guest's user name has its home address in it, and is none."""
    return "@" in address and "#EXT#" not in address and len(address) <= ADDRESS_MAX

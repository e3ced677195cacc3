"""Whose account it is: the addresses that mail to its owner goes to.

learn.microsoft.com/graph/api/user-get
"""

from __future__ import annotations

from msgspec import Struct

from connectors.microsoft.graph import Session
from interactions.items import ADDRESS_MAX, Identity

_SELECT = "mail,userPrincipalName,proxyAddresses"
_MOST = 200


class _User(Struct, rename="camel"):
    mail: str | None = ""
    user_principal_name: str | None = ""
    proxy_addresses: list[str] | None = None


def owner_of(session: Session) -> Identity:
    """The account's own addresses, the one mail is sent from first. Raises SourceProblem.

    `otherMails` are for resetting a password and may be anybody's: they are not taken for the owner's.
    """
    user = session.get(session.url("me", **{"$select": _SELECT}), _User)
    proxies = [one[5:] for one in (user.proxy_addresses or [])[:_MOST] if one[:5].lower() == "smtp:"]
    named = [user.mail or "", user.user_principal_name or "", *proxies]
    addresses = tuple(
        dict.fromkeys(one for one in named if "@" in one and "#EXT#" not in one and len(one) <= ADDRESS_MAX)
    )
    return Identity(session.account.subject, session.account.address, addresses)

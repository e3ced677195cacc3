"""The owner's app registration with Microsoft Entra ID, what it may ask for, and Entra's refusals in plain words.

learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from interactions.errors import ConsentGone, SourceDown, SourceProblem, UsageProblem

#: Scope of each stream; who the account is, is asked with the first of them.
SCOPES: dict[str, tuple[str, ...]] = {
    "microsoft.mail": ("Mail.ReadBasic",),
    "microsoft.calendar": ("Calendars.ReadBasic",),
    "microsoft.contacts": ("Contacts.Read",),
}
#: Everything that is asked for; openid, profile and offline_access are added by msal.
ASKED = ("User.Read", *(scope for scopes in SCOPES.values() for scope in scopes))
#: A wider permission that includes a scope (learn.microsoft.com/graph/permissions-reference).
_WIDER = {
    "mail.readbasic": ("mail.read", "mail.readwrite"),
    "calendars.readbasic": ("calendars.read", "calendars.readwrite"),
    "contacts.read": ("contacts.readwrite",),
}
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
_TENANT = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.-]{0,250}[0-9A-Za-z])?")
_CODE = re.compile(r"AADSTS(\d{4,8})")
#: Where the owner ends a consent: Microsoft has no way for an app to do it.
BY_HAND = "https://myapps.microsoft.com (work or school) or https://account.live.com/consent/Manage (personal)"
PORTAL = "https://entra.microsoft.com"
_ARCHIVE = "An archive can be imported without any consent:  kith import FILE."
_ADMIN = (
    "Your organisation lets an administrator alone agree to this app. Ask for it under Enterprise applications,"
    f" Permissions, Grant admin consent ({PORTAL}). {_ARCHIVE}"
)
_KIND = (
    "under Authentication, Supported account types, of your app registration; or run  kith setup microsoft CLIENT_ID"
    " --tenant TENANT  with the tenant it is meant for"
)
#: What Entra's codes mean to the owner.
_SENTENCES: dict[int, str] = {
    65001: _ADMIN,
    90094: _ADMIN,
    90095: _ADMIN,
    900941: _ADMIN,
    7000218: "Your app registration is no public client. Under Authentication, Settings, switch on Allow public client"
    f" flows ({PORTAL}), and wait a minute. {_ARCHIVE}",
    50194: "Your app registration is for one organisation alone, and another was asked. Change that"
    f" {_KIND}. {_ARCHIVE}",
    50020: "This account is none of the organisation's that your app registration is for. Choose another account, or"
    f" change that {_KIND}. {_ARCHIVE}",
    9002331: f"Your app registration is for personal accounts alone: run  kith setup microsoft CLIENT_ID --tenant"
    f" consumers. {_ARCHIVE}",
    9002346: f"Your app registration is for personal accounts alone: run  kith setup microsoft CLIENT_ID --tenant"
    f" consumers. {_ARCHIVE}",
    9001023: "A personal account cannot be asked that way. Choose Personal Microsoft accounts among the account types"
    f" {_KIND}. {_ARCHIVE}",
    700016: "There is no app registration of that id in this organisation. Look at Overview, Application (client) ID"
    f" and Directory (tenant) ID, and run  kith setup microsoft  again. {_ARCHIVE}",
    90002: "There is no organisation of that name or id. Look at Overview, Directory (tenant) ID, and run  kith setup"
    f" microsoft  again. {_ARCHIVE}",
    50011: "Your app registration knows no address of this machine. Under Authentication, Add a platform, Mobile and"
    f" desktop applications, enter  http://localhost  as redirect URI ({PORTAL}). {_ARCHIVE}",
    53003: f"Your organisation's Conditional Access does not let this app in. Ask its administrator. {_ARCHIVE}",
    50173: "The consent has ended because the password was changed. Nothing is lost. Run  kith connect microsoft"
    "  and choose the same account.",
    65004: "Consent was not given. Nothing was stored. To connect, run it again and choose Accept.",
}
_ENDED = (
    "The consent was withdrawn or has ended (Microsoft: {}). Nothing is lost. Run  kith connect microsoft  and choose"
    " the same account."
)


class Client(Struct, frozen=True):
    """The owner's own app registration: a public client, without a secret."""

    client_id: str
    #: A directory's id or domain, or consumers, organizations, common.
    tenant: str = "common"


def client_of(client_id: str, tenant: str) -> Client:
    """What the owner typed, checked. Raises UsageProblem."""
    client_id, tenant = client_id.strip(), tenant.strip()
    if not _GUID.fullmatch(client_id):
        raise UsageProblem(
            "This is no application id: it looks like 11111111-2222-3333-4444-555555555555 (Overview, Application"
            " (client) ID)."
        )
    if not _TENANT.fullmatch(tenant):
        raise UsageProblem("This is no tenant: give the directory's id or domain, or consumers.")
    return Client(client_id.lower(), tenant.lower())


def registered(stored: bytes) -> Client:
    """The client as `kith setup microsoft` stored it."""
    return msgspec.json.decode(stored, type=Client)


def missing(granted: str, streams: Sequence[str] = tuple(SCOPES)) -> list[str]:
    """The streams that the scopes in `granted` do not allow. Microsoft writes them short or as addresses."""
    have = {one.rpartition("/")[2].lower() for one in granted.split()}

    def has(scope: str) -> bool:
        return bool(have & {scope.lower(), *_WIDER.get(scope.lower(), ())})

    return [stream for stream in streams if not all(has(scope) for scope in SCOPES[stream])]


def declined(error: str, description: str) -> str:
    """One sentence for an error of the authorization page."""
    known = _sentence(description)
    if known:
        return f"{known} Nothing was stored." if "Nothing was stored" not in known else known
    if error == "access_denied":
        return _SENTENCES[65004]
    return f"Microsoft gave no consent ({_word(error, description)}). Nothing was stored. {_ARCHIVE}"


def problem(answer: dict[str, Any]) -> SourceProblem:
    """The error that msal's answer without a token is."""
    error, description = str(answer.get("error", "")), str(answer.get("error_description", ""))[:4_000]
    known = _sentence(description, answer.get("error_codes"))
    if known:
        return ConsentGone(known)
    if error in ("invalid_grant", "interaction_required", "login_required", "consent_required"):
        return ConsentGone(_ENDED.format(_word(error, description)))
    if error in ("invalid_client", "unauthorized_client", "access_denied", "invalid_request", "invalid_scope"):
        return ConsentGone(
            f"Microsoft does not take your app registration ({_word(error, description)}). Look at it in {PORTAL}, then"
            f" run  kith connect microsoft  again. {_ARCHIVE}"
        )
    return SourceDown(f"Microsoft gave no token ({_word(error, description)}). It is tried again.")


def _sentence(description: str, codes: object = None) -> str:
    found = [int(one) for one in _CODE.findall(description[:4_000])]
    found += [one for one in (codes if isinstance(codes, list) else [])[:20] if isinstance(one, int)]
    return next((_SENTENCES[one] for one in found if one in _SENTENCES), "")


def _word(error: str, description: str) -> str:
    code = _CODE.search(description[:4_000])
    word = "".join(c for c in error if c.isalnum() or c == "_")[:60] or "no reason given"
    return f"{word}, {code[0]}" if code else word

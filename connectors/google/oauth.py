"""Google's OAuth 2.0 for desktop apps (RFC 6749, 7636, 8252): consent, code, tokens, their end.

developers.google.com/identity/protocols/oauth2/native-app
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from connectors.asking import Asking
from connectors.http import Http, Response
from interactions.errors import ConsentGone, SourceDown, UsageProblem
from interactions.settings_google import GoogleSettings

#: Scope of each stream; the two of the calendar go together.
SCOPES: dict[str, tuple[str, ...]] = {
    "google.mail": ("https://www.googleapis.com/auth/gmail.metadata",),
    "google.calendar": (
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
        "https://www.googleapis.com/auth/calendar.events.readonly",
    ),
    "google.contacts": ("https://www.googleapis.com/auth/contacts.readonly",),
    "google.other_contacts": ("https://www.googleapis.com/auth/contacts.other.readonly",),
}
#: Everything that is asked for, once: desktop apps cannot ask for more later.
ASKED = ("openid", "email", *(scope for scopes in SCOPES.values() for scope in scopes))
#: A token is renewed when it has less than this left, in seconds.
_EARLY = 120
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class Client(Struct, frozen=True):
    """The owner's own registration with Google: a client of type Desktop."""

    client_id: str
    client_secret: str
    project_id: str = ""


class Token(Struct, frozen=True):
    """What a consent gives. Sealed whenever it is stored."""

    refresh_token: str
    access_token: str = ""
    #: Seconds since 1970 UTC.
    expires_at: float = 0.0
    #: Scopes granted, separated by spaces (RFC 6749 §3.3).
    scope: str = ""

    def fresh(self, now: float) -> bool:
        """Whether the access token can still be used."""
        return bool(self.access_token) and self.expires_at - _EARLY > now


class _Downloaded(Struct):
    client_id: str = ""
    client_secret: str = ""
    project_id: str = ""


class _File(Struct):
    installed: _Downloaded | None = None
    web: _Downloaded | None = None
    type: str = ""


class _Granted(Struct):
    access_token: str
    expires_in: float = 3600.0
    refresh_token: str = ""
    scope: str = ""


class _Refused(Struct):
    error: str = ""
    error_description: str = ""


class Subject(Struct):
    """Who consented (OpenID Connect Core §5.1)."""

    sub: str
    email: str = ""


def client_of(text: bytes) -> Client:
    """The client of the JSON file downloaded from Google's console. Raises UsageProblem for any other file."""
    try:
        file = msgspec.json.decode(text, type=_File)
    except (msgspec.DecodeError, RecursionError):
        raise UsageProblem("This is not the JSON file that Google's console gives for a client.") from None
    if file.installed is None:
        if file.web is not None:
            raise UsageProblem(
                "This client is of type Web application. Make one of type Desktop app and download that one."
            )
        if file.type == "service_account":
            raise UsageProblem("This is a service account's key. Make an OAuth client of type Desktop app instead.")
        raise UsageProblem("This JSON file describes no OAuth client. Download the one of your Desktop app client.")
    found = file.installed
    if not found.client_id or not found.client_secret:
        raise UsageProblem("This client file has no id or no secret in it. Download it again from Google's console.")
    return Client(found.client_id, found.client_secret, found.project_id)


def registered(stored: bytes) -> Client:
    """The client as `kith setup google` stored it."""
    return msgspec.json.decode(stored, type=Client)


def asking(settings: GoogleSettings, client: Client, redirect_uri: str, hint: str = "") -> Asking:
    """A new question: state and PKCE verifier are of 256 random bits each (RFC 7636 §4.1, RFC 9700 §4.7)."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    words = {
        "client_id": client.client_id, "redirect_uri": redirect_uri, "response_type": "code",
        "scope": " ".join(ASKED), "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
        "access_type": "offline", "prompt": "consent",
    }  # fmt: skip
    if hint:
        words["login_hint"] = hint
    url = f"{settings.google_authorization_url}?{urlencode(words)}"
    return Asking(url, state, verifier, redirect_uri, "Google", _declined)


def _declined(error: str, _description: str) -> str:
    if error == "access_denied":
        return "Consent was not given. Nothing was stored. To connect, run it again and choose Continue."
    word = "".join(c for c in error if c.isalnum() or c in "_ ")[:60]
    return f"Google gave no consent ({word}). Nothing was stored."


def exchanged(settings: GoogleSettings, http: Http, client: Client, asked: Asking, code: str, now: float) -> Token:
    """The token for a code (RFC 6749 §4.1.3). Raises ConsentGone when Google refuses the code, SourceDown."""
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": asked.redirect_uri,
        "client_id": client.client_id, "client_secret": client.client_secret, "code_verifier": asked.verifier,
    }  # fmt: skip
    granted = _token(settings, http, form)
    if not granted.refresh_token:
        raise ConsentGone("Google gave no lasting consent. Run  kith connect google  again.")
    return Token(granted.refresh_token, granted.access_token, now + granted.expires_in, granted.scope)


def renewed(settings: GoogleSettings, http: Http, client: Client, token: Token, now: float) -> Token:
    """`token` with a new access token (RFC 6749 §6). Raises ConsentGone, SourceDown; a time-out is no refusal."""
    form = {
        "grant_type": "refresh_token", "refresh_token": token.refresh_token,
        "client_id": client.client_id, "client_secret": client.client_secret,
    }  # fmt: skip
    granted = _token(settings, http, form)
    return Token(
        granted.refresh_token or token.refresh_token,
        granted.access_token,
        now + granted.expires_in,
        granted.scope or token.scope,
    )


def revoke(settings: GoogleSettings, http: Http, token: Token) -> None:
    """End the consent at Google (RFC 7009). One that has ended already is fine. Raises SourceDown."""
    response, content = http.request(
        settings.google_revoke_url, "POST", urlencode({"token": token.refresh_token}), _FORM
    )
    if response.status != 200 and _refusal(content).error not in ("invalid_token", "invalid_grant"):
        raise SourceDown(f"Google did not take the consent back (status {response.status}).")


def userinfo(settings: GoogleSettings, http: Http, access_token: str) -> Subject:
    """Whose consent it is: `sub` never changes, the address may. Raises ConsentGone, SourceDown."""
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    response, content = http.request(settings.google_userinfo_url, headers=headers)
    if response.status in (401, 403):
        raise ConsentGone("Google does not say whose account this is. Leave all boxes ticked that cannot be unticked.")
    try:
        found = msgspec.json.decode(content, type=Subject)
    except (msgspec.DecodeError, RecursionError):
        raise SourceDown(f"Google's answer about the account cannot be read (status {response.status}).") from None
    if response.status != 200 or not found.sub:
        raise SourceDown(f"Google does not say whose account this is (status {response.status}).")
    return found


def missing(granted: str, streams: Sequence[str] = tuple(SCOPES)) -> list[str]:
    """The streams that the scopes in `granted` do not allow."""
    have = set(granted.split())
    return [stream for stream in streams if not have.issuperset(SCOPES[stream])]


def _token(settings: GoogleSettings, http: Http, form: dict[str, str]) -> _Granted:
    response, content = http.request(settings.google_token_url, "POST", urlencode(form), _FORM)
    if response.status == 200:
        try:
            return msgspec.json.decode(content, type=_Granted)
        except (msgspec.DecodeError, RecursionError):
            raise SourceDown("Google's answer about the token cannot be read. It is tried again.") from None
    raise _token_problem(response, _refusal(content))


def _token_problem(response: Response, refused: _Refused) -> Exception:
    if refused.error == "invalid_grant":
        return ConsentGone(
            "The consent was withdrawn or has ended (Google: invalid_grant). Nothing is lost. Run  kith connect google"
            "  and choose the same account. An app whose status is Testing loses its consents after 7 days: publish it."
        )
    if refused.error in ("invalid_client", "unauthorized_client", "deleted_client"):
        return ConsentGone(
            f"Google no longer knows your client (Google: {refused.error}). Download its JSON file again, then run"
            "  kith setup google FILE  and  kith connect google."
        )
    if refused.error in ("admin_policy_enforced", "access_denied", "org_internal"):
        return ConsentGone(
            f"Your organisation does not allow this app (Google: {refused.error}). Ask its administrator, or import"
            " an archive instead: that needs no consent."
        )
    return SourceDown(f"Google gave no token (status {response.status}). It is tried again.")


def _refusal(content: bytes) -> _Refused:
    try:
        return msgspec.json.decode(content, type=_Refused)
    except (msgspec.DecodeError, RecursionError):
        return _Refused()

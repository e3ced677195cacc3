"""Consent and tokens of Microsoft accounts, by msal: browser or device code, and renewal from its sealed cache.

learn.microsoft.com/entra/msal/python. msal speaks through our own HTTP, so that it asks the configured servers alone.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct, field

from connectors.asking import Asking
from connectors.http import Http
from connectors.microsoft import entra
from connectors.microsoft.entra import ASKED, Client
from connectors.protocol import TokenStore
from interactions.errors import ConsentGone, SourceDown, UsageProblem
from interactions.settings import Settings

if TYPE_CHECKING:
    import msal

#: A token is asked for anew when it has less than this left, in seconds; msal does so too.
_EARLY = 300.0
#: Seconds a device code is waited for at most, whatever the server says.
_DEVICE_SECONDS = 900
#: msal tells what it does at length, tokens' claims included when it is asked to.
logging.getLogger("msal").setLevel(logging.WARNING)


class Identity(Struct, frozen=True):
    """Whose consent it is: directory and object never change, the address may (OpenID Connect, Entra's claims)."""

    tid: str
    oid: str
    #: What the owner signs in with: for showing, never for telling accounts apart.
    address: str

    @property
    def subject(self) -> str:
        """What the account is known by."""
        return f"{self.tid}.{self.oid}"


class Token(Struct, frozen=True):
    """An access token as msal gave it."""

    access_token: str
    #: Granted, separated by spaces.
    scope: str
    #: Seconds from now.
    expires_in: float


class Consent(Struct, frozen=True):
    """What a consent gives."""

    identity: Identity
    scope: str
    #: msal's cache: refresh token and all. Sealed whenever it is stored.
    cache: bytes


class _Answer:
    """An answer in the form msal reads (its `oauth2cli.http.Response`)."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status_code, self.headers = status, headers
        self.text = content.decode("utf-8", "replace")

    def raise_for_status(self) -> None:
        """Raises SourceDown for a status of 400 or more."""
        if self.status_code >= 400:
            raise SourceDown(f"Microsoft's sign-in answers with an error ({self.status_code}). It is tried again.")


class _Transport:
    """What msal sends through: its `HttpClient`, over ours."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def get(self, url: str, params: Any = None, headers: Any = None, **_: object) -> _Answer:
        """One GET."""
        query = urlencode(params) if params else ""
        response, content = self._http.request(f"{url}?{query}" if query else url, headers=headers)
        return _Answer(response.status, response, content)

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: object) -> _Answer:
        """One POST of a form."""
        query = urlencode(params) if params else ""
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        body = data if isinstance(data, str | bytes) else urlencode(data or {})
        response, content = self._http.request(f"{url}?{query}" if query else url, "POST", body, sent)
        return _Answer(response.status, response, content)

    def close(self) -> None:
        """Its owner closes it."""


class App:
    """msal's application over one cache. Every method raises SourceDown and ConsentGone."""

    def __init__(self, settings: Settings, http: Http, client: Client, cache: bytes = b"") -> None:
        import msal

        self._cache = msal.SerializableTokenCache()
        if cache:
            self._cache.deserialize(cache.decode())
        self._issuers = settings.microsoft_authority_root
        authority = f"{settings.microsoft_authority_root}{client.tenant}"

        def made() -> msal.PublicClientApplication:
            return msal.PublicClientApplication(
                client.client_id, authority=authority, instance_discovery=False, token_cache=self._cache,
                http_client=_Transport(http),
            )  # fmt: skip

        self._app = _asked(made)

    def asking(self, redirect_uri: str, hint: str = "") -> Asking:
        """A new question for the browser; state, nonce and PKCE are msal's."""
        with warnings.catch_warnings():
            # It would have the answer posted; what is to be pasted has to stand in the address.
            warnings.simplefilter("ignore", UserWarning)
            flow = _asked(
                lambda: self._app.initiate_auth_code_flow(
                    list(ASKED), redirect_uri=redirect_uri, login_hint=hint or None,
                    prompt=None if hint else "select_account",
                )
            )  # fmt: skip
        if "auth_uri" not in flow:
            raise entra.problem(flow)
        kept = msgspec.json.encode(flow).decode()
        return Asking(flow["auth_uri"], flow["state"], kept, redirect_uri, "Microsoft", entra.declined)

    def answered(self, asked: Asking, code: str) -> Consent:
        """The consent that a code stands for."""
        flow = msgspec.json.decode(asked.verifier)
        response = {"code": code, "state": asked.state}
        return self._consent(_asked(lambda: self._app.acquire_token_by_auth_code_flow(flow, response)))

    def by_device(self, tell: Callable[[str, str], object]) -> Consent:
        """The consent given on another device (RFC 8628); `tell` gets the address and the code, and then it waits."""
        flow = _asked(lambda: self._app.initiate_device_flow(list(ASKED)))
        if "user_code" not in flow:
            raise entra.problem(flow)
        flow["expires_at"] = min(flow.get("expires_at", 0), time.time() + _DEVICE_SECONDS)
        tell(str(flow.get("verification_uri", "")), str(flow["user_code"]))
        return self._consent(_asked(lambda: self._app.acquire_token_by_device_flow(flow)))

    def token(self, *, force: bool = False) -> Token:
        """A token from the cache, renewed where it has to be (or with `force`)."""
        accounts = self._app.get_accounts()
        if not accounts:
            raise ConsentGone("The stored consent is empty. Run  kith connect microsoft  again.")
        found = _asked(
            lambda: self._app.acquire_token_silent_with_error(list(ASKED), accounts[0], force_refresh=force)
        )  # fmt: skip
        if not found or "access_token" not in found:
            raise entra.problem(found or {"error": "invalid_grant"})
        return _token(found)

    @property
    def changed(self) -> bool:
        """Whether the cache holds something that is not stored yet."""
        return bool(self._cache.has_state_changed)

    def cache(self) -> bytes:
        """The cache as it is to be sealed."""
        return str(self._cache.serialize()).encode()

    def _consent(self, found: dict[str, Any]) -> Consent:
        if "access_token" not in found:
            raise entra.problem(found)
        claims = found.get("id_token_claims") or {}
        tid, oid = str(claims.get("tid", "")), str(claims.get("oid", ""))
        if not tid or not oid:
            raise SourceDown("Microsoft does not say whose account this is. Nothing was stored; run it again.")
        if claims.get("iss") != f"{self._issuers}{tid}/v2.0":
            raise UsageProblem("The answer was issued by another server than the one asked. Nothing was stored.")
        address = str(claims.get("preferred_username") or claims.get("email") or oid)[:320]
        return Consent(Identity(tid, oid, address), _token(found).scope, self.cache())


class _Access(Struct):
    secret: str
    expires_on: str
    target: str = ""


class _Cache(Struct):
    access: dict[str, _Access] = field(name="AccessToken", default_factory=dict)


def cached(cache: bytes) -> Token | None:
    """The access token in msal's cache that is good for a while yet; None when one has to be asked for.

    Most looks for something new are over before a token is: they need neither msal nor the sign-in.
    """
    try:
        found = msgspec.json.decode(cache, type=_Cache)
        tokens = [Token(one.secret, one.target, int(one.expires_on) - time.time()) for one in found.access.values()]
    except (msgspec.DecodeError, ValueError):
        return None
    return max((one for one in tokens if one.expires_in > _EARLY), key=lambda one: one.expires_in, default=None)


def renewed(
    settings: Settings, http: Http, client: Client, tokens: TokenStore, rejected: str = ""
) -> Token:  # fmt: skip
    """A token for the stored consent, another than the `rejected` one; loaded, renewed and saved in one go.

    Two workers that renew at once both end with what was saved last: Microsoft gives a new refresh token with each
    renewal, and the old one stays good until it is replaced here.
    """
    with tokens.alone():
        app = App(settings, http, client, tokens.load())
        token = app.token()
        if token.access_token == rejected:
            token = app.token(force=True)
        if app.changed:
            tokens.save(app.cache())
        return token


def _asked(call: Callable[[], Any]) -> Any:
    """What msal answers; what it raises, in our words."""
    import msal

    try:
        return call()
    except (ValueError, KeyError, TypeError, msal.exceptions.MsalError) as error:
        text = str(error)
        if "authority configuration" in text or "OIDC" in text:
            raise ConsentGone(
                "Microsoft knows no such organisation. Look at Overview, Directory (tenant) ID, of your app"
                " registration, and run  kith setup microsoft CLIENT_ID --tenant TENANT."
            ) from None
        kind = type(error).__name__
        raise SourceDown(
            f"Microsoft's sign-in gave an answer that cannot be read ({kind}). It is tried again."
        ) from None


def _token(found: dict[str, Any]) -> Token:
    scope = found.get("scope") or " ".join(ASKED)
    seconds = found.get("expires_in", 0)
    return Token(str(found["access_token"]), str(scope), float(seconds) if isinstance(seconds, int | float) else 0.0)

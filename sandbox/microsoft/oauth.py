"""The sign-in's tokens: codes, device codes, renewal with a new refresh token each time (RFC 6749, 7636, 8628).

learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow, …/reference-error-codes
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.web.http import Answer, Request, json_answer
from sandbox.web.tokens import Tokens

CLIENT_ID = "7c1a6b90-3f3e-4b7a-9d5e-5a0d4b6e2f11"
_CODE_SECONDS = 600
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
#: How Entra refuses, by what is wrong: (error, code, text).
REFUSALS: dict[str, tuple[str, int, str]] = {
    "consent": ("invalid_grant", 65001, "The user or administrator has not consented to use the application."),
    "admin": ("access_denied", 90094, "An administrator of the tenant has set a policy that prevents this consent."),
    "public_flow_off": ("invalid_client", 7000218, "The request body must contain the following parameter:"
                        " 'client_assertion' or 'client_secret'."),
    "single_tenant": ("invalid_request", 50194, "Application is not configured as a multi-tenant application."),
    "wrong_tenant": ("invalid_request", 50020, "User account from identity provider does not exist in tenant."),
    "unknown_app": ("unauthorized_client", 700016, "Application was not found in the directory."),
    "personal_only": ("invalid_request", 9002346, "Application is configured for use by Microsoft Account users only."),
    "password_changed": ("invalid_grant", 50173, "The provided grant has expired due to it being revoked."),
    "expired": ("invalid_grant", 700082, "The refresh token has expired due to inactivity."),
    "redirect": ("invalid_request", 50011, "The redirect URI does not match the redirect URIs configured."),
    "policy": ("access_denied", 53003, "Access has been blocked by Conditional Access policies."),
}  # fmt: skip
#: Of these the browser is told; the others are the token endpoint's.
AT_THE_PAGE = frozenset(
    {"admin", "single_tenant", "wrong_tenant", "unknown_app", "personal_only", "redirect", "policy"}
)


@dataclass
class Grant:
    """One consent: of whose account, to what. It has as many refresh tokens as it was renewed."""

    subject: str
    tid: str
    oid: str
    address: str
    name: str
    scopes: tuple[str, ...]
    refresh_token: str = field(default_factory=lambda: "0.AX" + secrets.token_urlsafe(60))
    revoked: bool = False


@dataclass
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    nonce: str
    at: float


@dataclass
class _Device:
    user_code: str
    scopes: tuple[str, ...]
    at: float
    grant: Grant | None = None
    declined: bool = False


@dataclass
class Authorization(Tokens[Grant]):
    """All consents and tokens of the world; thread-safe. A refresh token stays good when a newer one is given."""

    lifetime: int = 4_000
    #: A key of REFUSALS, or "".
    mode: str = ""
    _codes: dict[str, _Code] = field(default_factory=dict)
    _devices: dict[str, _Device] = field(default_factory=dict)

    def add(self, grant: Grant) -> Grant:
        """A consent that was given."""
        with self._lock:
            self.grants[grant.refresh_token] = grant
            return grant

    def code(self, grant: Grant, redirect_uri: str, challenge: str, nonce: str) -> str:
        """A code for a consent, good once and for ten minutes."""
        with self._lock:
            code = "0.AQ" + secrets.token_urlsafe(32)
            self._codes[code] = _Code(grant, redirect_uri, challenge, nonce, time.time())
            return code

    def device(self, request: Request, url: str) -> Answer:
        """A device code, and the shorter one that a person types."""
        form = _form(request)
        if form.get("client_id") != CLIENT_ID:
            return refused("unknown_app")
        if self.mode in REFUSALS:
            return refused(self.mode)
        device = "BAQ" + secrets.token_urlsafe(32)
        user = "".join(secrets.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(9))
        with self._lock:
            self._devices[device] = _Device(user, scopes(form.get("scope", "")), time.time())
        return json_answer({
            "user_code": user, "device_code": device, "verification_uri": f"{url}/devicelogin", "expires_in": 900,
            "interval": 1, "message": f"Open {url}/devicelogin and enter the code {user}.",
        })  # fmt: skip

    def enter(self, user_code: str, grant: Grant | None) -> bool:
        """A person typed a code and agreed (or, with None, did not)."""
        with self._lock:
            for one in self._devices.values():
                if one.user_code == user_code.strip().upper():
                    one.grant, one.declined = grant, grant is None
                    return True
        return False

    def asked_by(self, user_code: str) -> tuple[str, ...] | None:
        """The permissions that are asked for with a code."""
        with self._lock:
            return next((one.scopes for one in self._devices.values() if one.user_code == user_code), None)

    def token(self, request: Request, issuer: str) -> Answer:
        """The token endpoint."""
        form = _form(request)
        if form.get("client_id") != CLIENT_ID:
            return refused("unknown_app")
        if self.mode in REFUSALS and self.mode not in AT_THE_PAGE:
            return refused(self.mode)
        kind = form.get("grant_type")
        with self._lock:
            if kind == "authorization_code":
                return self._exchange(form, issuer)
            if kind == _DEVICE_GRANT:
                return self._by_device(form, issuer)
            if kind == "refresh_token":
                grant = self.grants.get(form.get("refresh_token", ""))
                if grant is None or grant.revoked:
                    return refused("expired")
                self.renewals += 1
                grant.refresh_token = "0.AX" + secrets.token_urlsafe(60)
                self.grants[grant.refresh_token] = grant
                return self._tokens(grant, issuer, "")
        return _error(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")

    def _exchange(self, form: dict[str, str], issuer: str) -> Answer:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.at < time.time() - _CODE_SECONDS:
            return _error(400, "invalid_grant", 70008, "The provided authorization code has expired.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
            return _error(400, "invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        if form.get("redirect_uri") != code.redirect_uri:
            return refused("redirect")
        return self._tokens(self.add(code.grant), issuer, code.nonce)

    def _by_device(self, form: dict[str, str], issuer: str) -> Answer:
        device = self._devices.get(form.get("device_code", ""))
        if device is None or device.at < time.time() - 900:
            return _error(400, "expired_token", 70020, "The device code has expired.")
        if device.declined:
            return _error(400, "authorization_declined", 65004, "User declined to consent to access the app.")
        if device.grant is None:
            return _error(400, "authorization_pending", 70016, "The user has not yet entered the code.")
        return self._tokens(self.add(device.grant), issuer, "")

    def _tokens(self, grant: Grant, issuer: str, nonce: str) -> Answer:
        access = "eyJ0sandbox." + secrets.token_urlsafe(60)
        self.access[access] = (grant, time.time() + self.lifetime)
        client_info = {"uid": grant.oid, "utid": grant.tid}
        return json_answer({
            "token_type": "Bearer", "scope": " ".join(grant.scopes), "expires_in": self.lifetime,
            "ext_expires_in": self.lifetime, "access_token": access, "refresh_token": grant.refresh_token,
            "id_token": _id_token(grant, f"{issuer}/{grant.tid}/v2.0", nonce), "client_info": _packed(client_info),
        })  # fmt: skip


def scopes(text: str) -> tuple[str, ...]:
    """What is asked for, in short; what every consent has is left out."""
    short = [one.rpartition("/")[2] for one in text.split()]
    return tuple(one for one in short if one not in ("openid", "profile", "offline_access", "email"))


def loopback(redirect_uri: str) -> bool:
    """Whether a public client may be answered there: http://localhost, any port."""
    parts = urlsplit(redirect_uri)
    return parts.scheme == "http" and parts.hostname == "localhost" and parts.path in ("", "/")


def refused(mode: str) -> Answer:
    """What the token endpoint says."""
    error, code, text = REFUSALS[mode]
    return _error(401 if error == "invalid_client" else 400, error, code, text)


def described(mode: str) -> tuple[str, str]:
    """`error` and `error_description` as the browser brings them back."""
    error, code, text = REFUSALS[mode]
    return error, _description(code, text)


def _description(code: int, text: str) -> str:
    return f"AADSTS{code}: {text} Trace ID: 00000000-0000-0000-0000-000000000000 Timestamp: 2026-11-01 00:00:00Z"


def _error(status: int, error: str, code: int, text: str) -> Answer:
    return json_answer({"error": error, "error_description": _description(code, text), "error_codes": [code]}, status)


def _form(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def _id_token(grant: Grant, issuer: str, nonce: str) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": issuer, "aud": CLIENT_ID, "sub": hashlib.sha256(grant.subject.encode()).hexdigest()[:43],
        "tid": grant.tid, "oid": grant.oid, "preferred_username": grant.address, "name": grant.name, "ver": "2.0",
        "iat": now, "nbf": now, "exp": now + 3_600,
    }  # fmt: skip
    if nonce:
        claims["nonce"] = nonce
    return ".".join([_packed({"alg": "RS256", "typ": "JWT"}), _packed(claims), "c2FuZGJveA"])


def _packed(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")

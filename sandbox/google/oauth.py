"""The authorization server: codes, tokens, their renewal and their end (RFC 6749, RFC 7636, RFC 7009)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from sandbox.google.answers import refusal
from sandbox.web.http import Answer, Request, json_answer
from sandbox.web.tokens import Tokens

_CODE_SECONDS = 600
#: Cannot be unticked.
ALWAYS = ("openid", "email", "https://www.googleapis.com/auth/userinfo.email")
CLIENT_ID = "123456789012-sandbox.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-sandbox-not-a-secret"
PROJECT = "kith-sandbox"


@dataclass
class Grant:
    """One consent: to whom, of whose account, to what."""

    subject: str
    address: str
    scopes: tuple[str, ...]
    refresh_token: str = field(default_factory=lambda: "1//" + secrets.token_urlsafe(40))
    revoked: bool = False


@dataclass
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    at: float


@dataclass
class Authorization(Tokens[Grant]):
    """All consents and tokens of the world; thread-safe."""

    _codes: dict[str, _Code] = field(default_factory=dict)

    def code(self, grant: Grant, redirect_uri: str, challenge: str) -> str:
        """A code for a consent, good once and for ten minutes."""
        with self._lock:
            code = "4/" + secrets.token_urlsafe(32)
            self._codes[code] = _Code(grant, redirect_uri, challenge, time.time())
            return code

    def token(self, request: Request) -> Answer:
        """The token endpoint."""
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if form.get("client_id") != CLIENT_ID or form.get("client_secret") != CLIENT_SECRET:
            return _error(401, "invalid_client", "The OAuth client was not found.")
        with self._lock:
            if form.get("grant_type") == "authorization_code":
                return self._exchange(form)
            if form.get("grant_type") == "refresh_token":
                grant = self.grants.get(form.get("refresh_token", ""))
                if grant is None or grant.revoked:
                    return _error(400, "invalid_grant", "Token has been expired or revoked.")
                self.renewals += 1
                return self._tokens(grant, with_refresh=False)
        return _error(400, "unsupported_grant_type", "Invalid grant_type")

    def revoke(self, request: Request) -> Answer:
        """The revocation endpoint: a token of either kind ends the whole consent."""
        token = parse_qs(request.body.decode()).get("token", [request.first("token")])[0]
        with self._lock:
            grant = self.grants.get(token) or self.access.get(token, (None, 0))[0]
            if grant is None or grant.revoked:
                return _error(400, "invalid_token", "Token expired or revoked")
            grant.revoked = True
        return json_answer({})

    def userinfo(self, grant: Grant) -> Answer:
        """Who consented."""
        if "openid" not in grant.scopes:
            return refusal(403, "insufficientPermissions", "Insufficient Permission", word="PERMISSION_DENIED")
        return json_answer({"sub": grant.subject, "email": grant.address, "email_verified": True})

    def _exchange(self, form: dict[str, str]) -> Answer:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.at < time.time() - _CODE_SECONDS:
            return _error(400, "invalid_grant", "Malformed auth code.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
            return _error(400, "invalid_grant", "Invalid code verifier.")
        if form.get("redirect_uri") != code.redirect_uri:
            return _error(400, "redirect_uri_mismatch", "Bad Request")
        self.grants[code.grant.refresh_token] = code.grant
        return self._tokens(code.grant, with_refresh=True)

    def _tokens(self, grant: Grant, *, with_refresh: bool) -> Answer:
        access = "ya29." + secrets.token_urlsafe(40)
        self.access[access] = (grant, time.time() + self.lifetime)
        found = {
            "access_token": access, "expires_in": self.lifetime, "scope": " ".join(grant.scopes),
            "token_type": "Bearer", "id_token": _id_token(grant),
        }  # fmt: skip
        return json_answer({**found, "refresh_token": grant.refresh_token} if with_refresh else found)


def loopback(redirect_uri: str) -> bool:
    """Whether a desktop app may be answered there (RFC 8252 §7.3)."""
    parts = urlsplit(redirect_uri)
    return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")


def _id_token(grant: Grant) -> str:
    now = int(time.time())
    claims = {
        "iss": "https://accounts.google.com", "aud": CLIENT_ID, "sub": grant.subject, "email": grant.address,
        "email_verified": True, "iat": now, "exp": now + 3600,
    }  # fmt: skip
    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*coded, "c2FuZGJveA"])


def _error(status: int, error: str, description: str) -> Answer:
    return json_answer({"error": error, "error_description": description}, status)

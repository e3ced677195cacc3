"""Google's part of the settings: where each of its servers is, how much it lets us ask, how often we look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

Units = Annotated[int, Field(ge=100, le=1_000_000_000)]
Every = Annotated[float, Field(gt=0, le=30 * 86_400, allow_inf_nan=False)]
#: Hosts that plain http may go to: this machine (RFC 8252 §7.3).
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class GoogleSettings(BaseSettings):
    """Settings named `google_…`. Every request goes to one of these addresses and to no other."""

    google_authorization_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    google_token_url: str = "https://oauth2.googleapis.com/token"
    google_revoke_url: str = "https://oauth2.googleapis.com/revoke"
    google_userinfo_url: str = "https://openidconnect.googleapis.com/v1/userinfo"
    google_gmail_root: str = "https://gmail.googleapis.com/"
    google_calendar_root: str = "https://www.googleapis.com/"
    google_people_root: str = "https://people.googleapis.com/"
    #: What one request costs: "2026" for projects made since May 2026, "legacy" for older ones (Gmail's quota page).
    google_costs: Literal["2026", "legacy"] = "2026"
    #: Gmail's quota units a minute: for one user, and for all users of the client project.
    google_units_per_minute: Units = 6_000
    google_project_units_per_minute: Units = 1_200_000
    #: Requests a minute for one user.
    google_calendar_requests_per_minute: Units = 600
    google_people_requests_per_minute: Annotated[int, Field(ge=10, le=1_000_000)] = 60
    #: Parts of one batch: Gmail counts each as a request in flight (and takes 100 at most).
    google_batch: Annotated[int, Field(ge=1, le=100)] = 5
    #: How often something new is looked for while things change; mail that is quiet is asked for up to ten times
    #: less often.
    mail_poll_seconds: Every = 60.0
    calendar_poll_seconds: Every = 300.0
    contacts_poll_seconds: Every = 900.0

    @field_validator(
        "google_authorization_url", "google_token_url", "google_revoke_url", "google_userinfo_url"
    )  # fmt: skip
    @classmethod
    def _google_url(cls, url: str) -> str:
        return secure(url)

    @field_validator("google_gmail_root", "google_calendar_root", "google_people_root")
    @classmethod
    def _google_root(cls, url: str) -> str:
        return secure(url).rstrip("/") + "/"

    def google_origins(self) -> Iterator[str]:
        """Scheme, host and port of everything above: where tokens may go."""
        for url in (
            self.google_token_url, self.google_revoke_url, self.google_userinfo_url,
            self.google_gmail_root, self.google_calendar_root, self.google_people_root,
        ):  # fmt: skip
            yield origin(url)


def secure(url: str) -> str:
    """`url` if it is https, or http to this machine. Raises ValueError for anything else."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ValueError("is not an address that can be read") from error
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must look like https://HOST/PATH")
    if parts.scheme != "https" and not local:
        raise ValueError("must be https; plain http is for this machine alone (127.0.0.1)")
    return url


def origin(url: str) -> str:
    """Scheme, host and port (RFC 6454 §4), the port always written out."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"

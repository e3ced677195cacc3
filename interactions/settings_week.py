"""The week's part of the settings: whether, where and how a letter of the week is delivered."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

from interactions.settings_google import LOOPBACK

#: What the end of the file's name means.
ENDINGS = {".txt": "text", ".html": "html", ".htm": "html", ".xml": "rss", ".rss": "rss"}
#: Ports for handing in mail: behind STARTTLS (RFC 6409), and with TLS from the first byte (RFC 8314).
_PORTS = {"smtp": 587, "smtps": 465}
_EXAMPLE = "smtps://USER:PASSWORD@HOST"
#: As much of an address as may stand in an envelope without quoting.
_ADDRESS = re.compile(r"[!#$%&'*+/=?^_`{|}~.\w-]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)


class MailServer(Struct, frozen=True):
    """Where mail is handed in."""

    host: str
    port: int
    #: "" where no login is asked for.
    user: str
    password: str
    #: TLS from the first byte; else STARTTLS, but to this machine.
    tls: bool

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine."""
        return self.host in LOOPBACK


class WeekSettings(BaseSettings):
    """Settings named `week_…`. With none of them nothing is delivered."""

    #: Its ending says what is written: .html, .xml or .rss, .txt.
    week_file: Path | None = None
    #: The owner's own mail server; "" sends nothing.
    week_smtp_url: str = Field("", repr=False)
    week_smtp_url_file: Path | None = None
    week_to: str = ""
    #: "" is `week_to`.
    week_from: str = ""

    @field_validator("week_file")
    @classmethod
    def _week_file(cls, path: Path | None) -> Path | None:
        if path is not None and path.suffix.lower() not in ENDINGS:
            raise ValueError(f"must end in one of {', '.join(ENDINGS)}")
        return path

    @field_validator("week_smtp_url")
    @classmethod
    def _week_smtp_url(cls, url: str) -> str:
        if url:
            mail_server(url)
        return url

    @field_validator("week_to", "week_from")
    @classmethod
    def _week_address(cls, address: str) -> str:
        if address and not _ADDRESS.fullmatch(address):
            raise ValueError("must be one plain mail address, like you@example.org")
        return address

    @model_validator(mode="after")
    def _week_has_a_reader(self) -> WeekSettings:
        if self.week_smtp_url and not self.week_to:
            raise ValueError("week_smtp_url is given, and week_to is not: say where your week is sent")
        if self.week_to and not self.week_smtp_url:
            raise ValueError("week_to is given, and week_smtp_url is not: say by which server your week is sent")
        return self


def mail_server(url: str) -> MailServer:
    """What a mail server's address says. Raises ValueError, which never repeats it: it may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("is not an address that can be read") from error
    rest = (parts.path.strip("/"), parts.query, parts.fragment)
    if parts.scheme not in _PORTS or not parts.hostname or any(rest) or re.search(r"[\s\x00-\x1f\x7f]", unquote(url)):
        raise ValueError(f"must look like {_EXAMPLE}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError(f"must have both a user and a password, or neither: {_EXAMPLE}")
    return MailServer(parts.hostname, port or _PORTS[parts.scheme], user, password, parts.scheme == "smtps")

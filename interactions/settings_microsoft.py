"""Microsoft's part of the settings: where its servers are, and how much of its limits we use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from interactions.settings_google import Units, origin, secure


class MicrosoftSettings(BaseSettings):
    """Settings named `microsoft_…`. Every request goes to one of these addresses and to no other."""

    #: The tenant follows it. Sovereign clouds have others (learn.microsoft.com/graph/deployments).
    microsoft_authority_root: str = "https://login.microsoftonline.com/"
    microsoft_graph_root: str = "https://graph.microsoft.com/v1.0/"
    #: Requests in flight for one mailbox (Outlook's own limit), and requests a minute (it allows 10,000 in ten).
    microsoft_concurrent: Annotated[int, Field(ge=1, le=64)] = 4
    microsoft_requests_per_minute: Units = 1_000
    #: Of series and of meetings: whole years back from this one. Those ahead are this one and the next.
    microsoft_calendar_years: Annotated[int, Field(ge=0, le=30)] = 5

    @field_validator("microsoft_authority_root", "microsoft_graph_root")
    @classmethod
    def _microsoft_root(cls, url: str) -> str:
        return secure(url).rstrip("/") + "/"

    def microsoft_origins(self) -> Iterator[str]:
        """Scheme, host and port of both: where tokens may go."""
        yield origin(self.microsoft_authority_root)
        yield origin(self.microsoft_graph_root)

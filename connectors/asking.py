"""One consent under way: where the owner is sent, and what proves that the answer is to this question (RFC 6749)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Asking(Struct, frozen=True):
    """A question in the owner's browser."""

    url: str
    state: str
    #: What proves to the provider that whoever brings the code also asked: PKCE's verifier (RFC 7636), or what
    #: holds it. Never shown.
    verifier: str
    redirect_uri: str
    #: "Google", for sentences.
    provider: str
    #: One sentence for an `error` and its `error_description` (RFC 6749 §4.1.2.1).
    refused: Callable[[str, str], str]

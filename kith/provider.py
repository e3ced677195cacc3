"""What `kith connect` needs of a provider: how it is asked, what a consent gives, what the account holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from connectors.asking import Asking


class Given(Struct, frozen=True):
    """One consent."""

    #: The provider's immutable id of the account.
    subject: str
    #: The account's address.
    label: str
    #: Granted, separated by spaces.
    scopes: str
    #: Sealed when it is stored.
    secret: bytes


class Place(Struct, frozen=True):
    """One calendar."""

    id: str
    name: str
    #: It is the account's own.
    owned: bool


class Found(Struct):
    """What each stream said when it was asked once."""

    calendars: Sequence[Place] = ()
    #: Names of the owner's labels or mail folders.
    labels: Sequence[str] = ()
    #: Addresses that are the owner's own.
    own: Sequence[str] = ()
    #: stream → what is wrong, in a sentence
    problems: dict[str, str] = field(default_factory=dict)


class Provider(Protocol):
    """One provider, with the owner's client there."""

    #: As it is stored: "google".
    name: str
    #: For sentences: "Google".
    called: str
    #: What each stream holds, for sentences; its keys are all streams.
    words: Mapping[str, str]
    #: What is asked for, before the browser opens.
    promises: Sequence[str]
    #: What the owner presses to agree.
    button: str
    #: What labels are called there: "labels", "folders".
    label_word: str

    def redirect_uri(self, port: int) -> str:
        """Where the browser is sent back to."""

    def asking(self, redirect_uri: str, hint: str) -> Asking:
        """A new question."""

    def answered(self, asked: Asking, code: str) -> Given:
        """The consent that a code stands for."""

    def by_device(self, tell: Callable[[str, str], object]) -> Given:
        """The consent given on another device; `tell` gets the address and the code to type there."""

    def tried(self, given: Given) -> Found:
        """Ask every stream that the consent allows, once."""

    def off(self, scopes: str) -> dict[str, str]:
        """Streams that the granted scopes do not allow, with the sentence that says why."""

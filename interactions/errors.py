"""Every error we raise, grouped by what the caller does next.

KithError                    a person reads the message: what failed, on what, what to do
├── UsageProblem             the command's words or a setting are off (exit 2)
├── StoreProblem             the database cannot be used
│   ├── NewerDatabase        written by a newer Kith: upgrade Kith
│   ├── BrokenDatabase       not a database, or damaged: restore a backup
│   └── WrongKey             the secret key is not the one this database was made with
├── AlreadyRunning           another Kith holds this data folder
├── SourceProblem            a stream cannot be read now; workers.pull has the table of reactions
│   ├── RateLimited          come back at `retry_at`
│   ├── SourceDown           come back later
│   ├── SourceUnreadable     the source itself is damaged or not there: say so, do not loop
│   ├── ConsentGone          the owner must connect again
│   ├── ScopeMissing         one permission was not given: this stream is off
│   ├── ApiDisabled          the provider's API is switched off in its console
│   ├── ContainerGone        one calendar or folder is no longer there or no longer shared: what it held goes
│   └── CursorExpired        list again from the start, keep what we have
├── LeaseLost                another worker has the stream: stop quietly, commit nothing
└── SuddenlyEmpty            a full listing would remove most of a container: the owner confirms
"""

from __future__ import annotations

from datetime import datetime


class KithError(Exception):
    """Something a person can act on; `str()` is one or two sentences without personal data of third parties."""

    #: What a command exits with when this reaches it.
    exit_code = 1


class UsageProblem(KithError):
    """The command's words or a setting are off."""

    exit_code = 2


class StoreProblem(KithError):
    """The database cannot be used."""


class NewerDatabase(StoreProblem):
    """The database was written by a newer Kith."""


class BrokenDatabase(StoreProblem):
    """The file is not a database, or it is damaged."""


class WrongKey(StoreProblem):
    """The secret key is not the one this database was made with."""


class AlreadyRunning(KithError):
    """Another Kith holds this data folder."""


class SourceProblem(KithError):
    """A stream cannot be read now."""


class RateLimited(SourceProblem):
    """The source asks us to slow down until `retry_at` (aware)."""

    def __init__(self, message: str, retry_at: datetime) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class SourceDown(SourceProblem):
    """The source does not answer, or answers with an error of its own."""


class SourceUnreadable(SourceProblem):
    """The source is damaged, refused or not there; trying again without a change is no use."""


class ConsentGone(SourceProblem):
    """The owner's consent was withdrawn or has expired."""


class ScopeMissing(SourceProblem):
    """One permission this stream needs was not given."""


class ApiDisabled(SourceProblem):
    """The provider's API is not enabled for the project."""


class ContainerGone(SourceProblem):
    """One container of a stream is no longer there, or no longer shared with the owner."""


class CursorExpired(SourceProblem):
    """The source no longer knows our cursor."""


class LeaseLost(KithError):
    """Another worker has taken the stream over; nothing of ours may be committed."""


class SuddenlyEmpty(KithError):
    """A complete listing would remove most of what a container held."""

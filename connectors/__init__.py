"""Where items come from: one connector for each stream, by the stream's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from connectors.protocol import Connector
from interactions.errors import UsageProblem


def _mbox(path: Path, page_items: int) -> Connector:
    from connectors.files.mbox import MboxFiles

    return MboxFiles(path, page_items)


def _maildir(path: Path, page_items: int) -> Connector:
    from connectors.files.maildir import Maildirs

    return Maildirs(path, page_items)


def _ics(path: Path, page_items: int) -> Connector:
    from connectors.files.ics import CalendarFiles

    return CalendarFiles(path, page_items)


def _vcf(path: Path, page_items: int) -> Connector:
    from connectors.files.vcf import ContactFiles

    return ContactFiles(path, page_items)


#: Stream name to what makes its connector; the parsers are imported when one is made.
CONNECTORS: dict[str, Callable[[Path, int], Connector]] = {
    "file.mbox": _mbox,
    "file.maildir": _maildir,
    "file.ics": _ics,
    "file.vcf": _vcf,
}


def open_stream(stream: str, path: Path, page_items: int = 500) -> Connector:
    """The connector of one stream of the archive at `path`, whose pages hold at most `page_items`.

    Raises UsageProblem for a stream there is none for.
    """
    make = CONNECTORS.get(stream)
    if make is None:
        raise UsageProblem(f"There is no connector for {stream}. Known are {', '.join(CONNECTORS)}.")
    return make(path, page_items)

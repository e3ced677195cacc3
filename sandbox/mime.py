"""Bodies as they travel: a Content-Type (RFC 2045, 2046) and the text under it."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from sandbox.model import CANARY


class Body(NamedTuple):
    """`content_type` is the header's value, `payload` all below the empty line, lines ended by LF."""

    content_type: str
    payload: str


def signed(text: str) -> str:
    """`text` with the marker that no reader may keep."""
    return f"{text}\n\n{CANARY}\n"


def plain(text: str) -> Body:
    """One text part."""
    return Body('text/plain; charset="UTF-8"; format=flowed', signed(text))


def html(text: str) -> Body:
    """Nothing but HTML, as most machines send."""
    return Body('text/html; charset="UTF-8"', f"<html><body>{_paragraphs(text)}<p>{CANARY}</p></body></html>\n")


def alternative(text: str, boundary: str) -> Body:
    """Plain text and the same as HTML (RFC 2046 §5.1.4)."""
    parts = (plain(text), html(text))
    return _multipart("alternative", parts, boundary)


def with_attachment(text: str, boundary: str, name: str) -> Body:
    """A text and a small file."""
    file = Body(f'application/pdf; name="{name}"', f"JVBERi0xLjQK{CANARY}JSVFT0YK\n")
    return _multipart("mixed", (plain(text), file), boundary)


def calendar_root(ics: str, method: str) -> Body:
    """The calendar object itself as the body (RFC 6047 §2.4)."""
    return Body(f'text/calendar; charset="UTF-8"; method={method}', ics)


def calendar_nested(text: str, ics: str, method: str, boundary: str) -> Body:
    """The calendar object beside a text, as Google sends it: nothing of it shows in the root header."""
    return _multipart("mixed", (plain(text), calendar_root(ics, method)), boundary)


def report(text: str, failed: str, boundary: str) -> Body:
    """A delivery status notification (RFC 3464) for one recipient."""
    status = (
        "Reporting-MTA: dns; googlemail.com\n\n"
        f"Final-Recipient: rfc822; {failed}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n"
    )
    body = _multipart("report", (plain(text), Body("message/delivery-status", status)), boundary)
    return Body(f"{body.content_type}; report-type=delivery-status", body.payload)


def _multipart(kind: str, parts: tuple[Body, ...], boundary: str) -> Body:
    lines = [f"--{boundary}\nContent-Type: {part.content_type}\n\n{part.payload}" for part in parts]
    return Body(f'multipart/{kind}; boundary="{boundary}"', "\n".join(lines) + f"\n--{boundary}--\n")


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(block)}</p>" for block in text.split("\n\n"))

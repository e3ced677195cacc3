"""A letter handed to the owner's own mail server."""

from __future__ import annotations

import contextlib
import hashlib
import smtplib
import ssl
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from interactions.errors import KithError
from interactions.letters.forms import as_html, as_text
from interactions.letters.letter import Letter
from interactions.settings import Settings
from interactions.settings_week import MailServer, mail_server

#: Seconds the server may take for each answer.
_PATIENCE = 20.0
#: What this machine is called to the server: its own name is nobody's business.
_CALLED = "[127.0.0.1]"


class Undelivered(KithError):
    """A letter could not be delivered; says why in a few words, without names, addresses or answers of servers."""


def send(settings: Settings, letter: Letter) -> None:
    """Send `letter` to the owner. Raises Undelivered."""
    server, said = mail_server(settings.week_smtp_url), message(settings, letter)
    sender = settings.week_from or settings.week_to
    try:
        smtp = _connected(server, settings)
        try:
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(said, sender, [settings.week_to])
            # It is theirs now, however they say goodbye.
            with contextlib.suppress(OSError):
                smtp.quit()
        finally:
            smtp.close()
    except (OSError, ValueError) as error:
        # What smtplib raises is an OSError, too.
        raise Undelivered(_reason(error)) from error


def message(settings: Settings, letter: Letter) -> EmailMessage:
    """The letter as a mail, as text and as a page; the same Message-ID whenever it is sent."""
    sender = settings.week_from or settings.week_to
    said = EmailMessage(policy=policy.SMTP)
    said["From"] = Address("Kith", addr_spec=sender)
    said["To"] = Address(addr_spec=settings.week_to)
    said["Subject"] = letter.title
    said["Date"] = format_datetime(datetime.now(UTC))
    told = hashlib.sha256(settings.week_to.encode()).hexdigest()[:16]
    said["Message-ID"] = f"<{letter.key}.{told}@{sender.rpartition('@')[2]}>"
    # Nobody's answering machine is to answer (RFC 3834), and Kith itself sees a program in it, no person.
    said["Auto-Submitted"] = "auto-generated"
    said.set_content(as_text(letter))
    said.add_alternative(as_html(letter), subtype="html")
    return said


def _connected(server: MailServer, settings: Settings) -> smtplib.SMTP:
    """A connection that nobody can read along, but to this machine."""
    trust = ssl.create_default_context(cafile=None if settings.ca_file is None else str(settings.ca_file))
    if server.tls:
        return smtplib.SMTP_SSL(server.host, server.port, _CALLED, timeout=_PATIENCE, context=trust)
    smtp = smtplib.SMTP(server.host, server.port, _CALLED, timeout=_PATIENCE)
    if not server.is_here:
        try:
            smtp.starttls(context=trust)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _reason(error: Exception) -> str:
    for kind, said in (
        (ssl.SSLCertVerificationError, "the certificate of the mail server is not trusted here"),
        (smtplib.SMTPAuthenticationError, "the mail server refused the login"),
        (smtplib.SMTPRecipientsRefused, "the mail server refused the address KITH_WEEK_TO"),
        (smtplib.SMTPSenderRefused, "the mail server refused the address KITH_WEEK_FROM"),
        (smtplib.SMTPNotSupportedError, "the mail server offers no encryption, or no login that can be used"),
        (smtplib.SMTPResponseException, "the mail server refused it"),
        (OSError, "the mail server cannot be reached, or does not answer"),
    ):
        if isinstance(error, kind):
            return said
    return "the mail server answered what cannot be understood"

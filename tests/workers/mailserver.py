"""A mail server on this machine (RFC 5321, 3207, 4954): takes what it is given, or refuses it where it is told to."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import ssl
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class MailServer:
    """Listens until it is closed. `mails` are those it took, `said` the lines it heard."""

    def __init__(
        self, host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None, at_once: bool = False,
        login: tuple[str, str] | None = None, refuse: Mapping[str, str] | None = None, silent: bool = False,
    ) -> None:  # fmt: skip
        """`at_once`: TLS from the first byte; `refuse`: a verb → what it is answered; `silent`: not even a greeting."""
        self.host, self._tls, self._at_once, self._login = host, tls, at_once, login
        self.refuse, self._silent = dict(refuse or {}), silent
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str], bool]] = []
        self.said: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        started = asyncio.start_server(self._serve, host, 0, ssl=tls if at_once else None)
        self._server = asyncio.run_coroutine_threadsafe(started, self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Listen no more."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._silent:
                await asyncio.sleep(60)
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender, to, secure = "", list[str](), self._at_once
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            verb, blank, rest = line.partition(" ")
            verb = verb.upper()
            line = verb + blank + rest
            self.said.append(line)
            if verb in self.refuse:
                writer.write(f"{self.refuse[verb]}\r\n".encode())
            elif verb == "EHLO":
                writer.write(self._able(secure).encode())
            elif verb == "STARTTLS":
                writer.write(b"220 go\r\n")
                await writer.start_tls(self._tls)  # type: ignore[arg-type]
                secure = True
            elif verb == "AUTH":
                writer.write(b"235 ok\r\n" if self._knows(line) else b"535 no\r\n")
            elif verb == "DATA":
                writer.write(b"354 go\r\n")
                body = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
                self.mails.append(message_from_bytes(body, _class=EmailMessage, policy=policy.default))
                self.envelopes.append((sender, to, secure))
                writer.write(b"250 taken\r\n")
            else:
                sender = line if verb == "MAIL" else sender
                to = [*to, line] if verb == "RCPT" else to
                writer.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            await writer.drain()

    def _able(self, secure: bool) -> str:
        able = ["STARTTLS"] * (self._tls is not None and not secure) + ["AUTH PLAIN"] * (self._login is not None)
        lines = ["here", *able]
        return "".join(f"250{'-' if number < len(lines) else ' '}{one}\r\n" for number, one in enumerate(lines, 1))

    def _knows(self, line: str) -> bool:
        assert self._login is not None
        return base64.b64decode(line.split()[-1]).decode() == "\0{}\0{}".format(*self._login)


def certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for one address, and the file of the authority that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "authority.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context, pem

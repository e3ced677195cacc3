"""The master key: where it comes from, how it is recognised, and sealing values with it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from interactions.errors import BrokenDatabase, KithError, UsageProblem, WrongKey
from interactions.machine import refused

if TYPE_CHECKING:
    from interactions.settings import Settings

KEY_BYTES = 32
_ID_BYTES = 8
_NONCE_BYTES = 12  # NIST SP 800-38D §8.2: 96 bits
_ENVELOPE = b"\x01"
_HEAD = len(_ENVELOPE) + _ID_BYTES + _NONCE_BYTES


@dataclass(frozen=True)
class Key:
    """The master key's 32 bytes, never shown, and the id that tells it from others without giving it away."""

    bytes: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """16 hex digits to be kept beside what the key has sealed: a one-way fingerprint (HMAC-SHA256, cut)."""
        return hmac.new(self.bytes, b"kith key id", hashlib.sha256).digest()[:_ID_BYTES].hex()


def load_key(settings: Settings, expected_id: str = "") -> Key:
    """The master key of `settings`, else of the file `secret.key` in the data folder, which the first run makes.

    `expected_id` is what the database remembers: with it no key is ever made, and another key is refused.
    Raises WrongKey when the key is missing or another, UsageProblem when it cannot be used as it stands.
    """
    path = settings.data_dir / "secret.key"
    if settings.secret_key:
        where = str(settings.secret_key_file or "KITH_SECRET_KEY")
        key = decode_key(settings.secret_key, where)
    else:
        where = str(path)
        key = _key_in_file(path, may_make=not expected_id)
    if expected_id and not hmac.compare_digest(key.id, expected_id):
        raise WrongKey(f"The key in {where} is not the one this database was made with. Put the right one back.")
    return key


def decode_key(text: str, where: str) -> Key:
    """The key that `text` (base64, RFC 4648 §4 or §5) spells; `where` it stood is for the message."""
    standard = text.strip().replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(standard, validate=True)
    except (binascii.Error, ValueError):
        raise UsageProblem(f"The key in {where} is not base64; it must be base64 of {KEY_BYTES} bytes.") from None
    if len(raw) != KEY_BYTES:
        size = "empty" if not raw else f"{len(raw)} bytes long"
        raise UsageProblem(f"The key in {where} is {size}; it must be base64 of exactly {KEY_BYTES} bytes.")
    return Key(raw)


def encode_key(key: Key) -> str:
    """The key as it is written to files: base64, without a line end."""
    return base64.b64encode(key.bytes).decode()


def seal(key: Key, plain: bytes, bound: str) -> bytes:
    """`plain` under AES-256-GCM: version, key id, nonce, ciphertext with tag (NIST SP 800-38D, RFC 5116 §5.2).

    `bound` names the place the value belongs to (table, row, column); it opens nowhere else.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head = _ENVELOPE + bytes.fromhex(key.id)
    nonce = os.urandom(_NONCE_BYTES)
    return head + nonce + AESGCM(key.bytes).encrypt(nonce, plain, head + bound.encode())


def open_sealed(key: Key, sealed: bytes, bound: str) -> bytes:
    """What `seal` was given. Raises WrongKey for another key, BrokenDatabase for a changed or moved value."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if sealed_with(sealed) != key.id:
        raise WrongKey("A stored value was sealed with another key. Put the right key back.")
    head, nonce = sealed[: len(_ENVELOPE) + _ID_BYTES], sealed[len(_ENVELOPE) + _ID_BYTES : _HEAD]
    try:
        return AESGCM(key.bytes).decrypt(nonce, sealed[_HEAD:], head + bound.encode())
    except InvalidTag:
        raise BrokenDatabase("A sealed value was changed or moved to another row. Restore a backup.") from None


def sealed_with(sealed: bytes) -> str:
    """The id of the key a value was sealed with, without opening it. Raises BrokenDatabase for no sealed value."""
    if len(sealed) < _HEAD or not sealed.startswith(_ENVELOPE):
        raise BrokenDatabase("A stored secret is not in a form this Kith knows. Restore a backup or upgrade.")
    return sealed[len(_ENVELOPE) : len(_ENVELOPE) + _ID_BYTES].hex()


def _key_in_file(path: Path, *, may_make: bool) -> Key:
    from interactions.settings import open_to_others

    try:
        if not path.exists():
            if not may_make:
                raise WrongKey(f"The key file {path} is gone. Put it back from where you keep it; nothing was changed.")
            _make_key_file(path)
        if open_to_others(path):
            raise UsageProblem(f"Everybody may read the key file {path}. Run  chmod 600 '{path}'  and try again.")
        text = path.read_bytes()[:1024].decode("ascii", "replace")
    except OSError as error:
        raise KithError(f"The key file {refused(path, error)}") from error
    return decode_key(text, str(path))


def _make_key_file(path: Path) -> None:
    """Write a new key under its final name in one step: of two first runs at once both end with the same key."""
    key = Key(os.urandom(KEY_BYTES))
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # 0600 by itself
    try:
        with os.fdopen(handle, "w") as file:
            file.write(encode_key(key) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        os.unlink(temporary)

"""The UID of a meeting behind the iCalUId that Exchange makes of it (MS-OXOCAL §2.2.1.27, MS-OXCICAL §2.1.3.1.1.20.26).

Exchange puts the date of an occurrence into its id, and wraps a UID that comes from elsewhere. Unwrapped, a meeting has
the same UID here as in every other calendar.
"""

from __future__ import annotations

import binascii
import struct

_MAGIC = bytes.fromhex("040000008200E00074C5B7101A82E008")
#: Magic, four bytes of date, eight of creation, eight of nothing, four of size.
_DATE, _SIZE_AT, _DATA_AT = 16, 36, 40
_FOREIGN = b"vCal-Uid\x01\x00\x00\x00"
_LONGEST = 4_000


def uid_of(ical_uid: str) -> str:
    """The UID of the whole series as it travels (RFC 5545 §3.8.4.7); `ical_uid` itself where it wraps none."""
    text = ical_uid.strip()
    if not (len(_MAGIC) * 2 <= len(text) <= _LONGEST) or text[:32].upper() != _MAGIC.hex().upper():
        return text
    try:
        packed = binascii.unhexlify(text)
    except (binascii.Error, ValueError):
        return text
    if len(packed) < _DATA_AT:
        return text
    (size,) = struct.unpack_from("<I", packed, _SIZE_AT)
    data = packed[_DATA_AT : _DATA_AT + size]
    if data.startswith(_FOREIGN):
        uid = data[len(_FOREIGN) :].split(b"\x00", 1)[0]
        return uid.decode("utf-8", "replace") or text
    return (packed[:_DATE] + bytes(4) + packed[_DATE + 4 :]).hex().upper()

"""iCalUId as Exchange makes it: an encoded global object id, with the date of the occurrence in it.

MS-OXOCAL §2.2.1.27; a UID from elsewhere is wrapped (MS-OXCICAL §2.1.3.1.1.20.26).
"""

from __future__ import annotations

import hashlib
import struct
from datetime import datetime

_MAGIC = bytes.fromhex("040000008200E00074C5B7101A82E008")


def global_id(uid: str, occurrence: datetime | None = None) -> str:
    """Hexadecimal, in capitals."""
    date = bytes(4)
    if occurrence is not None:
        date = struct.pack(">HBB", occurrence.year, occurrence.month, occurrence.day)
    if uid.endswith("@x"):
        data, created = hashlib.sha256(uid.encode()).digest()[:16], bytes.fromhex("40C6A1F2B3D9DA01")
    else:
        data, created = b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\x00", bytes(8)
    return (_MAGIC + date + created + bytes(8) + struct.pack("<I", len(data)) + data).hex().upper()

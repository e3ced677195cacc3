"""Markers that stand wherever Kith must not look: whoever stores one stored what is private."""

from __future__ import annotations

from sandbox.model import CANARY

BODY = f"{CANARY}Body"
SNIPPET = f"{CANARY}Snip"
ATTACHMENT = f"{CANARY}Attached"
DESCRIPTION = f"{CANARY}Text"
CONFERENCE = f"{CANARY}Call"
EVENT_ATTACHMENT = f"{CANARY}File"
PROPERTY = f"{CANARY}Prop"
COMMENT = f"{CANARY}Said"
NOTE = f"{CANARY}Note"
PHOTO = f"{CANARY}Face"
BIRTHDAY = f"{CANARY}Born"

#: All of them begin with CANARY; the length of each is a multiple of four, so that it is base64 as it stands.
CANARIES = (
    BODY, SNIPPET, ATTACHMENT, DESCRIPTION, CONFERENCE, EVENT_ATTACHMENT, PROPERTY, COMMENT, NOTE, PHOTO, BIRTHDAY,
)  # fmt: skip

"""Markers that stand wherever Kith must not look: whoever stores one stored what is private."""

from __future__ import annotations

from sandbox.model import CANARY

BODY = f"{CANARY}Body"
SNIPPET = f"{CANARY}Snippet"
ATTACHMENT = f"{CANARY}Attachment"
DESCRIPTION = f"{CANARY}Description"
CONFERENCE = f"{CANARY}Conference"
EVENT_ATTACHMENT = f"{CANARY}EventFile"
PROPERTY = f"{CANARY}Property"
COMMENT = f"{CANARY}Comment"
NOTE = f"{CANARY}Note"
PHOTO = f"{CANARY}Photo"
BIRTHDAY = f"{CANARY}Birthday"

#: All of them begin with CANARY.
CANARIES = (
    BODY, SNIPPET, ATTACHMENT, DESCRIPTION, CONFERENCE, EVENT_ATTACHMENT, PROPERTY, COMMENT, NOTE, PHOTO, BIRTHDAY,
)  # fmt: skip

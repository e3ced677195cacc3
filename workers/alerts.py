"""One alert when something has been wrong for long, sent where the owner chose; again only on change."""

from __future__ import annotations

import json
import logging
import shlex
import shutil
import subprocess
import urllib.error
import urllib.request

from interactions.settings import Settings
from interactions.store import alerts
from interactions.store.alerts import Alert
from interactions.store.database import Database
from workers import letters

log = logging.getLogger(__name__)

#: Free bytes below which the disk counts as full: a page and its journal must still fit.
DISK_MIN = 100 * 1024 * 1024
#: Seconds a command or an address may take.
_PATIENCE = 20


def check(settings: Settings, db: Database) -> None:
    """Find what is wrong, tell what is new. An alert that could not be told is tried again at the next check."""
    wrong = alerts.failing(db, settings.alert_after_seconds) + _disk(settings) + letters.wrong(settings, db)
    for one in alerts.replace(db, wrong):
        if not (settings.alert_command or settings.alert_url) or tell(settings, one):
            alerts.told(db, one)


def tell(settings: Settings, one: Alert) -> bool:
    """Run the command and post to the address; whether all that is configured worked."""
    said = {"kind": one.kind, "subject": one.subject, "message": one.sentence}
    done = True
    if settings.alert_command:
        done &= _run(settings.alert_command, said)
    if settings.alert_url:
        done &= _post(settings.alert_url, said)
    return done


def _disk(settings: Settings) -> list[Alert]:
    try:
        free = shutil.disk_usage(settings.data_dir).free
    except OSError:
        return []
    if free >= DISK_MIN:
        return []
    return [Alert("disk", "disk", "The disk that holds Kith's data is nearly full. Make room; nothing stored is lost.")]


def _run(command: str, said: dict[str, str]) -> bool:
    try:
        subprocess.run(
            shlex.split(command), input=said["message"] + "\n", text=True, timeout=_PATIENCE, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        log.error("KITH_ALERT_COMMAND failed: %s. The alert is tried again.", type(error).__name__)
        return False
    return True


def _post(url: str, said: dict[str, str]) -> bool:
    request = urllib.request.Request(
        url, data=json.dumps(said).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE):
            return True
    except (OSError, ValueError, urllib.error.URLError) as error:
        log.error("KITH_ALERT_URL failed: %s. The alert is tried again.", type(error).__name__)
        return False

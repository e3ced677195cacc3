"""`python -m bench.correspondents [FOLDER]`: stored mail per correspondent against a count made by other means.

FOLDER is the corpus (default: KITH_CORPUS). Each owner's mailboxes are imported by the real command into a database
of their own; what is stored, before any verdict, is counted per correspondent and compared. Ends with one line of
JSON: {"owners": {name: ratio …}, "worst": largest ratio}; a ratio is the sum of differences over the sum of counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.ended import ended
from bench.user import environ
from interactions.address import canonical
from interactions.queries.stored import mails
from interactions.settings import load_settings
from interactions.store import accounts
from interactions.store.opening import open_database


def main() -> int:
    """Print a line for each owner and the JSON line; 1 when an owner is more than 2 % off."""
    corpus = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("KITH_CORPUS", ""))
    truth = json.loads((corpus / "enron" / "people.json").read_text())
    ratios: dict[str, float] = {}
    for name, owner in truth["owners"].items():
        with tempfile.TemporaryDirectory() as folder:
            ratios[name] = _measure(corpus / "enron" / f"{name}.tar.gz", name, owner, Path(folder))
    worst = max(ratios.values())
    print(json.dumps({"owners": {name: round(ratio, 4) for name, ratio in ratios.items()}, "worst": round(worst, 4)}))
    return 0 if worst <= 0.02 else 1


def _measure(archive: Path, name: str, owner: dict[str, Any], folder: Path) -> float:
    with tarfile.open(archive) as tar:
        tar.extractall(folder / "mail", filter="data")
    variables = environ(folder / "data")
    me = [part for address in owner["addresses"] for part in ("--me", address)]
    command = [sys.executable, "-m", "kith", "import", str(folder / "mail" / name), *me]
    subprocess.run(command, env=variables, check=True, stdout=subprocess.DEVNULL)
    sent, received = _counted(folder / "data", {canonical(address) for address in owner["addresses"]})
    people = {canonical(person["address"]): person for person in owner["people"]}
    difference = total = 0
    for address in people.keys() | sent.keys() | received.keys():
        person = people.get(address, {"sent": 0, "received": 0})
        difference += abs(person["sent"] - sent[address]) + abs(person["received"] - received[address])
        total += person["sent"] + person["received"]
    print(f"{name}: {difference} off of {total} ({difference / total:.2%})")
    return difference / total


def _counted(data: Path, own: set[str]) -> tuple[Counter[str], Counter[str]]:
    db = open_database(load_settings({"KITH_DATA_DIR": str(data)}))
    sent: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for mail in mails(db, accounts.owner(db)):
        sender = canonical(mail.sender.address) if mail.sender else ""
        if sender in own:
            sent.update({canonical(one.address) for one in (*mail.to, *mail.cc)} - own)
        elif sender:
            received[sender] += 1
    db.close()
    return sent, received


if __name__ == "__main__":
    sys.exit(ended(main))

"""Whole mailboxes, judged by the real command: `python -m bench.mailboxes [FOLDER]`.

FOLDER is the corpus (default: KITH_CORPUS). Each owner's mailboxes are imported into a database of their own. Then:

- every sender whom the owner answered (the corpus counts replies by subject) is looked up: one all of whose mails to
  the owner were judged a machine's is hidden, and there must be none;
- 200 mails that somebody drew and labelled who knew neither rules nor verdicts (bench/judgements.jsonl: owner,
  message_id, label, alt, and `keep`: an act between the owner and somebody) are compared with the verdicts; those that
  differ are listed by their ids: `disagree` counts mails that are in the log and should not be, or the other way round,
  `class_disagree` those judged of another of the six classes. Where `alt` allows both, neither is counted.

The last line is JSON: `answered`, `hidden`, `judgements`, `disagree`, `class_disagree`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.ended import ended
from bench.user import environ
from bench.verdicts import AS_LABEL
from interactions.address import canonical
from interactions.items import Email
from interactions.queries.stored import judged
from interactions.settings import load_settings
from interactions.store import accounts
from interactions.store.opening import open_database
from interactions.verdict import Verdict

#: Classes of which no person is the author.
_MACHINES = frozenset({"machine_bulk", "machine_transactional"})
_DRAWN = Path(__file__).with_name("judgements.jsonl")
Judged = list[tuple[Email, Verdict]]


def main() -> int:
    """Print what differs for each owner and the JSON line; 1 when a sender is hidden, 2 without a corpus."""
    corpus = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("KITH_CORPUS", "/nonexistent"))
    if not (corpus / "enron" / "people.json").is_file():
        print("usage: python -m bench.mailboxes [FOLDER]; without FOLDER set KITH_CORPUS", file=sys.stderr)
        return 2
    truth = json.loads((corpus / "enron" / "people.json").read_text())
    drawn = [json.loads(line) for line in _DRAWN.read_text().splitlines()] if _DRAWN.exists() else []
    told = Counter[str]()
    for name, owner in truth["owners"].items():
        with tempfile.TemporaryDirectory() as folder:
            mails = imported(corpus / "enron" / f"{name}.tar.gz", owner["addresses"], Path(folder))
        _answered(name, owner, mails, told)
        _compared(name, [one for one in drawn if one["owner"] == name], mails, told)
    print(json.dumps({key: told[key] for key in ("answered", "hidden", "judgements", "disagree", "class_disagree")}))
    return 1 if told["hidden"] else 0


def imported(archive: Path, addresses: Iterable[str], folder: Path) -> Judged:
    """Import one owner's mailboxes by the real command; every mail with its verdict."""
    with tarfile.open(archive) as tar:
        tar.extractall(folder / "mail", filter="data")
    variables = environ(folder / "data")
    me = [part for address in addresses for part in ("--me", address)]
    command = [sys.executable, "-m", "kith", "import", str(folder / "mail"), *me]
    subprocess.run(command, env=variables, check=True, stdout=subprocess.DEVNULL)
    db = open_database(load_settings({"KITH_DATA_DIR": str(folder / "data")}))
    try:
        return list(judged(db, accounts.owner(db)))
    finally:
        db.close()


def _answered(name: str, owner: dict[str, Any], mails: Judged, told: Counter[str]) -> None:
    by_sender: dict[str, list[Verdict]] = defaultdict(list)
    for mail, verdict in mails:
        if mail.sender is not None:
            by_sender[canonical(mail.sender.address)].append(verdict)
    for person in owner["people"]:
        verdicts = by_sender[canonical(person["address"])]
        if not person["replies_from_owner"] or not verdicts:
            continue
        told["answered"] += 1
        machines = [one for one in verdicts if one.cls in _MACHINES]
        if len(machines) == len(verdicts):
            told["hidden"] += 1
            print(f"{name}: hidden, though answered: {person['address']} ({machines[0].rule}, {len(machines)} mails)")


def _compared(name: str, drawn: list[dict[str, Any]], mails: Judged, told: Counter[str]) -> None:
    by_id = {mail.message_id.strip("<>"): verdict for mail, verdict in mails}
    for one in drawn:
        verdict = by_id.get(one["message_id"].strip("<>"))
        if verdict is None:
            print(f"{name}: {one['id']} is not stored")
            continue
        told["judgements"] += 1
        said = f"{name}: {one['id']} labelled {one['label']}, judged {verdict.cls} by {verdict.rule}"
        if verdict.kept != one["keep"] and not ("human" in (one["label"], *one["alt"]) and one["alt"]):
            told["disagree"] += 1
            print(f"{said}, {'kept' if verdict.kept else 'dropped'}")
        if AS_LABEL.get(verdict.cls) not in (one["label"], *one["alt"]):
            told["class_disagree"] += 1
            print(said)


if __name__ == "__main__":
    sys.exit(ended(main))

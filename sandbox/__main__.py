"""`python -m sandbox`: a Google on this machine, until SIGTERM, Ctrl-C or, with --with-parent, the end of its input."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from datetime import date
from pathlib import Path

from sandbox.google.mail_sources import generated
from sandbox.google.server import serve
from sandbox.google.world import Google
from sandbox.life import make_life
from sandbox.truth import write_truth


def main(arguments: list[str] | None = None) -> int:
    """Serve; the first line of output says where, as JSON."""
    chosen = _chosen(arguments)
    google = Google()
    google.delay, google.quota.rate = chosen.delay, chosen.rate / 6_000
    if chosen.messages:
        address = "ann@example.org"
        google.add_account(address, "Ann", generated(address, chosen.messages, chosen.threads, chosen.seed))
    else:
        life = make_life(chosen.seed, chosen.end)
        google.add_life(life)
        if chosen.truth is not None:
            write_truth(life, chosen.truth)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    if chosen.with_parent:
        threading.Thread(target=_parent, args=(over,), daemon=True).start()
    with serve(google, chosen.port) as running:
        account = google.only()
        said = {
            "url": running.url, "client": google.client_json(running.url), "address": account.address,
            "subject": account.subject, "messages": len(account.mailbox.messages),
        }  # fmt: skip
        print(json.dumps(said), flush=True)
        over.wait()
    return 0


def _chosen(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--end", type=date.fromisoformat, metavar="YYYY-MM-DD", help="last day of the life")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="write what a reader of the life should find")
    parser.add_argument("--messages", type=int, default=0, help="as many generated mails instead of a life")
    parser.add_argument("--threads", type=int, default=8_500)
    parser.add_argument("--rate", type=float, default=6_000, help="Gmail units a minute and user")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input does")
    return parser.parse_args(arguments)


def _parent(over: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4_096):
        pass
    over.set()


if __name__ == "__main__":
    sys.exit(main())

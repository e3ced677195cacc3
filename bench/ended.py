"""How a bench ends: in one sentence and with 1 where it cannot use what it was given, quietly where nobody reads on."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any


class Unusable(Exception):
    """What a bench was given is not what it reads; the message is for whoever gave it."""


def ended(main: Callable[[], int]) -> int:
    """Run a bench; its exit code."""
    try:
        code = main()
        sys.stdout.flush()
        return code
    except Unusable as problem:
        print(problem, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # What is still buffered would be written again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        print(f"{os.fsdecode(error.filename)} cannot be used: {error.strerror}.", file=sys.stderr)
        return 1


def rows(content: bytes, where: object, needed: Sequence[str]) -> list[dict[str, Any]]:
    """The JSON objects of a file, one a line or all in one array, each with all the `needed` names. Raises Unusable."""
    try:
        text = content.decode("utf-8")
        found = json.loads(text) if text.lstrip().startswith("[") else list(map(json.loads, _lines(text)))
    except ValueError:
        raise Unusable(f"{where} is no JSON, one object a line. Give the file that this bench reads.") from None
    for number, one in enumerate(found, 1):
        missing = [name for name in needed if not isinstance(one, dict) or name not in one]
        if missing:
            raise Unusable(f"{where}: object {number} has no {', '.join(map(repr, missing))}. Give the right file.")
    if not found:
        raise Unusable(f"{where} is empty. Give the file that this bench reads.")
    return list(found)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]

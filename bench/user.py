"""The environment of a user who runs `kith`: none of this shell's settings, a Python that keeps what it compiles."""

from __future__ import annotations

import os
from pathlib import Path

#: Set where nobody wants bytecode beside sources: each command would compile all of Kith again before it begins.
_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"


def environ(data: Path) -> dict[str, str]:
    """Variables for `python -m kith` with the data folder `data`; bytecode goes beside that, not into the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_") and name != _UNCOMPILED}
    return {**kept, "KITH_DATA_DIR": str(data), "PYTHONPYCACHEPREFIX": str(data.parent / "compiled")}

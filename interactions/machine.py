"""What the machine refuses, in a sentence: a file that may not be used, a folder in its place, a full disk."""

from __future__ import annotations

import errno
from pathlib import Path

#: What to do about it, by errno (POSIX.1-2017, System Interfaces §2.3).
_STEPS = {
    errno.EACCES: "Let this user read and write it, and the folder it is in.",
    errno.EPERM: "Let this user read and write it, and the folder it is in.",
    errno.EISDIR: "Move away the folder that stands in its place.",
    errno.ENOTDIR: "Move away the file that stands in the place of a folder.",
    errno.ENOENT: "Make the folder it is to be in.",
    errno.EEXIST: "Move away what stands in its place.",
    errno.EROFS: "It is on a disk that cannot be written: choose another place.",
    errno.ENOSPC: "Make room, then try again; nothing stored is lost.",
    errno.EDQUOT: "Make room, then try again; nothing stored is lost.",
    errno.ENAMETOOLONG: "Choose a shorter path.",
    errno.ELOOP: "Its links lead in a circle: take them away.",
    errno.EIO: "The disk may be failing: look after your backups.",
    errno.EMFILE: "Let this user open more files (ulimit -n).",
    errno.ENFILE: "Close other programs, then try again.",
}


def refused(what: Path | str, error: OSError) -> str:
    """A sentence that says what cannot be used, why not, and what to do."""
    step = _STEPS.get(error.errno or 0, "Put that right, then try again.")
    return f"{what} cannot be used: {error.strerror or 'the system refuses it'}. {step}"


def is_refusal(error: OSError) -> bool:
    """Whether it is the machine that refuses, rather than a mistake of ours."""
    return error.errno in _STEPS and error.errno not in (errno.ENOENT, errno.EEXIST)


def there(path: Path) -> bool:
    """Whether anything is at `path`. Raises OSError when that may not be known, as for a folder closed to us."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True

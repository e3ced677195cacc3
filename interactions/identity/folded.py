"""Words of names folded for comparing: without case, accents and script."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_UMLAUT = re.compile(r"(?<=[aou])e")


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """A word without case, accents and script: "Müller", "Mueller" and "MULLER" are one; so are Иван and Ivan.

    Han, kana and Hangul stay as they are: many names are read alike that are written apart.
    """
    if is_unspaced(word):
        return word
    plain = anyascii(unicodedata.normalize("NFKC", word)).lower().replace("'", "").replace("’", "")
    return _UMLAUT.sub("", plain.replace("ß", "ss"))


@lru_cache(maxsize=50_000)
def read(word: str) -> str:
    """A word in Latin letters, as its characters are read one by one."""
    return anyascii(word).lower().replace(" ", "") if is_unspaced(word) else word


def is_unspaced(word: str) -> bool:
    """Whether a word is of Han, kana or Hangul alone: names in these are written without a space."""
    return all("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" for letter in word)

"""Names of people, compared: in any script, any order, with initials, short forms and small slips."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from rapidfuzz.distance import JaroWinkler

from interactions.display_names import is_organisation
from interactions.identity.folded import fold, is_unspaced, read
from interactions.identity.nicknames import are_same, full_names, is_short_form
from interactions.identity.written import is_of_several, names
from interactions.vocabulary import POSSESSIVE, WORD, words

#: How two names agree, from best to worst. UNKNOWN: at least one side has no usable name.
EXACT, NICKNAME, INITIAL, TYPO, PARTIAL, UNKNOWN, FAMILY, CONFLICT = (
    "exact", "nickname", "initial", "typo", "partial", "unknown", "family", "conflict",
)  # fmt: skip

_NAME_MAX = 120
#: Jaro-Winkler similarity over which two full names differ by a slip of the pen.
_SLIP = 0.94
_TITLES = words(
    "dr prof professor mr mrs ms mx miss sir dame dipl ing med phd md mba msc bsc ba ma jr sr ii iii iv esq herr frau"
    " hr fr mag llm lic rer nat habil drs ir don dona sra srta mme mlle"
)
#: Words between given and family name; they are not compared.
_PARTICLES = words("von van de der den del della di da dos du la le zu zur vom ter ten af av bin ibn el al y e")
_JOINED_PARTICLES = _PARTICLES | words("vonder vander vanden vande dela delos delas")
#: Most words of a full name.
_RUN_MAX = 5
#: Two to four Han or Hangul letters that stand alone, before kana, or before what Korean hangs on a name.
_UNSPACED = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])"
    r"|\b[\uac00-\ud7a3]{2,4}?(?=(?:와|과|랑|이랑|하고|님|씨)?\b)"
)
_JOINED, _JOINS = re.compile(r"[-‐‑][^\W\d_]"), re.compile(r"[^\W\d_][-‐‑]$")
_ONE_SCRIPT = re.compile(r"[\u4e00-\u9fff]{2,}|[\uac00-\ud7a3]{2,}")
#: Letters that other scripts write otherwise, as their consonants are heard.
_HEARD = (
    ("ph", "f"),
    ("x", "ks"),
    ("ch", "k"),
    ("c", "k"),
    ("q", "k"),
    ("b", "v"),
    ("sh", "s"),
    ("z", "s"),
)
#: What one letter of Hangul or one Chinese initial is written as in different romanizations.
_ROMANIZED = (("ch", "j"), ("zh", "j"), ("k", "g"), ("t", "d"), ("p", "b"), ("r", "l"), ("ts", "j"), ("hs", "s"))
#: Initials written together: "JP Morgan", "SM Kim"; Ng is a family name.
_LETTERS = re.compile("(?!NG$)[B-DF-HJ-NP-TV-XZ]{2,3}")
_VOWELS = re.compile("[aeiouyw]")
_WITHOUT_VOWELS = frozenset(("ARABIC", "HEBREW"))
_SOFT, _DOUBLED = re.compile("[aeiouywhj'`]"), re.compile(r"(.)\1+")
#: The Arabic article, written together with its word.
_ARTICLE = re.compile(r"^\u0627\u0644(?=\w{3})")


class Name(Struct, frozen=True):
    """One name, ready to be compared: folded words, in the order written."""

    #: Words of two letters or more.
    words: tuple[str, ...]
    #: Single letters.
    initials: tuple[str, ...] = ()
    #: ARABIC, CYRILLIC … when it was not written in Latin letters, nor in Han, kana or Hangul.
    script: str = ""

    @property
    def is_full(self) -> bool:
        """Whether it has a given and a family name, one of them perhaps by its initial."""
        return len(self.words) + len(self.initials) >= 2 and bool(self.words)

    @property
    def is_east_asian(self) -> bool:
        """Whether it is written in Han, kana or Hangul."""
        return bool(self.words) and all(map(is_unspaced, self.words))

    def skeleton(self, bare: bool = False) -> tuple[str, ...]:
        """Its consonants, each once in a row, in any order: all that spellings in two scripts have in common.

        `bare`: w is a vowel, as in scripts that leave vowels out.
        """
        return tuple(sorted(_skeleton(word, bare) for word in self.words))

    @property
    def read(self) -> tuple[str, ...]:
        """How it is read, for what a table of characters knows of that, in any order."""
        return tuple(sorted(self.latin.words))

    @property
    def heard(self) -> frozenset[str]:
        """How it sounds, roughly, with the family name first: romanizations differ in vowels, and in k or g."""
        if self.is_east_asian:
            return frozenset((_sound("".join(self.latin.words)),))
        ways = (
            word + "".join(self.words[:at] + self.words[at + 1 :])
            for at, word in enumerate(self.words)
            if at in (0, len(self.words) - 1)
        )
        return frozenset(map(_sound, ways))

    @property
    def latin(self) -> Name:
        """The same in Latin letters."""
        return Name(tuple(read(word) for word in self.words), self.initials)

    @property
    def key(self) -> tuple[str, ...]:
        """The same for every order of its words."""
        return tuple(sorted(self.words))


@lru_cache(maxsize=50_000)
def parse(written: str) -> Name | None:
    """The name in a display name; None when there is none, or one that is not to be trusted.

    Words that mix scripts (a Cyrillic letter in a Latin word) are how somebody poses as somebody else: such a name
    is nobody's.
    """
    text = names(unicodedata.normalize("NFKC", written[:_NAME_MAX]))[0]
    if not text or is_of_several(text) or "@" in text or is_organisation(text):
        return None
    family, comma, given = text.partition(",")
    if comma and given.strip():
        text = f"{given} {family}"
    found = WORD.findall(text)
    if len(found) == 1:
        found = list(_parts(found[0]))
    if any(_mixes_scripts(word) for word in found):
        return None
    found = [letter for word in found for letter in (word if _LETTERS.fullmatch(word) and len(found) > 1 else (word,))]
    folded = [fold(_ARTICLE.sub("", word)) for word in found]
    last = len(folded) - 1
    kept = [
        word
        for at, word in enumerate(folded)
        if word
        and word not in _TITLES
        # "E. Wilson" has an initial, "Maria e Silva" has none.
        and (word not in _PARTICLES or (len(word) == 1 and (at in (0, last) or f"{found[at]}." in text)))
    ]
    full = tuple(word for word in kept if len(word) > 1 or not word.isascii())
    initials = tuple(word for word in kept if len(word) == 1 and word.isascii())
    script = next((one for word in found if (one := _script(word))), "")
    return Name(full, initials, script) if full and len(full) <= 5 else None


def is_title(word: str) -> bool:
    """Whether a word is a title or a form of address, with or without its dot: "Dr.", "Frau", "PhD"."""
    return fold(word.replace(".", "")) in _TITLES


def is_particle(word: str) -> bool:
    """Whether a word stands between given and family name: "von", "de"."""
    return fold(word) in _PARTICLES


def is_east_asian(text: str) -> bool:
    """Whether a text of letters is written in Han, kana or Hangul alone; then the family name comes first."""
    letters = "".join(letter for letter in text if letter.isalpha())
    return bool(letters) and is_unspaced(letters)


def _parts(word: str) -> tuple[str, ...]:
    """Family and given name of one written without a space between: 李明, 山田太郎, 김민수."""
    if not is_unspaced(word) or not 2 <= len(word) <= 4:
        return (word,)
    cut = 2 if len(word) == 4 else 1
    return word[:cut], word[cut:]


def spoken(text: str, inside: bool = False) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Every run of words in a text that may be a full name: its key (`Name.key`), where it begins, where it ends.

    The text should be short, and in Unicode's form C: runs are of two to five words. With `inside`, names written
    without a space are looked for within longer runs of their script, too.
    """
    if inside:
        yield from _within(text)
    found = [
        (word, match.start(), match.start() + len(match[0]) - (2 if POSSESSIVE.search(match[0]) else 0))
        for match in WORD.finditer(text)
        if (word := fold(POSSESSIVE.sub("", match[0]))) not in _TITLES | _PARTICLES
    ]
    whole = [one for one in found if len(one[0]) > 1 or not one[0].isascii()]
    yield from _runs(text, whole)
    if len(whole) < len(found):
        # Whoever writes initials alone is known by them.
        yield from _runs(text, found)
    for word, begin, end in found:
        if not word.isascii():
            for match in _UNSPACED.finditer(text[begin:end]):
                yield tuple(sorted(_parts(match[0]))), begin + match.start(), begin + match.end()


def _runs(text: str, found: Sequence[tuple[str, int, int]]) -> Iterator[tuple[tuple[str, ...], int, int]]:
    for at, (_, begin, _) in enumerate(found):
        for size in range(2, min(_RUN_MAX, len(found) - at) + 1):
            end = found[at + size - 1][2]
            # "Anna Meier" is not who "Anna Meier-Schulz" is.
            if not _JOINED.match(text, end) and not _JOINS.search(text[max(0, begin - 2) : begin]):
                yield tuple(sorted(one[0] for one in found[at : at + size])), begin, end


def _within(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    for run in _ONE_SCRIPT.finditer(text):
        for begin in range(run.start(), run.end() - 1):
            for size in (4, 3, 2):
                if begin + size <= run.end():
                    yield tuple(sorted(_parts(text[begin : begin + size]))), begin, begin + size


def poses(written: str) -> bool:
    """Whether a display name mixes scripts within a word, to look like another one (unicode.org/reports/tr39)."""
    return any(_mixes_scripts(word) for word in WORD.findall(unicodedata.normalize("NFKC", written[:_NAME_MAX])))


def _mixes_scripts(word: str) -> bool:
    scripts = {unicodedata.name(letter, "?").partition(" ")[0] for letter in word if letter.isalpha()}
    return len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1


@lru_cache(maxsize=100_000)
def agreement(one: Name | None, other: Name | None) -> str:
    """How two names agree: EXACT, NICKNAME, INITIAL, TYPO, PARTIAL, UNKNOWN, FAMILY or CONFLICT."""
    if one is None or other is None:
        return UNKNOWN
    if one.is_east_asian != other.is_east_asian:
        # One is how the other is read, or it is read in a way that cannot be told from how it is written.
        if one.read == other.read and one.is_full:
            return EXACT
        return NICKNAME if one.is_full and other.is_full and not one.heard.isdisjoint(other.heard) else UNKNOWN
    if one.script != other.script and one.key != other.key:
        return _across_scripts(one, other)
    if not one.is_full or not other.is_full:
        return _partial(one, other)
    if one.key == other.key and len(one.words) >= 2:
        return EXACT if _fits(one.initials, other.initials) else CONFLICT
    if not one.initials and not other.initials and not _run_together(one).isdisjoint(_run_together(other)):
        return EXACT
    shared = set(one.words) & set(other.words)
    if len(shared) >= 2 and (shared == set(one.words) or shared == set(other.words)):
        # A middle name more, or its initial.
        return EXACT if _middle_fits(one, other) else CONFLICT
    if shared:
        return _rest(one, other, shared)
    if _is_slip(one, other):
        return TYPO
    if _is_abridged(one, other) or _is_abridged(other, one):
        return INITIAL
    return PARTIAL if _complete_each_other(one, other) else CONFLICT


def _complete_each_other(one: Name, other: Name) -> bool:
    """Whether the one has the given name and the letter of the other's family name: "Ada L.", "A. Lovelace"."""
    if len(one.words) != 1 or len(other.words) != 1:
        return False
    forms = [{form[0] for form in full_names(name.words[0])} for name in (one, other)]
    return not forms[0].isdisjoint(other.initials) and not forms[1].isdisjoint(one.initials)


def _run_together(one: Name) -> frozenset[str]:
    """The name without blanks, the family name first, whichever it is: "Hye-rim Kim", "Kim Hyerim"."""
    return frozenset((one.words[0] + "".join(one.words[1:]), one.words[-1] + "".join(one.words[:-1])))


def _is_abridged(short: Name, full: Name) -> bool:
    """Whether one is a given name and the letter of a family name, the other both: "Tom B", "Thomas Baines"."""
    if len(short.words) != 1 or not short.initials or len(full.words) < 2:
        return False
    given, *rest = full.words
    return are_same(short.words[0], given) and any(word[0] in short.initials for word in rest)


def _across_scripts(one: Name, other: Name) -> str:
    """Vowels are left out, or written in several ways: the consonants of each word tell, when they agree."""
    bare = not _WITHOUT_VOWELS.isdisjoint((one.script, other.script))
    mine, theirs = one.skeleton(bare), other.skeleton(bare)
    shared = [word for word in mine if word in theirs]
    return NICKNAME if len(shared) >= 2 and len(shared) == min(len(mine), len(theirs)) else UNKNOWN


@lru_cache(maxsize=50_000)
def _sound(word: str) -> str:
    for written, heard in _ROMANIZED:
        word = word.replace(written, heard)
    return _VOWELS.sub("", word)


@lru_cache(maxsize=50_000)
def _skeleton(word: str, bare: bool) -> str:
    for written, heard in _HEARD:
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", _SOFT.sub("", word if bare else word.replace("w", "v")))


def _script(word: str) -> str:
    """The script of a word's first letter; "" for Latin, and for those that `is_east_asian` tells."""
    if word[0].isascii() or is_unspaced(word):
        return ""
    script = unicodedata.name(word[0], "?").partition(" ")[0]
    return "" if script == "LATIN" else script


def _fits(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not one or not other or bool(set(one) & set(other))


def _middle_fits(one: Name, other: Name) -> bool:
    longer, shorter = (one, other) if len(one.words) >= len(other.words) else (other, one)
    extra = [word for word in longer.words if word not in shorter.words]
    return (
        not shorter.initials
        or any(word[0] in shorter.initials for word in extra)
        or bool(set(longer.initials) & set(shorter.initials))
    )


def _rest(one: Name, other: Name, shared: set[str]) -> str:
    """Of names that share a word: what the others say."""
    mine = [word for word in one.words if word not in shared]
    theirs = [word for word in other.words if word not in shared]
    if mine and theirs:
        if any(_joined(a, b) for a in mine for b in theirs):
            return EXACT
        if any(are_same(a, b) or is_short_form(a, b) for a in mine for b in theirs):
            return NICKNAME
        return TYPO if _is_slip(one, other) else FAMILY
    letters, full = (one.initials, theirs) if not mine else (other.initials, mine)
    if not full:
        # One word each, and initials: "A. Lovelace", "Ada B. Lovelace" has its word in `full` instead.
        return INITIAL if _fits(one.initials, other.initials) else CONFLICT
    # "R. Barnes" is what Bob Barnes is called in full.
    return INITIAL if any(form[0] in letters for word in full for form in full_names(word)) else FAMILY


def _joined(one: str, other: str) -> bool:
    """Whether one is the other behind a particle that was written together with it: vonbulow, bulow."""
    short, full = sorted((one, other), key=len)
    return len(short) > 3 and full.endswith(short) and full.removesuffix(short) in _JOINED_PARTICLES


def _is_slip(one: Name, other: Name) -> bool:
    if len(one.words) < 2 or len(other.words) < 2 or {w[0] for w in one.words} != {w[0] for w in other.words}:
        return False
    return bool(JaroWinkler.similarity(" ".join(one.key), " ".join(other.key)) > _SLIP)


def _partial(one: Name, other: Name) -> str:
    single = one if not one.is_full else other
    whole = other if single is one else one
    if any(are_same(word, mine) for word in whole.words for mine in single.words):
        return PARTIAL
    return UNKNOWN if not whole.is_full else CONFLICT

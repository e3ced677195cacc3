"""Entries of a private calendar, which have no guests: whom their titles mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from msgspec import Struct

from interactions.identity.folded import fold
from interactions.identity.names import Name, parse
from interactions.identity.nicknames import full_names
from interactions.items import Mailbox
from interactions.titles import Book
from interactions.vocabulary import HANGING, POSSESSIVE, WORD, words

#: As much of a title is read.
TITLE_MAX = 200
#: What people do together; the name stands before or behind it.
_TOGETHER = words(
    "planning sync chat briefing coffee lunch dinner breakfast brunch tea drinks beer wine walk hike run swim"
    " ride meet meeting meetup catchup catch visit museum cinema movie theatre theater concert picnic bbq barbecue"
    " party game games chess tennis yoga climbing call phone zoom facetime skype rehearsal practice workshop date"
    " sauna shopping kaffee kaffeetrinken mittagessen abendessen fruhstuck essen bier wein tee spaziergang"
    " spazieren wandern treffen besuch kino konzert grillen feier anruf telefonat telefonieren probe chorprobe"
    " joggen radtour stammtisch cafe dejeuner diner promenade rendezvous comida cena paseo almuerzo pranzo"
    " passeggiata aperitivo koffie wandeling tel telefon telefono appel llamada chiamata telefoontje"
    " almoco jantar reuniao kolacja obiad sniadanie kawa herbata spotkanie spacer rozmowa"
    " vstrecha kofe chai obed uzhin zavtrak progulka zvonok zustrich"
)
#: What is also somebody's own without "with" before the name: "Ada Lovelace concert" is hers, one goes there or not.
_SHOWN = words("museum cinema movie theatre theater concert party game games workshop kino konzert feier")
#: What tells that the other one is there.
_WITH = words("with mit w con avec met com and und et e y med bei chez at z ze i s so")
#: The same where words are not set apart.
_UNSPACED = re.compile(
    "(?:と|さん|様|の|和|跟|与|與|같이|와|과|랑|이랑|하고|님|씨|コーヒー|お茶|ランチ|ディナー|ミーティング|会議|打ち?合わ?せ|食事|夕食|昼食|散歩"
    "|喝|咖啡|茶|午餐|晚餐|吃饭|吃飯|见面|見面|会议|會議|散步|커피|차|점심|저녁|식사|회의|산책|만남|미팅)+"
)
_AT = words("at bei chez")
#: What entries are about that nobody meets for.
ALONE = words(
    "birthday bday geburtstag anniversary jahrestag nameday namenstag anniversaire cumpleanos compleanno gift"
    " present geschenk buy kaufen order bestellen send schicken email mail write schreiben pay zahlen invoice"
    " rechnung flight flug train zug bus hotel deadline abgabe dentist zahnarzt doctor arzt arztin dr vet tierarzt"
    " delivery lieferung parcel paket vacation holiday holidays urlaub ferien sick krank absent abwesend reminder"
    " erinnerung todo task renew book buchen tickets card karte letter brief photo photos foto fotos recital exam"
    " prufung school schule kita babysitter pick collect abholen return bring wash clean water feed medication"
    " pills tabletten haircut friseur trash mull tax steuer rent miete wedding hochzeit funeral beerdigung out off"
    " away cancelled canceled cancelling abgesagt abgesagte absage entfallt annule annulee cancelado cancelada"
    " annullato annullata geannuleerd afgelast not nicht kein keine postponed verschoben verlegt watch read listen"
    " surgery operation interview grave grab tombe cemetery friedhof moved rescheduled umgelegt deplace reporte"
    " aplazado pospuesto rinviato spostato verplaatst uitgesteld przeniesione odwolane perenos otmena otmeneno"
)
#: What says that it was not, or not with them; folded, so "doesn't" has lost its e.
_NOT = words(
    "no not never dont didnt cant cannot wont dosnt isnt wasnt couldnt wouldnt shouldnt havent hasnt without"
    " nicht nie niemals kein keine keinen keiner keinem ohne pas jamais sans sin nunca senza mai nessun nessuna niente"
    " niet geen nooit zonder nie bez ne net nem nao sem inte ingen utan ikke ingen uden"
)


def fold_title(title: str) -> str:
    """The form in which two titles are one: words without case, accents, digits and signs."""
    text = unicodedata.normalize("NFC", title[:TITLE_MAX])
    return " ".join(fold(POSSESSIVE.sub("", word)) for word in WORD.findall(text))


def is_meeting(title: str, begin: int, end: int) -> bool:
    """Whether somebody is met whose name stands in a title from `begin` to `end`: what else it says is only how.

    "Coffee with Ada", "Ada", "Dinner at Ada's", "Concert with Ada"; not "Ada's exam", "Ada concert", "Read Ada" or "No
    coffee with Ada".
    """
    before, after = fold_title(title[:begin]).split(), title[end:]
    rest = [*before, *fold_title(HANGING.sub("", after)).split()]
    if not ALONE.isdisjoint(rest) or not _NOT.isdisjoint(rest):
        return False
    if HANGING.match(after) and not (before and before[-1] in _AT):
        return False
    return bool(before and before[-1] in _WITH) or all(
        (word in _TOGETHER and word not in _SHOWN) or word in _WITH or _UNSPACED.fullmatch(word) for word in rest
    )


def says_nothing_else(title: str) -> bool:
    """Whether a title whose names were cut out tells only of what people do or note."""
    return set(fold_title(title).split()) <= _TOGETHER | _WITH | ALONE | _NOT


def book(cards: Iterable[tuple[str, str]]) -> Book:
    """Of (name, address) pairs, one for each card."""
    found: dict[tuple[str, ...], dict[str, Mailbox]] = {}
    for written, address in cards:
        name = parse(written)
        if name is not None and len(name.words) >= 2:
            found.setdefault(name.key, {})[address] = Mailbox(address, written)
    return Book({key: tuple(several.values()) if len(several) == 1 else () for key, several in found.items()})


class Friend(Struct, frozen=True):
    """Somebody an entry may mean."""

    address: str
    name: str


class Guess(Struct, frozen=True):
    """Whom a title likely means, and what speaks for it."""

    chance: float
    who: tuple[Friend, ...]
    evidence: dict[str, str]


class Friends:
    """Everybody the owner knows, by what they are called."""

    def __init__(self, friends: Iterable[Friend], circles: Mapping[str, tuple[Friend, ...]]) -> None:
        """`circles`: name of a group of the address book → who is in it."""
        self._called: dict[str, set[Friend]] = {}
        self._full: dict[tuple[str, ...], set[Friend]] = {}
        for friend in friends:
            name = parse(friend.name)
            if name is not None:
                self._add(friend, name)
        self._circles = {fold_title(name): (name, members) for name, members in circles.items() if members}

    def _add(self, friend: Friend, name: Name) -> None:
        for given in full_names(name.words[0]):
            self._called.setdefault(given, set()).add(friend)
        if len(name.words) >= 2:
            self._full.setdefault(name.key, set()).add(friend)

    def guess(self, title: str, location: str = "", calendar: str = "") -> Guess | None:
        """Whom an entry without guests likely means; None when it says nothing of that kind."""
        said = fold_title(title).split()
        if not said or len(said) > 8 or not ALONE.isdisjoint(said) or self._denied(said):
            return None
        found = self._person(title, said) or self._circle(said, calendar)
        if found is not None:
            return found
        place = fold_title(location).split()
        if place and not _TOGETHER.isdisjoint(said) and len(place) <= 4:
            named = self._named(place)
            if named:
                return Guess(0.8, named, {"location": location[:80]})
        return None

    def _denied(self, said: list[str]) -> bool:
        """Whether it says that it was not, by a word that is nobody's name: people are called Ohne."""
        denying = _NOT.intersection(said)
        return bool(denying) and any(not self._is_name_of(word, self._named(said)) for word in denying)

    def _person(self, title: str, said: list[str]) -> Guess | None:
        named = self._named(said)
        if not named:
            return None
        rest = [word for word in said if not self._is_name_of(word, named)]
        if _is_possessive(title, said, rest):
            return None
        activity = _TOGETHER & set(rest)
        if activity and len(rest) <= 4:
            chance = 0.95 if _WITH & set(rest) else 0.9
            return Guess(chance, named, {"what": min(activity), "name": ", ".join(one.name for one in named)})
        if not set(rest) - _WITH:
            return Guess(0.85, named, {"name": ", ".join(one.name for one in named)})
        return None

    def _circle(self, said: list[str], calendar: str) -> Guess | None:
        for name, (written, members) in self._circles.items():
            parts = name.split()
            if any(said[start : start + len(parts)] == parts for start in range(len(said))) and len(said) <= 4:
                return Guess(0.85, members, {"circle": written})
        own = self._circles.get(fold_title(calendar))
        if own is not None and not _TOGETHER.isdisjoint(said):
            return Guess(0.8, own[1], {"calendar": own[0]})
        return None

    def _named(self, said: list[str]) -> tuple[Friend, ...]:
        """Everybody named, each without doubt: by full name, else by a given name that one person alone has."""
        found: dict[Friend, None] = {}
        at = 0
        while at < len(said):
            size = next((n for n in (3, 2) if len(self._full.get(tuple(sorted(said[at : at + n])), ())) == 1), 0)
            if size:
                found[next(iter(self._full[tuple(sorted(said[at : at + size]))]))] = None
            elif len(self._called.get(said[at], ())) == 1 and said[at] not in _TOGETHER | _WITH:
                found[next(iter(self._called[said[at]]))] = None
            elif said[at] in self._called:
                return ()
            at += size or 1
        return tuple(found)

    def _is_name_of(self, word: str, named: Iterable[Friend]) -> bool:
        return any((name := parse(one.name)) is not None and (
            word in name.words or bool(full_names(word) & full_names(name.words[0]))
        ) for one in named)  # fmt: skip


def _is_possessive(title: str, said: list[str], rest: list[str]) -> bool:
    """ "Anna's exam" is Anna's; "dinner at Anna's" is with her."""
    return bool(re.search(r"['’]s\b", title)) and not ({"at", "bei", "chez"} & set(rest))

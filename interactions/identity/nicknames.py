"""Short forms of given names: English from a curated list, other languages from the table here."""

from __future__ import annotations

from functools import cache

from nicknames import NickNamer

#: Full name: short forms; folded as `names.fold` does.
_OTHERS = {
    "alexander": "alex sasha sascha xander alessandro sandro", "alexandra": "alex sandra sasha sascha",
    "andreas": "andi andy res resu", "anton": "toni tony", "antonio": "toni tonio toño", "barbara": "babsi barbel",
    "bartholomaus": "bartl", "benjamin": "ben benni benny", "bernhard": "berni bernd hardy", "brigitte": "gitte gitti",
    "carlos": "carlitos", "charlotte": "lotte lotti charly", "christian": "chris", "christiane": "chris tina",
    "christina": "tina chris", "christine": "tina chris", "christoph": "chris stoffel", "daniel": "dani danny",
    "daniela": "dani danny ela", "dmitri": "dima mitja",
    "dmitrij": "dima mitja", "dmitry": "dima mitja", "dolores": "lola", "dorothea": "doro thea",
    "eberhard": "ebi hardy", "eduard": "edi eddy", "elisabeth": "lisa elli lisbeth sissi betty liesl elsbeth",
    "elizaveta": "lisa", "eugen": "genja", "ekaterina": "katja katya", "evgeni": "zhenya", "felix": "fex",
    "ferdinand": "ferdi", "florian": "flo", "francisco": "paco pancho kiko", "franziska": "franzi ziska",
    "friedrich": "fritz friedel fredi", "gabriele": "gabi", "gabriela": "gabi", "georg": "schorsch jorg",
    "gerhard": "gerd hardy", "gertrud": "trudi gerti", "giovanni": "gianni nanni", "giuseppe": "beppe pino peppe",
    "gottfried": "friedel", "guillermo": "memo guille", "hannelore": "hanne lore", "heinrich": "heinz heiner heini",
    "helena": "lena", "hildegard": "hilde", "ignacio": "nacho", "irina": "ira", "isabel": "isa", "isabella": "isa",
    "ivan": "vanya wanja", "jakob": "jake", "jesus": "chus", "joachim": "jo achim jochen", "johanna": "hanna hanne jo",
    "johannes": "hans hannes jo johann hannu", "jose": "pepe", "josef": "sepp jupp beppo", "joseph": "sepp jupp beppo",
    "juan": "juanito", "jurgen": "jogi", "karl": "kalle charly", "katharina": "kathi kati kathrin katrin tina",
    "konstantin": "kostja konsti", "leonhard": "leo", "leopold": "leo poldi", "ludwig": "lutz",
    "luigi": "gigi gino luigino", "luisa": "lu",
    "magdalena": "lena leni magda", "manfred": "manni fred", "manuel": "manu manolo", "manuela": "manu",
    "margarete": "grete greta gretel marga", "maria": "mitzi mascha marika marisa", "marie": "mia", "martin": "martl",
    "martina": "tina", "matthias": "matze mathis hias", "maximilian": "max maxi", "mechthild": "mechti",
    "mercedes": "merche", "michael": "micha michi michl misha", "michaela": "michi ela", "michail": "misha",
    "mikhail": "misha", "monika": "moni", "natalja": "natascha natasha", "nikolaus": "klaus niko nick niki",
    "nikolai": "kolja kolya niko", "olga": "olja", "oliver": "oli olli olly", "pedro": "perico", "philipp": "phil",
    "pilar": "pili", "rafael": "rafa", "ramon": "moncho", "rebekka": "becky", "reinhard": "reini hardy",
    "renate": "reni nati", "robert": "robi", "rosario": "charo", "rudolf": "rudi", "rosa": "rosi", "salvatore": "toto",
    "sebastian": "basti seb wastl", "sergej": "serjoscha", "sigrid": "siggi", "siegfried": "siggi", "simone": "simi",
    "sofia": "sofie sonja", "stefan": "steffen stef", "stefanie": "steffi stef", "stephan": "steffen stef",
    "stephanie": "steffi stef", "susanne": "susi sanne", "tatjana": "tanja tanya", "theodor": "theo", "theresa": "resi",
    "therese": "resi", "thomas": "tom tommy tomi", "tobias": "tobi", "ulrich": "uli ulli", "ulrike": "uli ulli rike",
    "ursula": "uschi ulla", "valentin": "vali", "veronika": "vroni vera", "viktoria": "vicky vika",
    "vladimir": "volodya wladi vova", "waldemar": "waldi", "walter": "walti", "wilhelm": "willi willy helm",
    "wilhelmine": "mina minna", "wolfgang": "wolf wolfi", "xaver": "xaverl", "yekaterina": "katya",
}  # fmt: skip


@cache
def _english() -> NickNamer:
    return NickNamer()


@cache
def _others() -> dict[str, frozenset[str]]:
    """Name → the full names it may be short for."""
    found: dict[str, set[str]] = {}
    for full, short in _OTHERS.items():
        for one in short.split():
            found.setdefault(one, set()).add(full)
    return {one: frozenset(full) for one, full in found.items()}


@cache
def full_names(given: str) -> frozenset[str]:
    """A folded given name and every full name it may be short for: "bob" → {"bob", "robert", …}."""
    return frozenset((given, *_english().canonicals_of(given), *_others().get(given, ())))


def are_same(one: str, other: str) -> bool:
    """Whether two folded given names may be one person's: equal, or both short for one full name."""
    return one == other or not full_names(one).isdisjoint(full_names(other))

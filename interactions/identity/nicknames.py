"""Short forms of given names: English from a curated list, other languages from the table here."""

from __future__ import annotations

import re
from functools import cache

from nicknames import NickNamer

from interactions.identity.folded import fold

#: Full name: short forms; folded as `names.fold` does.
_OTHERS = {
    "agnieszka": "aga", "ahmed": "ahmad", "aisha": "ayesha aysha", "aleksander": "olek sasha alex",
    "aleksandr": "sasha shura", "aleksandra": "ola sasha", "aleksei": "lyosha alyosha", "aleksej": "ljoscha",
    "aleksey": "alexey lyosha",
    "alexander": "alex sasha sascha xander alessandro sandro alexandros aleksandr oleksandr",
    "alexandra": "alex sandra sasha sascha", "alexei": "lyosha alyosha", "alexey": "lyosha alyosha",
    "anastasia": "nastya nastia", "andras": "bandi", "andreas": "andi andy res resu", "andrei": "andrey",
    "andriy": "andrey", "andrzej": "jedrek", "angelika": "geli", "anna": "ania anya anja nan annie",
    "anton": "toni tony", "antoni": "antek", "antonin": "tonda", "antonio": "toni tonio toño",
    "antonius": "ton toon", "barbara": "babsi barbel basia babs", "bartholomaus": "bartl", "bartlomiej": "bartek",
    "beatrix": "trixi", "benjamin": "ben benni benny", "bernhard": "berni bernd hardy", "bettina": "tina betti",
    "boris": "borya", "bozena": "bozenka", "brigitte": "gitte gitti", "bronislaw": "bronek", "carlos": "carlitos",
    "carolina": "caro", "caroline": "caro carrie", "catherine": "katharina cathy kate",
    "charlotte": "lotte lotti charly lotta", "christian": "chris", "christiane": "chris tina",
    "christina": "tina chris", "christine": "tina chris", "christoph": "chris stoffel", "christopher": "kit topher",
    "concepcion": "concha conchita", "constanze": "conny stanzi", "cornelia": "conny nele corni",
    "cornelis": "kees cor", "czeslaw": "czesiek", "daniel": "dani danny", "daniela": "dani danny ela",
    "dariusz": "darek", "deborah": "debbie debs", "dimitrios": "dimitris mitsos", "dmitri": "dima mitja",
    "dmitrij": "dima mitja", "dmitriy": "dmitry dima", "dmitry": "dima mitja", "dolores": "lola",
    "domenico": "mimmo", "dorota": "dorotka", "dorothea": "doro thea", "eberhard": "ebi hardy",
    "eduard": "edi eddy", "eduardo": "edu duda", "edward": "edek eddie", "ekaterina": "katja katya",
    "eleanor": "nell ellie nora lena elle nellie", "elena": "lena helen", "eleonora": "nora",
    "elisabeth": "lisa elli lisbeth sissi betty liesl elsbeth bettina ilse elsa", "elizabeth": "lizzie libby bess",
    "elizaveta": "lisa", "elzbieta": "ela elka", "emmanuel": "manu", "enrique": "quique kike", "ernesto": "neto",
    "erzsebet": "erzsi bozsi", "eugen": "genja", "eugenia": "zhenya", "evgeni": "zhenya", "evgenia": "zhenya",
    "evgeny": "zhenya", "federico": "fede", "felix": "fex", "ferdinand": "ferdi", "ferenc": "feri",
    "fernando": "nando", "filippo": "pippo", "florian": "flo", "francesco": "franco checco ciccio",
    "francisca": "paca paqui", "francisco": "paco pancho kiko chico fran curro", "franciszek": "franek",
    "franz": "franzl", "franziska": "franzi ziska", "frederic": "fred", "frederik": "fred freek rik",
    "friederike": "rike fritzi frieda", "friedrich": "fritz friedel fredi", "fritz": "fritzl",
    "gabriel": "gabi gabo", "gabriela": "gabi", "gabriele": "gabi", "georg": "schorsch jorg",
    "georgios": "giorgos yorgos", "georgy": "gosha zhora", "gergely": "gergo", "gerhard": "gerd hardy",
    "gertrud": "trudi gerti", "giovanni": "gianni nanni", "giuseppe": "beppe pino peppe", "gottfried": "friedel",
    "grigori": "grisha", "grzegorz": "grzesiek", "guadalupe": "lupe lupita", "guillermo": "memo guille",
    "gustavo": "guga tavo", "gyorgy": "gyuri", "hannelore": "hanne lore", "hans": "hasse",
    "heinrich": "heinz heiner heini", "helena": "lena", "hendrik": "henk rik", "henrik": "henke",
    "henryk": "heniek", "hildegard": "hilde", "hortensia": "tensi", "hussein": "hossein husain",
    "ibrahim": "ibo abraham", "ignacio": "nacho", "ignatius": "iggy", "ilona": "ica", "ioanna": "joanna",
    "ioannis": "yannis giannis", "irena": "irka", "irina": "ira", "isabel": "isa", "isabella": "isa",
    "istvan": "pista pisti", "iulia": "yulia julia", "iuliia": "yulia julia", "ivan": "vanya wanja",
    "iwona": "iwonka", "jacek": "jacus", "jadwiga": "jadzia", "jakob": "jake", "jan": "honza janek janne",
    "jaroslav": "jarda", "jaroslaw": "jarek", "jean": "jeannot", "jerzy": "jurek", "jesus": "chus", "jiri": "jirka",
    "joachim": "jo achim jochen", "joanna": "asia joasia", "johanna": "hanna hanne jo",
    "johannes": "hans hannes jo johann hannu", "jorge": "coque", "jose": "pepe zeca ze chepe pepelu joseluis",
    "josef": "sepp jupp beppo pepa pepi", "josefa": "pepa", "joseph": "sepp jupp beppo",
    "jozef": "jozek joska pepa", "juan": "juanito", "julianna": "juli", "jurgen": "jogi", "karl": "kalle charly",
    "karolina": "karo", "katalin": "kati kata", "katarina": "kata katka", "katarzyna": "kasia",
    "katerina": "katka kata", "katharina": "kathi kati kathrin katrin tina", "kazimierz": "kazik",
    "konstantin": "kostja konsti kostya", "konstantinos": "kostas", "kristina": "kicki stina",
    "krzysztof": "krzysiek krzys", "lars": "lasse", "laszlo": "laci", "leonardo": "leo nardo", "leonhard": "leo",
    "leopold": "leo poldi", "lidia": "lida", "lorenzo": "enzo renzo", "louis": "lou", "ludwig": "lutz",
    "luigi": "gigi gino luigino", "luis": "lula lucho", "luisa": "lu", "lukas": "luki", "maciej": "maciek",
    "magda": "magdus", "magdalena": "lena leni magda", "malgorzata": "gosia malgosia", "manfred": "manni fred",
    "manuel": "manu manolo", "manuela": "manu", "marcin": "marcinek", "margaret": "peggy meg maggie greta daisy",
    "margareta": "maggan greta", "margarete": "grete greta gretel marga", "margarita": "rita marga",
    "maria": "mitzi mascha marika marisa masha marusya maruska mari maja mimi", "marie": "mia",
    "mariusz": "mariuszek", "marketa": "maki", "martin": "martl", "martina": "tina", "marzena": "marzenka",
    "mateusz": "mati", "matthaus": "hias", "matthias": "matze mathis hias", "maximilian": "max maxi",
    "mechthild": "mechti", "mehmet": "memo memet", "mercedes": "merche",
    "michael": "micha michi michl misha mikhail", "michaela": "michi ela", "michail": "misha",
    "michal": "misiek michalek", "mieczyslaw": "mietek", "mikhail": "misha michail", "miklos": "miki",
    "mikolaj": "mikolajek", "milan": "milda", "miroslav": "mirek", "miroslaw": "mirek",
    "mohammed": "mohamed muhammad mohammad mehmet mo", "monika": "moni", "montserrat": "montse",
    "natalia": "natasha nat nati", "nataliya": "natasha natalia", "natalja": "natascha natasha",
    "natalya": "natasha", "nikolai": "kolja kolya niko", "nikolaos": "nikos", "nikolas": "niko",
    "nikolaus": "klaus niko nick niki", "nils": "nisse", "olga": "olja olya", "oliver": "oli olli olly",
    "olof": "olle", "panagiotis": "panos takis", "patricia": "patty trish pat", "pauline": "pauli",
    "pedro": "perico", "per": "pelle", "peter": "petja pedr piet", "petr": "petya", "philipp": "phil",
    "pieter": "piet", "pilar": "pili", "piotr": "piotrek", "pyotr": "petya", "rafael": "rafa", "ramon": "moncho",
    "rebecca": "becca becky beck", "rebekka": "becky", "reinhard": "reini hardy", "renata": "renia",
    "renate": "reni nati", "ricardo": "rick richie", "robert": "robi robbie rob bobby", "roberto": "beto berto",
    "rodrigo": "rodri", "roman": "romek", "rosa": "rosi", "rosario": "charo", "rosemarie": "rosi romy",
    "rudolf": "rudi", "ryszard": "rysiek", "salvatore": "toto", "sandor": "sanyi", "santiago": "santi chago",
    "sebastiaan": "bas", "sebastian": "basti seb wastl", "sergei": "seryozha", "sergej": "serjoscha",
    "sergey": "seryozha", "sergio": "checo", "sergiy": "sergey", "siegfried": "siggi", "sigrid": "siggi",
    "simone": "simi", "slawomir": "slawek", "sofia": "sofie sonja", "stanislav": "stas standa",
    "stanislaw": "staszek stas", "stefan": "steffen stef", "stefania": "stefa", "stefanie": "steffi stef",
    "stephan": "steffen stef", "stephanie": "steffi stef", "susanne": "susi sanne", "svetlana": "sveta",
    "szymon": "szymek", "tadeusz": "tadek", "tamara": "toma", "tatiana": "tanya", "tatjana": "tanja tanya",
    "teresa": "tere tessa", "teresita": "tere", "theodor": "theo", "theresa": "resi", "therese": "resi",
    "thomas": "tom tommy tomi", "tobias": "tobi", "tomas": "tom", "tomasz": "tomek", "ulrich": "uli ulli",
    "ulrike": "uli ulli rike", "ursula": "uschi ulla", "urszula": "ula", "vaclav": "vasek", "valentin": "vali",
    "valentina": "valya", "valeria": "valya lera", "vasilios": "vassilis", "vasily": "vasya",
    "veronika": "vroni vera", "vicente": "chente", "viktor": "vitya", "viktoria": "vicky vika", "vincenzo": "enzo",
    "vladimir": "volodya wladi vova", "vladislav": "vlad", "volker": "volki", "waclaw": "wacek",
    "walburga": "burgl", "waldemar": "waldi", "walter": "walti", "wieslaw": "wiesiek", "wiktor": "wiktorek",
    "wilhelm": "willi willy helm", "wilhelmine": "mina minna", "willem": "wim pim", "wladyslaw": "wladek",
    "wojciech": "wojtek", "wolfgang": "wolf wolfi", "xaver": "xaverl", "yekaterina": "katya", "yelena": "lena",
    "yevgenia": "zhenya", "yevgeny": "zhenya", "yulia": "julia", "yuliya": "yulia julia", "yuri": "yura",
    "yusuf": "youssef joseph", "zbigniew": "zbyszek", "zdenek": "zdena", "zofia": "zosia",
    "zsuzsanna": "zsuzsa zsuzsi",
}  # fmt: skip


@cache
def _short() -> dict[str, frozenset[str]]:
    """Full name → short forms, folded: of the English list and of the table."""
    found: dict[str, set[str]] = {}
    for full, short in NickNamer().nickname_lookup.items():
        found.setdefault(fold(full), set()).update(map(fold, short))
    for full, short_too in _OTHERS.items():
        found.setdefault(fold(full), set()).update(map(fold, short_too.split()))
    return {full: frozenset(short - {full}) for full, short in found.items()}


@cache
def _full() -> dict[str, frozenset[str]]:
    """Name → the full names it may be short for."""
    found: dict[str, set[str]] = {}
    for full, short in _short().items():
        for one in short:
            found.setdefault(one, set()).add(full)
    return {one: frozenset(full) for one, full in found.items()}


@cache
def full_names(given: str) -> frozenset[str]:
    """A folded given name and every full name it may be short for: "bob" → {"bob", "robert", …}."""
    return frozenset((given, *_full().get(given, ())))


@cache
def short_forms(given: str) -> frozenset[str]:
    """What a folded full given name is cut to: "robert" → {"bob", "rob", …}."""
    return _short().get(given, frozenset())


def are_same(one: str, other: str) -> bool:
    """Whether two folded given names may be one person's: equal, or both short for one full name."""
    return one == other or not full_names(one).isdisjoint(full_names(other))


#: Letters of the full name that a short form has at least, and how pet names end that are made of its beginning.
_CUT_MIN, _STEM_MIN = 4, 3
_PET_ENDING = re.compile(r"(?:ie|i|y|(?<=bb|dd|ff|gg|kk|ll|mm|nn|pp|rr|ss|tt|zz)[eo])$")
_DOUBLED = re.compile(r"(.)\1$")


def is_short_form(one: str, other: str) -> bool:
    """Whether the shorter of two folded given names is cut from the other: Barb, Abhi, Fredde, Michi, Tobi.

    Sisters and brothers are often told apart by the last letter alone ("Jan", "Jana"): those are not. What is short
    for another name ("Harry") is not for this one.
    """
    short, full = sorted((one, other), key=len)
    if full_names(short) != {short}:
        return False
    if len(short) >= _CUT_MIN and full.startswith(short):
        return len(full) - len(short) >= (2 if short.endswith("i") else 3)
    stem = _PET_ENDING.sub("", short)
    simple = _DOUBLED.sub(r"\1", stem)
    longer = len(full) - len(short)
    return (
        len(simple) >= _STEM_MIN
        and stem != short
        and full.startswith(simple)
        and longer >= (1 if simple != stem else 2)
    )

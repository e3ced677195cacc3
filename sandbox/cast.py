"""Who is in the life: the owner and everybody she knows. All invented; domains are reserved, free-mail names say so."""

from __future__ import annotations

from sandbox.model import Circle, Mailer, Person, Tie

STUDIO = "Fennel & Rook"
#: Somebody's former address: what is sent there comes back.
DEAD_ADDRESS = "bram@visser-sails.example"
HOME = "Europe/Berlin"

#: Her mail lives in a consumer mailbox; the studio's mail is delivered there too, so both addresses are her own.
OWNER = Person(
    id="owner",
    name="Nora Brandt",
    circle=Circle.WORK,
    addresses=("nora.brandt@example.com", "nora@fennelrook.example"),
    company=STUDIO,
    role="Exhibition producer",
)


def _free(local: str, provider: str = "gmail.com") -> str:
    """An address at a real free-mail provider that is plainly nobody's."""
    return f"{local}.invented@{provider}"


def _tie(threads: int, lag: float = 10.0, mine: float = 0.5, meets: int = 0) -> Tie:
    return Tie(threads, lag, mine, meets)


_NO_TIE = Tie()
_G, _A, _O, _T = Mailer.GMAIL, Mailer.APPLE, Mailer.OUTLOOK, Mailer.THUNDERBIRD
_K, _R, _M = Mailer.K9, Mailer.ROUNDCUBE, Mailer.MUTT


def _work() -> list[Person]:
    def studio(id: str, name: str, local: str, mailer: Mailer, tie: Tie, role: str, until: float = 1.0) -> Person:
        address = f"{local}@fennelrook.example"
        return Person(id, name, Circle.WORK, (address,), mailer, tie, company=STUDIO, role=role, until=until)

    tomasz = (
        "tomasz.wojcik@fennelrook.example",
        _free("tomasz.wojcik"),
        "t.wojcik@uni-lakeside.example",
    )
    return [
        studio("priya", "Priya Raman", "priya.raman", _G, _tie(21, 2.5, 0.4, 4), "Managing director"),
        Person(
            "tomasz", "Tomasz Wójcik", Circle.WORK, tomasz, _T, _tie(20, 5, 0.5, 7), company=STUDIO, role="Architect"
        ),
        studio("lena", "Lena Hoffmann", "lena.hoffmann", _A, _tie(16, 3, 0.5, 5), "Graphic designer"),
        studio("kwame", "Kwame Mensah", "kwame.mensah", _O, _tie(13, 4, 0.6, 4), "Production"),
        studio("sofia", "Sofía Peña", "sofia.pena", _G, _tie(9, 6, 0.5, 3), "Copywriter"),
        studio("ben", "Ben Carter", "ben.carter", _A, _tie(11, 4, 0.4, 4), "Media planner"),
        studio("hanna", "Hanna Järvinen", "hanna.jarvinen", _G, _tie(6, 9, 0.5, 2), "Registrar"),
        studio("julia", "Julia Nowak", "julia.nowak", _O, _tie(9, 5, 0.5, 3), "Junior producer", until=0.42),
        studio("dmytro", "Дмитро Коваленко", "dmytro.kovalenko", _T, _tie(7, 7, 0.5, 2), "Lighting technician"),
        studio("grace", "Grace Lindholm", "grace.lindholm", _O, _tie(4, 20, 0.3, 1), "People & finance"),
        *_clients(),
    ]


def _clients() -> list[Person]:
    def at(
        id: str, name: str, address: str, company: str, mailer: Mailer, tie: Tie = _NO_TIE, *,
        zone: str = HOME, role: str = "", since: float = 0.0, in_book: bool = True,
    ) -> Person:  # fmt: skip
        return Person(id, name, Circle.WORK, (address,), mailer, tie, zone, company, role, since, in_book=in_book)

    return [
        at("anna-print", "Anna Schmidt", "a.schmidt@harbourprint.example", "Harbour Print", _O, _tie(12, 4, 0.7, 3)),
        at("piet", "Piet de Vries", "piet@harbourprint.example", "Harbour Print", _A, _tie(4, 12, 0.6)),
        at("ingrid", "Ingrid Sørensen", "i.sorensen@stadtmuseum.example", "Stadtmuseum", _O, _tie(11, 8, 0.4, 4)),
        at("matthias", "Matthias Köhler", "m.koehler@stadtmuseum.example", "Stadtmuseum", _O, _tie(7, 14, 0.5, 2)),
        at("fatima", "Fatima El Idrissi", "f.elidrissi@stadtmuseum.example", "Stadtmuseum", _R, _tie(3, 26, 0.6, 1)),
        at("chloe", "Chloé Dubois", "chloe@alder.example", "Alder Design", _A, _tie(8, 6, 0.5, 2)),
        at("marco", "Marco Rinaldi", "marco@alder.example", "Alder Design", _M, _tie(4, 18, 0.5)),
        at(
            "misaki", "田中 美咲", "m.tanaka@minato-museum.example", "Minato Museum", _T, _tie(6, 13, 0.5, 2),
            zone="Asia/Tokyo",
        ),
        at(
            "siobhan", "Siobhán Kelly", "siobhan@northwind-light.example", "Northwind Lighting", _A, _tie(5, 7, 0.5, 2),
            zone="Europe/Dublin", since=0.28,
        ),
        at("jonas", "Jonas Feld", "jonas.feld@lumen.example", "Lumen Archive", _T, _tie(4, 16, 0.5, 1), since=0.62),
        at(
            "adaeze", "Adaeze Okonkwo", "adaeze.okonkwo@lumen.example", "Lumen Archive", _O,
            role="Head of people", in_book=False,
        ),
        at("elif", "Elif Yıldız", _free("elif.yildiz"), "", _G, _tie(6, 8, 0.6, 2), role="Illustrator", since=0.45),
        at("rui", "Rui Tavares", _free("rui.tavares", "outlook.com"), "", _O, since=0.7, in_book=False),
        at(
            "daniel", "Daniel Rosen", "daniel@rosenwright.example", "Rosen Wright", _A, _tie(6, 6, 0.4, 1),
            zone="America/New_York", since=0.35,
        ),
    ]  # fmt: skip


def _of(circle: Circle, rows: list[tuple[str, str, str, Mailer, Tie]], **until: float) -> list[Person]:
    return [
        Person(id, name, circle, tuple(addresses.split()), mailer, tie, until=until.get(id, 1.0))
        for id, name, addresses, mailer, tie in rows
    ]


def _family() -> list[Person]:
    return _of(
        Circle.FAMILY,
        [
            ("ingeborg", "Ingeborg Brandt", _free("ingeborg.brandt", "gmx.net"), _T, _tie(20, 9, 0.4, 2)),
            ("karl", "Karl Brandt", _free("karl.brandt", "gmx.net"), _T, _tie(6, 30, 0.4)),
            ("mareike", "Mareike Brandt-Osei", _free("mareike.osei"), _G, _tie(18, 6, 0.5, 4)),
            ("kofi", "Kofi Osei", _free("kofi.osei"), _G, _tie(5, 14, 0.4, 1)),
            ("jan", "Jan Brandt", "jan@janbrandt.example", _M, _tie(11, 20, 0.6, 2)),
            ("layla", "ليلى حداد", _free("layla.haddad"), _K, _tie(7, 12, 0.4, 1)),
            ("elias", "Elias Haddad", _free("elias.haddad"), _A, _tie(17, 3, 0.5, 2)),
            ("renate", "Renate Vogel", _free("renate.vogel", "web.de"), _R, _tie(4, 40, 0.3)),
            ("lukas", "Lukas Brandt", _free("lukas.brandt", "outlook.com"), _O, _tie(3, 30, 0.5, 1)),
        ],
    )


def _choir() -> list[Person]:
    return _of(
        Circle.CHOIR,
        [
            ("ewa", "Ewa Kamińska", "ewa@kaminska-music.example", _A, _tie(7, 10, 0.3, 1)),
            ("anna-choir", "Anna Schmidt", _free("anna.schmidt.alto"), _G, _tie(8, 9, 0.5, 2)),
            ("bjorn", "Björn Åkesson", _free("bjorn.akesson"), _G, _tie(4, 20, 0.5)),
            ("caroline", "Caroline Whitmore", _free("c.whitmore", "outlook.com"), _O, _tie(5, 14, 0.5, 1)),
            ("eleni", "Ελένη Παπαδοπούλου", _free("eleni.papa"), _K, _tie(9, 8, 0.5, 2)),
            ("georg", "Georg Lang", "georg.lang@example.org", _T, _tie(3, 36, 0.4)),
            ("helene", "Hélène Moreau", _free("helene.moreau"), _G, _tie(4, 16, 0.5)),
            ("joanna", "Joanna Tyrell", _free("jo.tyrell"), _A, _tie(3, 24, 0.5)),
            ("ludmila", "Ludmila Novotná", _free("ludmila.novotna", "gmx.net"), _R, _tie(2, 40, 0.3)),
            ("peter", "Peter Ames", _free("peter.ames"), _G, _tie(7, 9, 0.5, 2)),
        ],
        peter=0.40,
    )


def _allotment() -> list[Person]:
    return _of(
        Circle.ALLOTMENT,
        [
            ("willi", "Willi Krause", "vorstand@kleingarten-sonne.example", _T, _tie(5, 30, 0.3)),
            ("gulay", "Gülay Demir", _free("gulay.demir"), _G, _tie(9, 10, 0.5, 2)),
            ("mai", "Nguyễn Thị Mai", _free("mai.nguyen"), _K, _tie(6, 14, 0.5, 1)),
            ("roswitha", "Roswitha Engel", _free("roswitha.engel", "web.de"), _R, _tie(3, 40, 0.4)),
            ("samuel", "Samuel Adeyemi", _free("s.adeyemi"), _G, _tie(5, 12, 0.5, 1)),
            ("tilda", "Tilda Berg", "tilda@example.net", _A, _tie(8, 8, 0.6, 2)),
            ("ursula", "Ursula Kranz", _free("ursula.kranz", "gmx.net"), _T, _tie(2, 50, 0.3)),
            ("zoran", "Zoran Petrović", _free("zoran.petrovic"), _G, _tie(3, 22, 0.5)),
        ],
        tilda=0.44,
    )


def _volunteers() -> list[Person]:
    return _of(
        Circle.VOLUNTEERS,
        [
            ("rosa", "Rosa Benedetti", "rosa@blumen-benedetti.example", _A, _tie(10, 9, 0.5, 3)),
            ("miriam", "Miriam Katz", "miriam@tafelrunde.example", _T, _tie(9, 8, 0.4, 2)),
            ("abdul", "Abdul Rahimi", _free("abdul.rahimi"), _G, _tie(5, 12, 0.5, 1)),
            ("clara", "Clara Jung", _free("clara.jung"), _G, _tie(4, 15, 0.5)),
            ("osterman", "David Osterman", "david.osterman@example.org", _M, _tie(3, 30, 0.5)),
            ("francesca", "Francesca Bruno", _free("francesca.bruno", "outlook.com"), _O, _tie(4, 18, 0.4, 1)),
            ("hamid", "Hamid Karimi", _free("hamid.karimi"), _K, _tie(2, 20, 0.5)),
            ("svetlana", "Светлана Орлова", _free("svetlana.orlova"), _G, _tie(4, 12, 0.5, 1)),
        ],
    )


def _neighbours() -> list[Person]:
    return _of(
        Circle.NEIGHBOURS,
        [
            ("elke", "Elke Zimmermann", _free("elke.zimmermann", "web.de"), _R, _tie(4, 26, 0.4)),
            ("mehmet", "Mehmet Aydın", _free("mehmet.aydin"), _G, _tie(6, 10, 0.5, 1)),
            ("laura", "Laura Simmons", _free("laura.simmons"), _A, _tie(5, 8, 0.5, 1)),
            ("nils", "Nils Petersen", "nils@petersen-holz.example", _T, _tie(3, 30, 0.6)),
            ("olga", "Olga Weiss", _free("olga.weiss", "gmx.net"), _T, _tie(2, 40, 0.4)),
            ("ravi", "Ravi Chandra", _free("ravi.chandra"), _G, _tie(4, 9, 0.5)),
        ],
    )


def _friends() -> list[Person]:
    return _of(
        Circle.FRIENDS,
        [
            ("lotte", "Lotte Krag", _free("lotte.krag"), _A, _tie(16, 12, 0.5, 5)),
            ("ines", "Inês Duarte", _free("ines.duarte"), _G, _tie(13, 18, 0.5, 3)),
            ("michael", "Michael O’Brien", _free("mick.obrien"), _G, _tie(6, 30, 0.6, 1)),
            ("camille", "Camille Laurent", _free("camille.laurent", "outlook.com"), _O, _tie(5, 40, 0.5, 1)),
            ("bram", "Bram Visser", f"{_free('bram.visser')} {DEAD_ADDRESS}", _T, _tie(4, 40, 0.6)),
            ("zeynep", "Zeynep Kaya", _free("zeynep.kaya"), _G, _tie(8, 14, 0.5, 2)),
            ("yael", "יעל כהן", _free("yael.cohen"), _G, _tie(6, 16, 0.5, 1)),
            ("sanna", "Sanna Virtanen", _free("sanna.virtanen"), _G, _tie(9, 14, 0.5, 2)),
            ("hiro", "Hiroshi Watanabe", _free("hiro.watanabe"), _A, _tie(7, 20, 0.5, 1)),
            ("marek", "Marek Dvořák", _free("marek.dvorak", "outlook.com"), _O, _tie(7, 16, 0.5, 2)),
            ("oksana", "Oksana Melnyk", "oksana@melnyk.example", _G, Tie()),
        ],
        sanna=0.38,
        hiro=0.45,
        marek=0.33,
    )


def _others() -> list[Person]:
    def stranger(id: str, name: str, address: str, mailer: Mailer) -> Person:
        return Person(id, name, Circle.OTHERS, (address,), mailer, in_book=False)

    return [
        # Keeps a shop alone and answers from info@: a human behind an address that looks like none.
        Person(
            "holm", "Henrik Holm", Circle.OTHERS, ("info@papier-holm.example",), _T, _tie(4, 20, 0.9), in_book=False
        ),
        stranger("keys", "Dagmar Pohl", _free("dagmar.pohl", "gmx.net"), _T),
        stranger("student", "Amélie Roux", _free("amelie.roux"), _G),
        stranger("reader", "Gareth Hughes", _free("g.hughes", "outlook.com"), _O),
        stranger("cousin-of", "Ivana Kovač", _free("ivana.kovac"), _K),
        stranger("landlord", "Bernd Ostwald", _free("bernd.ostwald", "web.de"), _R),
    ]


#: (who introduces, whom, fraction of the year, whether the owner takes it up)
INTRODUCTIONS: tuple[tuple[str, str, float, bool], ...] = (
    ("priya", "siobhan", 0.28, True),
    ("kofi", "daniel", 0.35, True),
    ("ben", "elif", 0.45, True),
    ("rosa", "jonas", 0.62, True),
    ("ines", "rui", 0.70, False),
)

#: Who the demo's open question is about, and who could open that door: the owner sees these two together, and never
#: hears from the first one alone.
HIRING_MANAGER, DOOR_OPENER = "adaeze", "rosa"

#: Stands in entries without guests, on a card, and nowhere else.
ONLY_IN_ENTRIES = "oksana"

#: Acquaintances across circles, beside those of one company or circle.
ACROSS: tuple[tuple[str, str], ...] = (
    (DOOR_OPENER, HIRING_MANAGER),
    (DOOR_OPENER, "jonas"),
    ("lotte", "ines"),
    ("mareike", "lotte"),
    ("tomasz", "zeynep"),
    ("anna-choir", "gulay"),
    *((by, whom) for by, whom, _, _ in INTRODUCTIONS),
)


def people() -> tuple[Person, ...]:
    """Everybody but the owner, in a fixed order."""
    return (
        *_work(),
        *_family(),
        *_choir(),
        *_allotment(),
        *_volunteers(),
        *_neighbours(),
        *_friends(),
        *_others(),
    )


def knows(everybody: tuple[Person, ...]) -> dict[str, tuple[str, ...]]:
    """Who knows whom, by id, both ways: one circle (at work: one company), and what ACROSS adds."""
    pairs = {(a, b) for a, b in ACROSS} | {(b, a) for a, b in ACROSS}
    for one in everybody:
        for other in everybody:
            if one.id != other.id and _together(one, other):
                pairs.add((one.id, other.id))
    return {one.id: tuple(sorted(b for a, b in pairs if a == one.id)) for one in everybody}


def _together(one: Person, other: Person) -> bool:
    if one.circle != other.circle or one.circle in (Circle.OTHERS, Circle.FRIENDS, Circle.NEIGHBOURS):
        return False
    return one.circle != Circle.WORK or bool(one.company) and one.company == other.company

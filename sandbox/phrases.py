"""What people write about: subjects with opening lines for each circle, and answers that fit anything."""

from __future__ import annotations

from random import Random

from sandbox.model import Circle

#: (subject, opening line); {d} a weekday, {m} a month, {n} a small number, {t} a thing of that circle.
_TOPICS: dict[Circle, tuple[tuple[str, str], ...]] = {
    Circle.WORK: (
        ("{t}: next steps", "I have gone through the plan for the {t}. Could we settle the open points by {d}?"),
        ("Budget for the {t}", "The budget for the {t} is {n} per cent over. I would cut the second print run."),
        ("Draft texts, {t}", "Here are the draft texts. Room {n} is still too long, I think."),
        ("{t}: quote", "Could you send me a quote for the {t}? We need it before {d}."),
        ("Loan agreement", "The lender has signed; the courier comes on {d}. Insurance is still missing."),
        ("{d}?", "Do you have half an hour on {d}? It is about the {t}."),
        ("Photos of the {t}", "The photos came out well. I put the best {n} in the folder."),
        ("Question about the floor plan", "Is the north door wider than {n} metres? The case will not fit otherwise."),
        ("Delivery in {m}", "The supplier moves the delivery to {m}. Does that break anything on your side?"),
        ("Thanks for today", "That was a good conversation. I will write down what we said about the {t}."),
        ("{t}: who does what", "So that nothing falls between us: I take the {t}, you the lenders?"),
        ("Feedback from the museum", "They like it, with {n} remarks. Nothing that hurts."),
        ("Invoice for {m}", "Your invoice for {m} lacks our order number. Could you send it again?"),
        ("Colours", "The blue is too dark in print. Sample {n} is closest."),
    ),
    Circle.FAMILY: (
        ("Mum's birthday", "Who brings the cake this year? I could do the one with plums."),
        ("Sunday", "Are you coming on Sunday? There will be {n} of us."),
        ("Photos from {m}", "Found these while tidying up. Look at the {t}!"),
        ("The {t}", "Do you still have the {t}? We could use it again."),
        ("Train on {d}", "My train gets in at {n} past four on {d}. No need to fetch me."),
        ("How are you?", "You sounded tired on the phone. Everything all right?"),
        ("Holidays in {m}", "We thought of a week by the sea in {m}. Would you join us?"),
        ("Recipe", "You asked for the recipe of the {t}. Here it is, as grandma wrote it."),
        ("Key", "The spare key is with Frau Zimmermann until {d}."),
        ("Small news", "The garden is full of snow drops and the cat has found a new favourite place."),
    ),
    Circle.CHOIR: (
        ("Alto part, {t}", "Could you send me your recording of the {t}? I lose the thread at bar {n}."),
        ("Rehearsal on {d}", "I cannot make it on {d}. Could you tell Ewa?"),
        ("Lift to the concert", "I have {n} seats left in the car. Shall I pick you up?"),
        ("Concert in {m}", "The church is free in {m}. Would you help with the posters again?"),
        ("Sheet music", "I still have your copy of the {t}. I will bring it on {d}."),
        ("That ending!", "I have had the ending of the {t} in my head for {n} days now."),
        ("Choir weekend", "Shall we share a room at the choir weekend in {m}?"),
    ),
    Circle.ALLOTMENT: (
        ("Water butt", "The water butt leaks again. Do you know somebody with the right seal?"),
        ("Seeds", "I have {n} bags of {t} left over. Would you like some?"),
        ("{d} in the garden", "I will be there on {d} from ten. Shall we cut the hedge together?"),
        ("{t}", "Something eats my {t}. Do you have it too?"),
        ("Compost", "The lorry with compost comes on {d}; who takes how much?"),
        ("Your plot in {m}", "I can water for you in {m}, no trouble."),
        ("Harvest", "So many {t} this year! I left a basket at your gate."),
    ),
    Circle.VOLUNTEERS: (
        ("Kitchen on {d}", "We are {n} short in the kitchen on {d}. Could you take the early shift?"),
        ("{t} for the lunch", "Who brings the {t} for the lunch? I can drive."),
        ("Thank you", "{n} guests came today and every plate came back empty. Thank you!"),
        ("Flowers", "I have {n} bunches left from the market; the tables will look good on {d}."),
        ("A new helper", "Somebody asked whether they may help in {m}. Shall I give them your name?"),
        ("Keys to the hall", "I left the keys to the hall with Miriam. The {t} are in the cellar."),
        ("Raffle", "For the raffle in {m} we still need {n} prizes."),
    ),
    Circle.NEIGHBOURS: (
        ("Parcel", "A parcel for you is here with us; ring when you are home."),
        ("Staircase", "The light on the {n}rd floor is out. Have you written to the management?"),
        ("Noise on {d}", "We drill on {d} from nine to {n}. Sorry in advance!"),
        ("Courtyard party in {m}", "Would you help with the courtyard party in {m}? It is only tables and cake."),
        ("Plants", "Could you water our plants in {m}? Keys as always."),
        ("Bicycle cellar", "Somebody left the cellar open again. Was it {d}?"),
    ),
    Circle.FRIENDS: (
        ("Long time", "It has been too long. Are you around in {m}?"),
        ("{d} evening?", "Cinema on {d}? The one with the {t} is on."),
        ("You would like this", "I read this and thought of you and the {t}."),
        ("Visiting in {m}", "I am in town for {n} days in {m}. Dinner?"),
        ("News", "I said yes. We move in {m}. I am terrified and glad."),
        ("The book", "I finished it at last. Page {n}0 is the best."),
        ("Weekend away", "There is a hut by the lake, {n} beds, nothing else. {d} to Sunday?"),
        ("Birthday", "No party this year, only soup and {n} friends. You are one."),
        ("Old photos", "Look what I found: the {t}, and our hair!"),
    ),
    Circle.OTHERS: (
        ("Paper for the catalogue", "Do you have the grey {t} in sheets of 70 by 100? We need {n}."),
        ("Your order", "The {t} has come in; you can fetch it from {d}."),
        ("Bookbinding", "Can you bind {n} copies by {d}? Thread, no glue."),
    ),
}  # fmt: skip

_THINGS: dict[Circle, tuple[str, ...]] = {
    Circle.WORK: (
        "harbour exhibition",
        "touring show",
        "lamp room",
        "catalogue",
        "opening night",
        "archive wall",
        "audio guide",
    ),
    Circle.FAMILY: ("old tent", "plum cake", "slide projector", "green sofa", "dog", "sledge"),
    Circle.CHOIR: ("Fauré", "Kyrie", "spring song", "Pärt", "madrigal", "last chorale"),
    Circle.ALLOTMENT: ("tomatoes", "beans", "courgettes", "apples", "dahlias", "currants"),
    Circle.VOLUNTEERS: ("tables", "soup pots", "bread", "benches", "lanterns", "aprons"),
    Circle.NEIGHBOURS: ("ladder", "bins", "post"),
    Circle.FRIENDS: ("lighthouse", "accordion", "night train", "canoe", "blue car", "band"),
    Circle.OTHERS: ("laid paper", "linen", "card", "buckram"),
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_ANSWERS_WORK = (
    "Works for me. I will confirm by tomorrow.",
    "Thank you, that helps. One question: who signs it off?",
    "Agreed. I have changed it in the plan.",
    "Not quite: the second point still depends on the lender. Can we talk?",
    "Perfect, thanks!",
    "I need a day for this. You have it by Thursday.",
    "Seen. From my side there is nothing more to add.",
    "Could we do it a week later? This one is full.",
    "Here is the new version; the changes are in green.",
    "Good catch. I had overlooked that.",
)
_ANSWERS_HOME = (
    "Yes, gladly!",
    "Oh, how lovely. I will bring something.",
    "I cannot that day, sorry. The week after?",
    "Ha! I had forgotten all about it.",
    "Thank you for thinking of it. See you soon.",
    "Let me ask at home and write again tonight.",
    "Of course. The usual time?",
    "That made my day.",
    "Not this time, but do ask again.\n\n>From the letter I got: the roof stays.",
    "All good here, only tired. More when we meet.\n\nFrom here the lake looks frozen.",
)


def topic(rng: Random, circle: Circle) -> tuple[str, str]:
    """A subject and the opening lines that go with it."""
    subject, text = rng.choice(_TOPICS[circle])
    slots = {
        "d": rng.choice(_DAYS),
        "m": rng.choice(_MONTHS),
        "n": str(rng.randrange(2, 10)),
        "t": rng.choice(_THINGS[circle]),
    }
    subject = subject.format(**slots)
    return subject[:1].upper() + subject[1:], text.format(**slots)


def answer(rng: Random, circle: Circle) -> str:
    """An answer that fits any topic."""
    return rng.choice(_ANSWERS_WORK if circle == Circle.WORK else _ANSWERS_HOME)

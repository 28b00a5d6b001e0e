"""How figures, dates and counts are written in French: on screens, in mails, in the terminal.

Pure functions: the day of today is passed in. What is unknown (None) reads "inconnu", never 0.
Source: look/README.md, "Voice" (narrow no-break spaces inside numbers and before units).
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from cordee.rules import clock

THIN = clock.THIN
UNKNOWN = "inconnu"
MINUS = "\u2212"
ON_SPOT = "sur place"
ON_SPOT_KM = Decimal("0.5")
MONTHS = clock.MONTHS

SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

Amount = int | float | Decimal

VOWELS = tuple("aàâeéèêëiîïoôœuùûy")


def number(value: Amount | None, decimals: int | None = None) -> str:
    """1234.5 -> "1 234,5". Without `decimals`, as many as the value carries.

    Rounds half up, as a person with a pencil does.
    """
    if value is None:
        return UNKNOWN
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = MINUS if exact < 0 else ""
    whole, _, fraction = f"{abs(exact):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN)
    return f"{sign}{grouped}{',' + fraction if fraction else ''}"


def with_unit(text: str, unit: str) -> str:
    return text if text == UNKNOWN else f"{text}{THIN}{unit}"


def euros_number(amount_cents: int | None, *, rounded: bool = False) -> str:
    """Integer cents -> "1 234,56", or "1 235" when `rounded`."""
    if amount_cents is None:
        return UNKNOWN
    return number(Decimal(amount_cents) / 100, 0 if rounded else 2)


def euros(amount_cents: int | None, *, rounded: bool = False) -> str:
    """Integer cents -> "1 234,56 €"."""
    return with_unit(euros_number(amount_cents, rounded=rounded), "€")


def price(amount_cents: int) -> str:
    """What a sentence says to the cent: "24 €", and "24,50 €" where there are cents."""
    return euros(amount_cents, rounded=amount_cents % 100 == 0)


def hours_number(minutes: int | None) -> str:
    """Minutes -> "1 500", "12,5", "0,33": hours, to the hundredth where they are not whole."""
    if minutes is None:
        return UNKNOWN
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return number(hours.normalize())


def hours(minutes: int | None) -> str:
    """Minutes -> "12,5 h"."""
    return with_unit(hours_number(minutes), "h")


def fte_number(cfte: Amount | None) -> str:
    """Hundredths of a full-time equivalent -> "12,5"; one decimal, two where the second counts."""
    if cfte is None:
        return UNKNOWN
    exact = (Decimal(str(cfte)) / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return number(exact, 1 if exact * 10 == int(exact * 10) else 2)


def fte(cfte: Amount | None) -> str:
    """Hundredths of a full-time equivalent -> "12,5 ETP"."""
    return with_unit(fte_number(cfte), "ETP")


def km_number(distance_km: Amount | None, decimals: int | None = None) -> str:
    """7.68 -> "7,7"; from 10 km on, "12". A given number of decimals is obeyed."""
    if distance_km is None:
        return UNKNOWN
    if decimals is None:
        decimals = 0 if distance_km >= Decimal("9.95") else 1
        text = number(distance_km, decimals)
        return text.removesuffix(",0")
    return number(distance_km, decimals)


def km(distance_km: Amount | None, decimals: int | None = None) -> str:
    return with_unit(km_number(distance_km, decimals), "km")


def trip(distance_km: Amount | None) -> str:
    """ "7,7 km", and "sur place" under half a kilometre: nobody travels within a village."""
    return ON_SPOT if is_on_spot(distance_km) else km(distance_km)


def is_on_spot(distance_km: Amount | None) -> bool:
    return distance_km is not None and distance_km < ON_SPOT_KM


def percent_number(rate: Amount | None, decimals: int = 1) -> str:
    """A rate between 0 and 1 -> "26,4"."""
    return UNKNOWN if rate is None else number(Decimal(str(rate)) * 100, decimals)


def percent(rate: Amount | None, decimals: int = 1) -> str:
    """A rate between 0 and 1 -> "26,4 %"."""
    return with_unit(percent_number(rate, decimals), "%")


def day(when: date | None, on: date) -> str:
    """ "17 décembre", "1er mars 2027": the year only where it is not that of `on`."""
    if when is None:
        return UNKNOWN
    return clock.long_day(when).removesuffix(f" {on.year}")


def short_day(when: date) -> str:
    """ "2 déc.", "1er mars": where the year goes without saying."""
    first = "1er" if when.day == 1 else str(when.day)
    return f"{first}{THIN}{SHORT_MONTHS[when.month - 1]}"


def near_day(when: date, on: date) -> str:
    """Below a short day: "aujourd’hui", "d’ici mercredi"; the year where it is another."""
    days = (when - on).days
    if days in (0, 1):
        return "d’ici demain" if days else "aujourd’hui"
    is_near = when.year == on.year or days < 60
    return f"d’ici {WEEKDAYS[when.weekday()]}" if is_near else str(when.year)


def moment(when: datetime | None, on: date) -> str:
    """ "17 décembre, 12 h" or "17 décembre, 9 h 30", in the time of Paris."""
    if when is None:
        return UNKNOWN
    return f"{day(clock.day_of(when), on)}, {clock.hour(when)}"


def days_left(until: date | None, on: date) -> str:
    """ "dans 23 jours", "demain", "aujourd’hui", "hier", "passé depuis 3 jours"."""
    if until is None:
        return UNKNOWN
    days = (until - on).days
    named = {0: "aujourd’hui", 1: "demain", -1: "hier"}
    if days in named:
        return named[days]
    return f"dans {days}{THIN}jours" if days > 0 else f"passé depuis {-days}{THIN}jours"


def size(how_many_bytes: int) -> str:
    """ "248 octets", "35 ko", "9,5 Mo": thousands of thousands, as limits are told."""
    if how_many_bytes < 1_000:
        return count(how_many_bytes, "octet")
    if how_many_bytes < 1_000_000:
        return with_unit(number(round(how_many_bytes / 1_000)), "ko")
    millions = round(Decimal(how_many_bytes) / 1_000_000, 1)
    return with_unit(number(millions if millions % 1 else int(millions)), "Mo")


def gigabytes(how_many_bytes: int) -> str:
    """ "79 Go", "0,4 Go": the room on a disk."""
    billions = Decimal(how_many_bytes) / 1_000_000_000
    return with_unit(number(round(billions, 1) if billions < 10 else int(billions)), "Go")


def of(name: str) -> str:
    """ "des Jardins", "du Relais", "d’Atelier Nord", "de Rives": a name after "de"."""
    for article, merged in (("Les ", "des "), ("Le ", "du ")):
        if name.startswith(article):
            return merged + name.removeprefix(article)
    return f"d’{name}" if name[:1].lower() in VOWELS else f"de {name}"


def to(name: str) -> str:
    """ "aux Jardins", "au Relais", "à Rives": a name after "à"."""
    for article, merged in (("Les ", "aux "), ("Le ", "au ")):
        if name.startswith(article):
            return merged + name.removeprefix(article)
    return f"à {name}"


def count(how_many: int, singular: str, plural: str | None = None) -> str:
    """ "1 structure", "25 structures", "0 structure": French counts plural from two on."""
    word = singular if abs(how_many) < 2 else (plural or singular + "s")
    return f"{number(how_many)}{THIN}{word}"


# "de", "la", "des", "et": nothing is cut after them.
LITTLE_WORD = 3


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, cut after a word that means something: a title that
    ends with "de la…" says less than one cut before it."""
    if len(text) <= most:
        return text
    words = text[: most - 1].split(" ")[:-1] or [text[: most - 1]]
    while len(words) > 1 and len(words[-1]) <= LITTLE_WORD:
        words.pop()
    return " ".join(words).rstrip(" ,;:.\u00a0\u202f") + "…"


def ended(text: str) -> str:
    """A text with its full stop, unless it ends otherwise: "Tonte." and "Tonte des…"."""
    return text if text.endswith((".", "…", "?", "!")) else f"{text}."


# As they go with « chose », « structure », « équipe ».
LETTERS = ("aucune", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


def in_letters(how_many: int) -> str:
    """ "trois" up to ten, feminine, then figures."""
    return LETTERS[how_many] if 0 <= how_many < len(LETTERS) else number(how_many)


def series(words: Sequence[str]) -> str:
    """ "a, b et c"; empty for none."""
    return " et ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)

"""From signals to the numbers that the weights of the model multiply, the same for every trade.

Each feature is 0 or 1, or a share, with a name a person can read; `model.toml` weighs them.
"""

from collections.abc import Mapping, Sequence

from cordee.notices.trades.document import Part
from cordee.notices.trades.lexicon import Act
from cordee.notices.trades.signals import FULL, WORKS_TRADES, Signal, Signals
from cordee.rules import crafts
from cordee.rules.trades import TRADES

FINISHING = crafts.TRADE
STRUCTURE = "gros-oeuvre-patrimoine"
LANDSCAPE = "espaces-verts"
JOINERY = "menuiserie-bois-palettes"
DEMOLITION = "deconstruction-reemploi-materiaux"

GOODS = frozenset(
    {
        "maraichage",
        "menuiserie-bois-palettes",
        "restauration-traiteur",
        "textile-couture",
        "transformation-alimentaire-conserverie",
    }
)
"""Trades whose goods count when they are bought (GUIDELINES 2)."""

ALWAYS = "always"
MAYBE_BUILDING = "perhaps a building contract"

AGAINST = frozenset(
    {
        "named by the title, which is also out",
        "named by a lot, others by the title",
        "named by a building keyword, title about something else",
        "named by a service keyword, title about something else",
        "the title is out",
        "a building contract, title out",
        "another trade in a building contract",
        "demolition in a building contract",
        "no code, named elsewhere",
        "no code, named in the title",
        "no code, named nowhere",
        "no code, named weakly",
    }
)
"""Features that can only speak against a trade; every other one can only speak for it."""

# Strengths of `signals`: below WEAK a phrase is only heard, from FULL on it names the trade.
WEAK = 0.15
HINT = 0.4


def features_of(signals: Signals) -> dict[str, dict[str, float]]:
    """By trade of the referential, the features that are not zero, by name."""
    named = [slug for slug in TRADES if signals.trades[slug].title >= FULL]
    building = building_of(signals)
    return {slug: _features(slug, signals, named, building) for slug in TRADES}


def _features(
    slug: str, signals: Signals, named: list[str], building: Mapping[str, float]
) -> dict[str, float]:
    signal = signals.trades[slug]
    inside = slug in (FINISHING, STRUCTURE)
    # The two trades of a building come together: one does not speak against the other.
    others = any(
        other != slug and not (inside and other in (FINISHING, STRUCTURE)) for other in named
    )
    found = {ALWAYS: 1.0, **_by_part(slug, signal, signals, others)}
    found |= _by_code(signal, signals)
    if signals.title_is_out and not named:
        found["the title is out"] = 1.0
    if inside and (strength := building.get(slug, 0.0)):
        other_trades = any(other not in (FINISHING, STRUCTURE) for other in named)
        if max(signal.title, signal.lot, signal.lead, signal.keyword) > WEAK or signal.body > 0:
            found["a building contract: named too"] = strength
        elif not other_trades:
            found["a building contract: not named"] = strength
        found["a building contract, title out"] = float(signals.title_is_out)
    elif inside and not others:
        found[MAYBE_BUILDING] = may_be_building(signals, named)
    is_building = bool(building) and max(building.values()) >= FULL
    aside = is_building or signals.title_is_out or signal.lot >= FULL
    if slug == LANDSCAPE and aside and not signals.only_supplies:
        # Landscaping named in roads or in a building is a part of its own (GUIDELINES 8).
        part = max(signal.lot, signal.keyword, signal.lead, float(signal.body > 0))
        found["landscaping named as a part"] = float(part >= FULL)
    if slug == DEMOLITION and is_building:
        found["demolition in a building contract"] = 1.0
        found["demolition as a lot of it"] = float(signal.lot >= FULL)
    if not inside and is_building and slug not in (JOINERY, DEMOLITION):
        found["another trade in a building contract"] = 1.0
    return {name: value for name, value in found.items() if value}


def _by_part(slug: str, signal: Signal, signals: Signals, others: bool) -> dict[str, float]:
    """What the best passage says: only the best counts, so that nothing counts twice."""
    out = signals.title_is_out
    found: dict[str, float] = {}
    if signal.title >= FULL:
        found["named by the title"] = 1.0
        found["named by the title, which is also out"] = float(out)
        found["and by a keyword"] = float(signal.keyword >= FULL)
    elif signal.lot >= FULL:
        found["named by a lot"] = 1.0
        found["named by a lot, others by the title"] = float(others)
        found["and by a keyword"] = float(signal.keyword >= FULL)
    elif signal.lead >= FULL:
        found["named by the first sentences"] = 1.0
        found["and by a keyword"] = float(signal.keyword >= FULL)
        found["and by the title, weakly"] = float(signal.title > WEAK)
    elif signal.keyword >= FULL and not _bought_otherwise(slug, signals, others):
        kind = "building" if slug in (FINISHING, STRUCTURE, LANDSCAPE) else "service"
        found[f"named by a {kind} keyword"] = 1.0
        found[f"named by a {kind} keyword, title about something else"] = float(
            out or (kind == "service" and (others or signals.title_act is Act.WORKS))
        )
        found["named by a keyword: several"] = float(signal.keywords > 1)
        found["and by the title, weakly"] = float(signal.title > WEAK)
    elif signal.title > WEAK:
        found["suggested by the title"] = 1.0
    elif signal.lead > WEAK or signal.lot > WEAK or signal.keyword > WEAK:
        found["suggested elsewhere"] = 1.0
    if signal.title < FULL and signal.body:
        found["named further on"] = 1.0
        found["named further on: often"] = float(signal.body > 2)
    return found


def _by_code(signal: Signal, signals: Signals) -> dict[str, float]:
    """What the CPV codes say, where there are some."""
    if not signals.has_codes:
        return {}
    elsewhere = max(signal.lot, signal.lead) >= FULL or signal.body > 0
    weakly = max(signal.title, signal.lot, signal.lead) > WEAK
    named = (
        "in the title"
        if signal.title >= FULL
        else "elsewhere"
        if elsewhere
        else "weakly"
        if weakly
        else "nowhere"
    )
    weight = "main" if signal.code >= FULL else "other" if signal.code > WEAK else "no"
    return {f"{weight} code, named {named}": 1.0}


def _bought_otherwise(slug: str, signals: Signals, others: bool) -> bool:
    """Whether the keyword only names goods where work is bought, or work where goods are bought."""
    act = signals.title_act
    if slug in (FINISHING, STRUCTURE) and signals.only_supplies:
        return True
    if slug == "restauration-traiteur":
        return act in (Act.SUPPLY, Act.UPKEEP)  # groceries, or upkeep of its kitchens
    if slug in (FINISHING, STRUCTURE) and others and act is Act.SERVICE:
        return True  # "Vitrerie", where windows are cleaned
    if slug in (FINISHING, STRUCTURE, LANDSCAPE):
        return act is Act.SUPPLY and slug == LANDSCAPE
    return act not in (Act.SUPPLY, None) if slug in GOODS else act is Act.SUPPLY


def building_of(signals: Signals) -> dict[str, float]:
    """How far the contract is one of a whole building, for finishing and for structure.

    Building something new or bigger calls for both; renewing calls for finishing, and for structure
    where it is named (GUIDELINES 3 and 23). A lot put out alone is not the building.
    """
    marks = signals.building
    many = any((part, "many") in marks for part in Part) or _named(signals, FINISHING, STRUCTURE)
    # One lot put out again is that trade's work, not the building it stands in.
    if signals.is_single_lot and not any((part, "many") in marks for part in Part):
        return {}
    # Goods, services and studies name buildings as places.
    if signals.title_act in (Act.SUPPLY, Act.SERVICE, Act.MANAGE) and not many:
        return {}
    head = (Part.TITLE, Part.LEAD)
    builds = any((part, "build what") in marks for part in head)
    renews = any((part, "renew what") in marks for part in head)
    works = (Part.TITLE, "work what") in marks
    keyword = signals.trades[STRUCTURE].keyword == HINT and not signals.title_is_out
    keyword = keyword and signals.trades[FINISHING].keyword >= HINT
    # "Réfection de la toiture", with the keyword "Bâtiment": one trade is named, the rest is place.
    keyword = keyword and max(signals.trades[slug].title for slug in WORKS_TRADES) < FULL
    if keyword and any((Part.TITLE, kind) in marks for kind in ("build", "renew", "work")):
        # The keyword says that it is a building, the title what is done to it.
        builds = builds or (Part.TITLE, "build") in marks
        renews, works = True, True
    in_title = (
        keyword or many or any((Part.TITLE, f"{kind} what") in marks for kind in ("build", "renew"))
    )
    if not (builds or renews or works or many):
        return {}
    sure = 1.0 if in_title else 0.5
    if builds or many:
        return {FINISHING: sure, STRUCTURE: sure}
    structure = signals.trades[STRUCTURE]
    if max(structure.title, structure.lot, structure.keyword, structure.lead) >= FULL:
        return {FINISHING: sure, STRUCTURE: sure}
    return {FINISHING: sure}


def may_be_building(signals: Signals, named: Sequence[str] = ()) -> float:
    """How far the title builds or renews something that nothing says to be no building.

    "Réhabilitation de l'espace Pinatel", "travaux au collège", or one lot of a school whose trade
    is not told. Where a craft is `named` ("réfection en peinture"), only a building makes it more.
    """
    marks = signals.building
    is_craft = named and (Part.TITLE, "what") not in marks
    is_none = signals.title_is_out or signals.has_keywords or (Part.TITLE, "stop") in marks
    if is_craft or is_none or signals.title_act in (Act.SUPPLY, Act.SERVICE):
        return 0.0
    if signals.title_act is Act.MANAGE:
        # A concession may buy the building that it then runs: too little to weigh, enough to show.
        whats = {kind for part, kind in marks if part in (Part.TITLE, Part.LEAD)}
        return 0.0 if whats.isdisjoint(("build what", "renew what")) else 0.1
    return float(any((Part.TITLE, kind) in marks for kind in ("build", "renew", "work what")))


def _named(signals: Signals, *slugs: str) -> bool:
    """Whether each of these trades is named by a keyword or by a lot."""
    return all(
        max(signals.trades[slug].keyword, signals.trades[slug].lot) >= FULL for slug in slugs
    )

"""Why this team and no other, in French: partners, absences, limits, the simple method."""

from collections.abc import Sequence

from cordee.base.ui import french, months
from cordee.composing.problem.reader import (
    LEAST_SHOWN_UNITS,
    Reader,
    by_term,
    euros,
    euros_at_least,
    euros_at_most,
    more_or_less,
)
from cordee.composing.problem.team_table import TeamTable
from cordee.engine.compare import Comparison, WhatIf
from cordee.engine.explain import (
    Absence,
    Explanation,
    Hurdle,
    Limit,
    Move,
    Swap,
    Tightness,
    WhyNot,
    WhyPartner,
    Worth,
)
from cordee.engine.result import UNITS_PER_CENT, Obstacle, Result, Status
from cordee.rules import crafts
from cordee.rules.grammar import agreed

FEW_TAKERS = 3
LEAST_SHOWN_HM = 5
HIDDEN_MEANS = "ses moyens ne suffisent pas, d’après un chiffre non partagé avec vous"
SHOWN_WHERE_THEY_COST = frozenset({Limit.MIN_SHARE, Limit.MAX_PACKAGES})
HIDDEN_COST = "Une partie du coût tient à des chiffres non partagés avec vous."
HURDLE_WORDS = {
    Obstacle.EXCLUDED: "vous l’avez écartée",
    Obstacle.NO_PLACE: "nous ne savons pas où elle se trouve",
    Obstacle.UNKNOWN_TRADE: "nous ne connaissons pas ses métiers",
    Obstacle.NOT_ELIGIBLE: "le lot est réservé, et elle n’y a pas droit",
    Obstacle.STAFF_SUPPLY: "elle met du personnel à disposition, l’acheteur demande un résultat",
    Obstacle.SHARE_LIMIT: "elle ne peut pas tenir la part demandée",
}


# Why each partner.


def why_partner(why: WhyPartner, reader: Reader) -> list[str]:
    """Why an organisation is in the team: who else could, and what its nearest other would cost."""
    name = reader.organisation(why.organisation)
    sentences = []
    for each in why.takers:
        label = reader.label(each.package)
        if each.organisations == 1:
            sentences.append(f"{name} est la seule à pouvoir prendre {label}.")
        elif each.is_needed:
            sentences.append(f"Sans {name}, personne ne peut tenir tout {label}.")
        elif each.organisations <= FEW_TAKERS:
            few = french.in_letters(each.organisations).capitalize()
            sentences.append(f"{few} structures seulement peuvent prendre {label}.")
    if why.replacement is not None:
        sentences.extend(_replacement(why.replacement, reader))
    return sentences


def _replacement(swap: Swap, reader: Reader) -> list[str]:
    move = swap.moves[0]
    units = reader.units(swap.difference.items())
    sentences = [f"Avec {reader.name(move.taker)} à sa place, {_costs(units, reader)}"]
    if far := _farther(swap.moves):
        sentences.append(f"Le trajet ferait {far}.")
    return sentences


def _costs(units: int, reader: Reader) -> str:
    """What a team would cost against the one shown; figures left out are never given a sign."""
    if reader.hidden and units <= 0:
        return f"l’équipe ne coûterait pas plus, à ce que vous pouvez voir. {HIDDEN_COST}"
    return f"l’équipe coûterait {more_or_less(units)}."


def _farther(moves: Sequence[Move]) -> str:
    """ "14 km de plus", for the move of most work; nothing where it makes no difference."""
    move = max(moves, key=lambda each: each.cfte)
    far = move.taker_distance_hm - move.giver_distance_hm
    if abs(far) < LEAST_SHOWN_HM:
        return ""
    return f"{french.km(abs(far) / 10)} de {'plus' if far > 0 else 'moins'}"


# Why not this one.


def why_not_line(why: WhyNot, reader: Reader, exact: WhatIf | None = None) -> str:
    """ "Les Jardins : pas libre en mai 2027, 14 km de plus, 820 € de plus."."""
    name = reader.organisation(why.organisation)
    parts = _absence(why, reader, exact)
    return f"{name}\u00a0: {', '.join(parts)}."


def _absence(why: WhyNot, reader: Reader, exact: WhatIf | None) -> list[str]:
    if why.absence is Absence.SET_ASIDE:
        assert why.nearest is not None
        return [_hurdle(why.nearest, reader)]
    if why.absence is Absence.ONE_SUFFICES:
        return ["une autre peut tout tenir seule, elle non"]
    moves = () if why.swap is None else why.swap.moves
    concerned = {move.package for move in moves} or {each.package for each in why.hurdles}
    parts = [
        _hurdle(each, reader)
        for each in why.hurdles
        if each.package in concerned and _is_short_in_sight(each, reader)
    ][:1]
    if moves and (far := _farther(moves)):
        parts.append(far)
    parts.append(_price(why, reader, exact))
    return parts


def _price(why: WhyNot, reader: Reader, exact: WhatIf | None) -> str:
    if exact is not None and exact.after.status is Status.IMPOSSIBLE:
        return "aucune équipe ne peut tout tenir avec elle"
    if exact is not None and exact.comparison is not None:
        units, is_exact = reader.units(exact.comparison.terms), exact.after.status is Status.OPTIMAL
    elif why.swap is not None:
        units, is_exact = reader.units(why.swap.difference.items()), False
    else:
        return "aucun échange simple ne la fait entrer dans l’équipe"
    if reader.hidden and units <= 0:
        return "pas plus chère à ce que vous pouvez voir, le reste n’est pas partagé avec vous"
    if units < 0:
        return f"{euros(units)} de moins, le calcul n’était pas fini"
    if units < LEAST_SHOWN_UNITS:
        return "pour le même coût"
    if is_exact:
        return f"{euros(units)} de plus"
    if reader.hidden:
        # The most is known of the whole cost only.
        return f"{euros(units)} de plus avec l’équipe trouvée"
    return f"au plus {euros_at_most(units)} de plus"


def why_not_details(why: WhyNot, reader: Reader, exact: WhatIf | None = None) -> list[str]:
    """Whose share it would take, and what that costs term by term."""
    if exact is not None and exact.comparison is not None:
        compared = exact.comparison
        return [*joins_and_leaves(compared, reader), *by_term(compared.terms, reader)]
    if why.swap is None:
        return []
    return [*_exchange(why.swap, reader), *by_term(why.swap.difference.items(), reader)]


def _exchange(swap: Swap, reader: Reader) -> list[str]:
    return [
        f"{reader.name(move.taker)} prendrait {french.fte(move.cfte)} de "
        f"{reader.label(move.package)}, que tient {reader.name(move.giver)}."
        for move in swap.moves
    ]


def joins_and_leaves(compared: Comparison, reader: Reader) -> list[str]:
    """Who would come into the team, and who would leave it."""
    lines = []
    if compared.joins:
        verb = "entrerait" if len(compared.joins) == 1 else "entreraient"
        lines.append(f"{reader.organisations(compared.joins)} {verb} dans l’équipe.")
    if compared.leaves:
        verb = "sortirait" if len(compared.leaves) == 1 else "sortiraient"
        lines.append(f"{reader.organisations(compared.leaves)} en {verb}.")
    return lines


def not_studied(name: str, limit_km: int) -> str:
    """Why one that is among no candidates is not in the team."""
    return f"{name}\u00a0: à plus de {french.km(limit_km)} de tous les travaux."


def _is_short_in_sight(hurdle: Hurdle, reader: Reader) -> bool:
    """Whether a hurdle is one of means, and may be told."""
    if hurdle.obstacle is Obstacle.CAPACITY:
        return reader.sees_capacity(hurdle.candidate)
    return hurdle.obstacle is Obstacle.CEILING and reader.sees_accounts(hurdle.candidate)


def _hurdle(hurdle: Hurdle, reader: Reader) -> str:
    """One hurdle as a piece of a sentence."""
    match hurdle.obstacle:
        case Obstacle.NO_TRADE:
            if said := _of_other_crafts(hurdle.candidate, reader):
                return said
            many = len(reader.problem.packages) > 1
            return f"elle n’exerce {'aucun de ces métiers' if many else 'pas ce métier'}"
        case Obstacle.OUT_OF_REACH:
            return _too_far(hurdle, reader.problem.params.max_distance_km)
        case Obstacle.CERTIFICATION:
            if reader.sees_capacity(hurdle.candidate):
                return f"il lui manque la certification {french.series(hurdle.certifications)}"
            return HIDDEN_MEANS
        case Obstacle.CAPACITY | Obstacle.CEILING:
            return _short(hurdle) if _is_short_in_sight(hurdle, reader) else HIDDEN_MEANS
    return HURDLE_WORDS[hurdle.obstacle]


def _of_other_crafts(candidate: str, reader: Reader) -> str:
    """ "elle fait de la peinture, pas de la plomberie": the trade, and none of the crafts asked."""
    skills = [each.trade for each in reader.problem.candidates_by_id[candidate].skills]
    asked = {package.trade for package in reader.problem.packages}
    if any(not crafts.craft_of(each) or crafts.trade_of(each) not in skills for each in asked):
        return ""
    told = [crafts.CRAFTS[craft].does for each in skills if (craft := crafts.craft_of(each))]
    lacking = [crafts.CRAFTS[crafts.craft_of(each)].does for each in sorted(asked)]
    return f"elle fait {french.series(told)}, pas {french.series(lacking)}"


def _too_far(hurdle: Hurdle, limit_km: int) -> str:
    assert hurdle.distance_hm is not None
    assert hurdle.reach_hm is not None
    far, reach = french.km(hurdle.distance_hm / 10), french.km(hurdle.reach_hm / 10)
    if hurdle.reach_hm == 10 * limit_km:
        return f"à {far}, au-delà de la limite de {reach}"
    return f"à {far}, elle ne va pas au-delà de {reach}"


def _short(hurdle: Hurdle) -> str:
    if hurdle.obstacle is Obstacle.CEILING:
        return f"il lui manque {french.euros(hurdle.missing_cents, rounded=True)} sous son plafond"
    when = months.spans(hurdle.months)
    if hurdle.free_cfte == 0:
        return f"pas libre {when}"
    return f"seulement {french.fte(hurdle.free_cfte)} libre {when}"


# What binds.


def limit_sentences(limit: Tightness, more: Worth | None, reader: Reader) -> list[str]:
    """What binds and what one more unit would bring; nothing where that may not be seen.

    A share or a number of lots that is at its limit says little: it is told where it costs.
    """
    binds, brings = binding(limit, reader), None if more is None else worth(more, reader)
    if limit.kind in SHOWN_WHERE_THEY_COST and (more is None or not _saves(more, reader)):
        return []
    return [] if binds is None else [binds, *([brings] if brings else [])]


def _saves(worth: Worth, reader: Reader) -> bool:
    seen = max(0, -reader.units(worth.comparison.terms)) if reader.hidden else worth.most_saved
    return worth.suffices_alone or seen >= LEAST_SHOWN_UNITS


def binding(limit: Tightness, reader: Reader) -> str | None:
    """A limit that leaves no room, in a sentence; nothing where it may not be seen."""
    if limit.kind is Limit.PARTNERS:
        size = french.in_letters(limit.used)
        return f"L’équipe compte {size} structures, le plus que nous cherchons."
    if not _is_in_sight(limit, reader):
        return None
    name = reader.name(str(limit.candidate))
    match limit.kind:
        case Limit.CAPACITY:
            return (
                f"{agreed(name, 'n’a', 'n’ont')} plus d’équipe libre {months.spans(limit.months)}."
            )
        case Limit.CEILING:
            year = months.month(limit.months[0])
            return f"{name} est à son plafond sur l’exercice ouvert en {year}."
        case Limit.MIN_SHARE:
            label = reader.label(str(limit.package))
            return f"{name} prend la plus petite part possible de {label}."
        case _:
            lots = french.count(limit.limit, "lot")
            return f"{name} ne prend pas plus de {lots} à la fois."


def _is_in_sight(limit: Tightness, reader: Reader) -> bool:
    candidate = str(limit.candidate)
    if limit.kind is Limit.CEILING:
        return reader.sees_accounts(candidate)
    return reader.sees_capacity(candidate)


def worth(found: Worth, reader: Reader) -> str | None:
    """What one more unit of a limit would bring; nothing where that would tell a hidden figure."""
    limit = found.limit
    if limit.kind is not Limit.PARTNERS and not _is_in_sight(limit, reader):
        return None
    if reader.hidden and not found.is_exact:
        return None
    more = _one_more(found, reader)
    if found.suffices_alone:
        return (
            f"{more}, {reader.organisations(found.plan.organisations)} pourrait tout tenir seule."
        )
    least, most = found.least_saved, found.most_saved
    if reader.hidden:
        least = most = max(0, -reader.units(found.comparison.terms))
    if most < LEAST_SHOWN_UNITS:
        return f"{more}, rien ne changerait."
    if least == most:
        return f"{more}, l’équipe coûterait {euros(most)} de moins."
    if least < LEAST_SHOWN_UNITS:
        return f"{more}, l’équipe coûterait au plus {euros_at_most(most)} de moins."
    between = f"de {euros_at_least(least)} à {euros_at_most(most)}"
    return f"{more}, l’équipe coûterait {between} de moins."


def _one_more(found: Worth, reader: Reader) -> str:
    limit = found.limit
    if limit.kind is Limit.PARTNERS:
        return "Avec une structure de plus"
    name = reader.name(str(limit.candidate))
    match limit.kind:
        case Limit.CAPACITY:
            return f"Si {name} avait {french.fte(found.step)} de plus {months.spans(limit.months)}"
        case Limit.CEILING:
            more = french.euros(found.step, rounded=True)
            return f"Si {name} avait {more} de plus sous son plafond"
        case Limit.MIN_SHARE:
            return f"Si {name} prenait une part plus petite de {french.fte(found.step)}"
        case _:
            return f"Si {name} pouvait prendre un lot de plus"


# What the simple method loses.

BROKEN_WORDS = {
    "one_lead": "personne ne peut y être mandataire",
    "lead_able": "personne ne peut y être mandataire",
    "partners_at_least": "une seule structure y prendrait tout",
}


def is_simple(result: Result) -> bool:
    """Whether the simple method finds the same plan."""
    return result.plan is not None and result.plan.shares == result.greedy.shares


def simple_method(
    result: Result, best: TeamTable, simple: TeamTable, *, leans: bool = False
) -> str:
    """Why the simple method does not do as well, in one sentence or two.

    `leans`: the costs that are told are not all that the best team was chosen by.
    """
    broken = [each.rule for each in result.greedy_violations]
    if simple.missing:
        return f"La méthode simple ne tient pas tout. {' ; '.join(simple.missing)}."
    if broken and not is_simple(result):
        why = next((BROKEN_WORDS[rule] for rule in broken if rule in BROKEN_WORDS), "")
        return f"La méthode simple ne tient pas\u00a0: {why or 'elle ne suit pas vos souhaits'}."
    if is_simple(result):
        return "La méthode simple trouve ici la même équipe."
    farther = simple.mean_distance_km - best.mean_distance_km
    far = ""
    if abs(farther) >= LEAST_SHOWN_HM / 100:
        longer = "plus" if farther > 0 else "moins"
        far = f"ferait {french.km(abs(farther), 1)} de {longer} par trajet"
    cents = simple.cost_cents - best.cost_cents
    cost = f"coûterait {more_or_less(cents * UNITS_PER_CENT)}"
    # What it gains is told with what it loses: no better team exists all the same.
    if cents > 0 and farther < 0 and far:
        before = {line.label: line.cents for line in best.cost_lines}
        dearest = max(simple.cost_lines, key=lambda line: line.cents - before.get(line.label, 0))
        return f"La méthode simple {far}, mais {cost}\u00a0: {dearest.label.lower()}."
    told = f"La méthode simple {f'{far} et ' if far else ''}{cost}."
    if cents >= 0 and not simple.hides_costs:
        return told
    if simple.hides_costs:
        return f"{told} {HIDDEN_COST}"
    return f"{told} Elle suit moins votre préférence." if leans else told


def greedy_loss(explanation: Explanation, reader: Reader) -> list[str]:
    """What the simple method leaves undone, or what it costs more by term."""
    missing = [
        f"La méthode simple laisse {french.fte(cfte)} de {reader.label(package)} sans preneur."
        for package, cfte in explanation.greedy_missing_cfte
    ]
    if missing or explanation.greedy_loss is None:
        return missing
    return by_term(explanation.greedy_loss, reader)

"""Why this team and no other, in French sentences: partners, absences, limits, the simple method.

A figure that the reader may not see is neither written nor to be guessed: `Reader` knows whose
figures these are, and which terms of the cost stay out of every amount.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cordee.alliances.problem.telling import TERM_LABELS, Sight
from cordee.base.ui import french, months
from cordee.engine.explain import (
    Absence,
    Consequence,
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
from cordee.engine.problem import Problem
from cordee.engine.result import UNITS_PER_CENT, Obstacle, Status, Terms, round_half_up

FEW_TAKERS = 3
TOLD_TERMS = 3
LEAST_TOLD_CENTS = 100
LEAST_TOLD_HM = 5
NUMBERS = ("aucune", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit")
HIDDEN_MEANS = "ses moyens ne suffisent pas, d’après un chiffre non partagé avec vous"
HIDDEN_COST = "Une partie du coût tient à des chiffres non partagés avec vous."
HURDLE_WORDS = {
    Obstacle.EXCLUDED: "vous l’avez écartée",
    Obstacle.NO_PLACE: "nous ne savons pas où elle se trouve",
    Obstacle.UNKNOWN_TRADE: "nous ne connaissons pas ses métiers",
    Obstacle.NOT_ELIGIBLE: "le lot est réservé, et elle n’y a pas droit",
    Obstacle.STAFF_SUPPLY: "elle met du personnel à disposition, l’acheteur demande un résultat",
    Obstacle.SHARE_LIMIT: "elle ne peut pas tenir la part demandée",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads about which problem: names of the candidates, figures in sight, terms left out."""

    problem: Problem
    people: Mapping[str, Mapping[str, Any]]
    sight: Sight
    hidden: frozenset[str] = frozenset()

    def name(self, candidate: str) -> str:
        """The name of a chantier."""
        return str(self.people[candidate]["name"])

    def organisation(self, name: str) -> str:
        """The name of an organisation: that of the first of its chantiers."""
        return next(self.name(c.id) for c in self.problem.candidates if c.organisation == name)

    def organisations(self, names: Iterable[str]) -> str:
        """Several of them, joined as in a sentence."""
        return listed([self.organisation(name) for name in names])

    def label(self, package: str) -> str:
        """What a package is called, in quotation marks."""
        label = next(p.label for p in self.problem.packages if p.id == package)
        return f"«\u00a0{label}\u00a0»"

    def sees_capacity(self, candidate: str) -> bool:
        return int(self.people[candidate]["structure_id"]) in self.sight.capacity_of

    def sees_accounts(self, candidate: str) -> bool:
        return int(self.people[candidate]["structure_id"]) in self.sight.accounts_of

    def units(self, difference: Terms) -> int:
        """A difference of costs in micro-cents, without what may not be seen."""
        return sum(units for name, units in difference.items() if name not in self.hidden)


def listed(texts: Sequence[str]) -> str:
    """ "A", "A et B", "A, B et C"."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} et {texts[-1]}"


def in_words(how_many: int) -> str:
    """ "trois" up to eight, then figures."""
    return NUMBERS[how_many] if how_many < len(NUMBERS) else french.number(how_many)


def euros(units: int) -> str:
    """Micro-cents to the nearest euro, without their sign."""
    return french.euros(round_half_up(abs(units), UNITS_PER_CENT), rounded=True)


def euros_at_most(units: int) -> str:
    """Micro-cents to a whole euro above: what is said to be the most must be."""
    return french.euros(100 * -(-units // (100 * UNITS_PER_CENT)), rounded=True)


def euros_at_least(units: int) -> str:
    """Micro-cents to a whole euro below."""
    return french.euros(100 * (units // (100 * UNITS_PER_CENT)), rounded=True)


def more_or_less(units: int) -> str:
    """ "310 € de plus", "40 € de moins", "autant"."""
    if abs(units) < LEAST_TOLD_CENTS * UNITS_PER_CENT:
        return "autant"
    return f"{euros(units)} de {'plus' if units > 0 else 'moins'}"


def by_term(difference: Terms, reader: Reader) -> list[str]:
    """The named terms that differ most: "Trajets : 438 € de moins."."""
    told = [(name, units) for name, units in difference.items() if name not in reader.hidden]
    told.sort(key=lambda line: -abs(line[1]))
    return [
        f"{TERM_LABELS[name]}\u00a0: {more_or_less(units)}."
        for name, units in told[:TOLD_TERMS]
        if abs(units) >= LEAST_TOLD_CENTS * UNITS_PER_CENT
    ]


# Why each partner.


def why_partner(why: WhyPartner, reader: Reader) -> list[str]:
    """Why an organisation is in the team: who else could, and what its nearest other would cost."""
    name = reader.organisation(why.organisation)
    told = []
    for each in why.takers:
        label = reader.label(each.package)
        if each.organisations == 1:
            told.append(f"{name} est la seule à pouvoir prendre {label}.")
        elif each.is_needed:
            told.append(f"Sans {name}, personne ne peut tenir tout {label}.")
        elif each.organisations <= FEW_TAKERS:
            few = in_words(each.organisations).capitalize()
            told.append(f"{few} structures seulement peuvent prendre {label}.")
    if why.replacement is not None:
        told.extend(_replacement(why.replacement, reader))
    return told


def _replacement(swap: Swap, reader: Reader) -> list[str]:
    move = swap.moves[0]
    units = reader.units(swap.difference)
    told = [f"Avec {reader.name(move.taker)} à sa place, {_costs(units, reader)}"]
    if far := _farther(swap.moves):
        told.append(f"Le trajet ferait {far}.")
    return told


def _costs(units: int, reader: Reader) -> str:
    """What a team would cost against the one shown; figures left out are never given a sign."""
    if reader.hidden and units <= 0:
        return f"l’équipe ne coûterait pas plus, à ce que vous pouvez voir. {HIDDEN_COST}"
    return f"l’équipe coûterait {more_or_less(units)}."


def _farther(moves: Sequence[Move]) -> str:
    """ "14 km de plus", for the move of most work; nothing where it makes no difference."""
    move = max(moves, key=lambda each: each.cfte)
    far = move.taker_distance_hm - move.giver_distance_hm
    if abs(far) < LEAST_TOLD_HM:
        return ""
    return f"{french.km(abs(far) / 10)} de {'plus' if far > 0 else 'moins'}"


def without_it(organisation: str, told: Consequence, reader: Reader) -> str:
    """What the best team without a partner costs, or that there is none."""
    name = reader.organisation(organisation)
    if told.status is Status.IMPOSSIBLE:
        return f"Sans {name}, aucune équipe ne peut tout tenir."
    if told.plan is None or told.difference is None:
        return f"Sans {name}, nous n’avons pas trouvé d’équipe dans le temps donné."
    if told.suffices_alone:
        alone = reader.organisations(told.plan.organisations)
        return f"Sans {name}, {alone} pourrait tout tenir, si ses chiffres inconnus le permettent."
    text = f"Sans {name}, {_best(told, reader)}"
    if told.joined:
        text += f" Il faudrait {reader.organisations(told.joined)}."
    return text


def _best(told: Consequence, reader: Reader) -> str:
    """ "la meilleure équipe coûte 310 € de plus.", or the most that it costs."""
    assert told.difference is not None
    units = reader.units(told.difference)
    if reader.hidden and units <= 0:
        return f"la meilleure équipe ne coûte pas plus, à ce que vous pouvez voir. {HIDDEN_COST}"
    if told.is_exact:
        return f"la meilleure équipe coûte {more_or_less(units)}."
    if units <= 0:
        return f"une équipe coûte {more_or_less(units)}\u00a0: le calcul n’était pas fini."
    if not reader.hidden and told.least_more is not None and told.least_more > 0:
        least = euros_at_least(told.least_more)
        return f"la meilleure équipe coûte de {least} à {euros_at_most(units)} de plus."
    return f"la meilleure équipe coûte au plus {euros_at_most(units)} de plus."


# Why not this one.


def why_not_line(told: WhyNot, reader: Reader, exact: Consequence | None = None) -> str:
    """ "Les Jardins : pas libre en mai 2027, 14 km de plus, 820 € de plus."."""
    name = reader.organisation(told.organisation)
    parts = _absence(told, reader, exact)
    return f"{name}\u00a0: {', '.join(parts)}."


def _absence(told: WhyNot, reader: Reader, exact: Consequence | None) -> list[str]:
    if told.absence is Absence.SET_ASIDE:
        assert told.nearest is not None
        return [_hurdle(told.nearest, reader)]
    if told.absence is Absence.ONE_SUFFICES:
        return ["une autre peut tout tenir seule, elle non"]
    moves = () if told.swap is None else told.swap.moves
    concerned = {move.package for move in moves} or {each.package for each in told.hurdles}
    parts = [
        _hurdle(each, reader)
        for each in told.hurdles
        if each.package in concerned and _is_short_in_sight(each, reader)
    ][:1]
    if moves and (far := _farther(moves)):
        parts.append(far)
    parts.append(_price(told, reader, exact))
    return parts


def _price(told: WhyNot, reader: Reader, exact: Consequence | None) -> str:
    if exact is not None and exact.status is Status.IMPOSSIBLE:
        return "aucune équipe ne peut tout tenir avec elle"
    difference = None if told.swap is None else told.swap.difference
    is_exact = False
    if exact is not None and exact.difference is not None:
        difference, is_exact = exact.difference, exact.is_exact
    if difference is None:
        return "aucun échange simple ne la fait entrer dans l’équipe"
    units = reader.units(difference)
    if reader.hidden and units <= 0:
        return "pas plus chère à ce que vous pouvez voir, le reste n’est pas partagé avec vous"
    if units < 0:
        return f"{euros(units)} de moins, le calcul n’était pas fini"
    if units < LEAST_TOLD_CENTS * UNITS_PER_CENT:
        return "pour le même coût"
    return f"{euros(units)} de plus" if is_exact else f"au plus {euros_at_most(units)} de plus"


def why_not_details(told: WhyNot, reader: Reader, exact: Consequence | None = None) -> list[str]:
    """Whose share it would take, and what that costs term by term."""
    plan_difference = None if exact is None else exact.difference
    if plan_difference is not None and exact is not None and exact.plan is not None:
        lines = _changes(exact, reader)
        return [*lines, *by_term(plan_difference, reader)]
    if told.swap is None:
        return []
    return [*_exchange(told.swap, reader), *by_term(told.swap.difference, reader)]


def _exchange(swap: Swap, reader: Reader) -> list[str]:
    return [
        f"{reader.name(move.taker)} prendrait {french.fte(move.cfte)} de "
        f"{reader.label(move.package)}, que tient {reader.name(move.giver)}."
        for move in swap.moves
    ]


def _changes(told: Consequence, reader: Reader) -> list[str]:
    lines = []
    if told.joined:
        verb = "entrerait" if len(told.joined) == 1 else "entreraient"
        lines.append(f"{reader.organisations(told.joined)} {verb} dans l’équipe.")
    if told.left:
        verb = "sortirait" if len(told.left) == 1 else "sortiraient"
        lines.append(f"{reader.organisations(told.left)} en {verb}.")
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
            many = len(reader.problem.packages) > 1
            return f"elle n’exerce {'aucun de ces métiers' if many else 'pas ce métier'}"
        case Obstacle.OUT_OF_REACH:
            return _too_far(hurdle, reader.problem.params.max_distance_km)
        case Obstacle.CERTIFICATION:
            if reader.sees_capacity(hurdle.candidate):
                return f"il lui manque la certification {listed(hurdle.certifications)}"
            return HIDDEN_MEANS
        case Obstacle.CAPACITY | Obstacle.CEILING:
            return _short(hurdle) if _is_short_in_sight(hurdle, reader) else HIDDEN_MEANS
    return HURDLE_WORDS[hurdle.obstacle]


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
    needed = french.fte(hurdle.wanted_cfte)
    return f"{french.fte(hurdle.free_cfte)} libre {when}, pour une part de {needed}"


# What binds.


def binding(limit: Tightness, reader: Reader) -> str | None:
    """A limit that leaves no room, in a sentence; nothing where it may not be seen."""
    if limit.kind is Limit.PARTNERS:
        return f"L’équipe compte {in_words(limit.used)} structures, le plus que nous cherchons."
    if not _is_in_sight(limit, reader):
        return None
    name = reader.name(str(limit.candidate))
    match limit.kind:
        case Limit.CAPACITY:
            return f"{name} n’a plus d’équipe libre {months.spans(limit.months)}."
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


def worth(told: Worth, reader: Reader) -> str | None:
    """What one more unit of a limit would bring; nothing where that would tell a hidden figure."""
    limit = told.limit
    if limit.kind is not Limit.PARTNERS and not _is_in_sight(limit, reader):
        return None
    if reader.hidden and not told.is_exact:
        return None
    more = _one_more(told, reader)
    if told.suffices_alone:
        return f"{more}, {reader.organisations(told.plan.organisations)} pourrait tout tenir seule."
    least, most = told.least_saved, told.most_saved
    if reader.hidden:
        least = most = max(0, -reader.units(told.difference))
    if most < LEAST_TOLD_CENTS * UNITS_PER_CENT:
        return f"{more}, rien ne changerait."
    if least == most:
        return f"{more}, l’équipe coûterait {euros(most)} de moins."
    if least < LEAST_TOLD_CENTS * UNITS_PER_CENT:
        return f"{more}, l’équipe coûterait au plus {euros_at_most(most)} de moins."
    between = f"de {euros_at_least(least)} à {euros_at_most(most)}"
    return f"{more}, l’équipe coûterait {between} de moins."


def _one_more(told: Worth, reader: Reader) -> str:
    limit = told.limit
    if limit.kind is Limit.PARTNERS:
        return "Avec une structure de plus"
    name = reader.name(str(limit.candidate))
    match limit.kind:
        case Limit.CAPACITY:
            when = months.spans(limit.months)
            return f"Avec {french.fte(told.step)} de plus chez {name} {when}"
        case Limit.CEILING:
            return f"Avec {french.euros(told.step, rounded=True)} de plus sous le plafond de {name}"
        case Limit.MIN_SHARE:
            return f"Avec une part plus petite de {french.fte(told.step)} chez {name}"
        case _:
            return f"Avec un lot de plus pour {name}"


# What the simple method loses.


def greedy_loss(explanation: Explanation, reader: Reader) -> list[str]:
    """What the simple method leaves undone, or what it costs more by term."""
    missing = [
        f"La méthode simple laisse {french.fte(cfte)} de {reader.label(package)} sans preneur."
        for package, cfte in explanation.greedy_missing_cfte
    ]
    if missing or explanation.greedy_loss is None:
        return missing
    return by_term(Terms(**dict(explanation.greedy_loss)), reader)

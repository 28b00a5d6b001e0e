"""What somebody may choose instead, in French: other teams, wishes and what they cost."""

from collections.abc import Iterator, Sequence

from cordee.base.ui import french, months
from cordee.composing.problem import sentences
from cordee.composing.problem.reader import (
    LEAST_SHOWN_UNITS,
    Reader,
    euros_at_most,
    more_or_less,
    percent_at_most,
)
from cordee.engine.alternatives import Alternative, Alternatives, End
from cordee.engine.compare import Comparison, ShareChange, WhatIf
from cordee.engine.result import Status
from cordee.engine.wishes import (
    AddSubcontractor,
    Exclude,
    Leaning,
    MoveStart,
    Need,
    Pin,
    Radius,
    SetShare,
    TeamSize,
    Wish,
)

SHOWN_EACH_WAY = 2
SHOWN_CHANGES = 4
LEAST_SHOWN_KM = 0.05
LEANING_LABELS = {
    Leaning.FEWER_KM: "Moins de kilomètres",
    Leaning.FEWER_PARTNERS: "Moins de structures",
    Leaning.MORE_LEARNING: "Plus d’apprentissage",
    Leaning.SLACKER_CEILINGS: "Plafonds moins serrés",
}
# What a team does better, and worse, where a term of its cost is lower or higher.
TERM_VERBS = {
    "fit": ("maîtrise mieux le métier", "maîtrise moins le métier"),
    "interface": ("compte moins de parts à suivre", "compte plus de parts à suivre"),
    "lead": ("a un mandataire moins coûteux", "a un mandataire plus coûteux"),
    "ceiling_tightness": ("serre moins les plafonds", "serre plus les plafonds"),
    "capacity_tightness": ("charge moins les équipes", "charge plus les équipes"),
    "learning": ("fait apprendre davantage", "fait apprendre moins"),
}


# Other teams.


def alternative(compared: Comparison, reader: Reader) -> str:
    """In one sentence, what another team gives and costs against the best."""
    cost = reader.units(compared.terms)
    gives, costs = _each_way(compared, reader)
    verb = "est la même" if compared.changes_nothing else f"coûte {more_or_less(cost)}"
    text = f"Cette équipe {verb}"
    if costs:
        text += f" et {french.series(costs)}" if len(costs) == 1 else f", {french.series(costs)}"
    if gives:
        text += f", mais {french.series(gives)}"
    return f"{text}."


def _each_way(compared: Comparison, reader: Reader) -> tuple[list[str], list[str]]:
    """What it does better and what it does worse, the dearest terms first, a few of each."""
    gives: list[str] = []
    costs: list[str] = []
    for name, units in sorted(compared.terms, key=lambda term: -abs(term[1])):
        if name in reader.hidden:
            continue
        words = _measured(name, compared)
        if not words and name in TERM_VERBS and abs(units) >= LEAST_SHOWN_UNITS:
            words = TERM_VERBS[name][units > 0]
        if words:
            better = _is_better(name, units, compared)
            (gives if better else costs).append(words)
    return gives[:SHOWN_EACH_WAY], costs[:SHOWN_EACH_WAY]


def _measured(term: str, compared: Comparison) -> str:
    """What is said in kilometres or in structures rather than in euros."""
    before, after = compared.before, compared.after
    if term == "travel":
        km = after.mean_km - before.mean_km
        if abs(km) < LEAST_SHOWN_KM:
            return ""
        return f"roule {french.km(abs(km), 1)} de {'plus' if km > 0 else 'moins'} par trajet"
    if term == "coordination":
        more = after.partners - before.partners
        if more == 0:
            return ""
        words = french.in_letters(abs(more))
        noun = "structure" if abs(more) == 1 else "structures"
        return f"compte {words} {noun} de {'plus' if more > 0 else 'moins'}"
    return ""


def _is_better(term: str, units: int, compared: Comparison) -> bool:
    if term == "travel":
        return compared.after.hm_cfte_months < compared.before.hm_cfte_months
    if term == "coordination":
        return compared.after.partners < compared.before.partners
    return units < 0


def who_changes(compared: Comparison, reader: Reader) -> str:
    """ "Avec Rives et Sentiers, sans Val Mirel."."""
    parts = []
    if compared.joins:
        parts.append(f"avec {reader.organisations(compared.joins)}")
    if compared.leaves:
        parts.append(f"sans {reader.organisations(compared.leaves)}")
    if not parts:
        return "Les mêmes structures, d’autres parts." if compared.changes else ""
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def proof_of_alternative(each: Alternative) -> str:
    """How far it is proven that no cheaper team differs as much."""
    if each.result.status is Status.OPTIMAL:
        return "Aucune équipe aussi différente ne coûte moins."
    gap = percent_at_most(each.result.gap or 0.0)
    return f"Une équipe aussi différente coûterait au plus {gap} de moins."


def end_of(found: Alternatives) -> str:
    """Why no further team is proposed; nothing where as many were found as asked."""
    if found.end is End.NO_OTHER:
        return "Aucune autre équipe n’est assez différente\u00a0: c’est prouvé."
    if found.end is End.TIME:
        return "Le temps a manqué pour chercher d’autres équipes."
    return ""


# Wishes.


def wish(each: Wish, reader: Reader) -> str:
    """A wish as the beginning of a sentence: "Avec trois structures au plus"."""
    match each:
        case Pin(name):
            return f"Avec {reader.organisation(name)}"
        case Exclude(name):
            return f"Sans {reader.organisation(name)}"
        case SetShare(candidate, package, least, most):
            size = french.fte(least)
            if most > least:
                size = f"de {size} à {french.fte(most)}"
            return f"Avec {reader.name(candidate)} sur {reader.label(package)}, {size}"
        case TeamSize(most):
            return f"Avec {french.in_letters(most)} structures au plus"
        case Radius(most):
            return f"Avec un rayon de {french.km(most)}"
        case MoveStart(package, first_month):
            return f"Avec {reader.label(package)} qui commence en {months.month(first_month)}"
        case Need(package, cfte):
            return f"Avec {french.fte(cfte)} demandés pour {reader.label(package)}"
        case AddSubcontractor(candidate):
            return f"Avec {candidate.name} en sous-traitance"


def what_if(answer: WhatIf, reader: Reader) -> str:
    """What the wishes cost, in one sentence."""
    clauses = one_sentence([wish(each, reader) for each in answer.wishes])
    return f"{french.series(clauses)}, {change_outcome(answer, reader)}."


def one_sentence(clauses: Sequence[str]) -> list[str]:
    """Clauses that each begin a sentence, as those of one."""
    return [*clauses[:1], *(f"{text[0].lower()}{text[1:]}" for text in clauses[1:])]


def weighing(leanings: Sequence[tuple[Leaning, int]]) -> str:
    """That leanings, each with its strength, count in every amount but those that follow."""
    words = [
        LEANING_LABELS[name].lower() + (f", force {force}" if force > 1 else "")
        for name, force in leanings
    ]
    return (
        f"Les autres montants tiennent compte de votre préférence ({' ; '.join(words)})\u00a0; "
        "ceux-ci non."
    )


def change_outcome(answer: WhatIf, reader: Reader, *, would: bool = False) -> str:
    """The end of the sentence: what the wishes cost, or that there is no team, or one at last."""
    after = answer.after
    if after.status is Status.IMPOSSIBLE:
        return "aucune équipe ne peut tout tenir"
    if after.plan is None:
        return "nous n’avons pas trouvé d’équipe dans le temps donné"
    if after.solo and not answer.before.solo:
        can = "pourrait" if would else "peut"
        return f"{reader.organisations(after.plan.organisations)} {can} tout tenir seule"
    if answer.comparison is None:
        exists = "existerait" if would else "existe"
        return f"une équipe de {french.in_letters(len(after.plan.organisations))} {exists}"
    if answer.comparison.changes_nothing and answer.cost == 0:
        return "rien ne change"
    units = reader.units(answer.comparison.terms)
    if after.status is Status.OPTIMAL or reader.hidden or units <= 0:
        return f"l’équipe coûte {more_or_less(units)}"
    return f"l’équipe coûte au plus {euros_at_most(units)} de plus"


def changes(answer: WhatIf, reader: Reader) -> list[str]:
    """Who comes, who leaves, which shares change, what is newly supposed."""
    if answer.comparison is None:
        return []
    lines = [who_changes(answer.comparison, reader)] if answer.comparison.changes else []
    lines.extend(_shares(answer.comparison.changes, reader))
    for each in answer.new_assumptions:
        guess = sentences.guess_text(each, reader.name(each.candidate))
        lines.append(f"À confirmer\u00a0: {guess}.")
    return lines


def _shares(changed: Sequence[ShareChange], reader: Reader) -> Iterator[str]:
    for each in changed[:SHOWN_CHANGES]:
        name, label = reader.name(each.candidate), reader.label(each.package)
        now, was = french.fte(each.after_cfte), french.fte(each.before_cfte)
        if each.after_cfte == 0:
            yield f"{name} quitte {label} ({was})."
        elif each.before_cfte == 0:
            yield f"{name} prend {now} de {label}."
        else:
            yield f"{name} tient {now} de {label}, au lieu de {was}."
    more = len(changed) - SHOWN_CHANGES
    if more == 1:
        yield "Une autre part change aussi."
    elif more > 1:
        yield f"{french.in_letters(more).capitalize()} autres parts changent aussi."

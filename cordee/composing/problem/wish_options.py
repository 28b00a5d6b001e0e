"""What a page lets somebody wish of an answer, and the wishes that their words make."""

from collections.abc import Mapping
from typing import Any

from cordee.composing.problem.wish_search import KINDS
from cordee.engine.cure.changes import NEWCOMER_PROFICIENCY, NEWCOMER_REACH_KM
from cordee.engine.pairs import eligible_kinds_by_lot
from cordee.engine.problem import Candidate, Certainty, Problem, Skill
from cordee.engine.result import Plan
from cordee.engine.wishes import AddSubcontractor, Leaning, Refusal
from cordee.engine.wishes import RefusedWish as RefusedWish
from cordee.engine.wishes import Wish as Wish
from cordee.rules import crafts
from cordee.rules.kinds import Kind
from cordee.rules.territory import distance_km
from cordee.rules.territory import fold_place_name as fold

# No SIREN begins so: a company keeps its name from one wish to the next.
STRANGER_PREFIX = "sous-traitance-"


class Around:
    """What there is to choose from in an answer; no work begins before `this_month`.

    `names` are those of the candidates, `organisations` what each belongs to; `team` names the
    candidates that the answer holds.
    """

    def __init__(
        self,
        posed: Problem,
        plan: Plan | None,
        people: Mapping[str, Mapping[str, Any]],
        *,
        this_month: int,
    ) -> None:
        self.lots, self.months, self.this_month = posed.packages, posed.months, this_month
        self.names = {c.id: str(people[c.id]["name"]) for c in posed.candidates}
        self.organisations = {c.id: c.organisation for c in posed.candidates}
        self.team = tuple(dict.fromkeys(s.candidate for s in plan.shares)) if plan else ()
        self.max_partners = posed.params.max_partners
        self.max_distance_km = posed.params.max_distance_km
        costs = (c.coordination_cost_cents for c in posed.candidates)
        self.coordination_cost_cents = max(costs, default=0)
        kinds = eligible_kinds_by_lot(posed.packages)
        trades = dict.fromkeys(p.trade for p in posed.packages if kinds[p.lot_id] is None)
        # Trades of the lots that are not reserved, with what they are called.
        self.open_trades = [(trade, crafts.label_of(trade)) for trade in trades]
        useless = set()
        if not any(skill.learning for c in posed.candidates for skill in c.skills):
            useless.add(Leaning.MORE_LEARNING)
        if not any(c.is_capped and c.accounting_years for c in posed.candidates):
            useless.add(Leaning.SLACKER_CEILINGS)
        self.leanings = tuple(each for each in Leaning if each not in useless)


def make(kind: str, **values: Any) -> Wish:
    """A wish by the name of its kind."""
    return KINDS[kind](**values)


def subcontractor(
    called: str, trade: str, place: tuple[float, float], free: int | None, around: Around
) -> Wish:
    """The wish that an ordinary company joins, with what is told of it and nothing more.

    `place` in degrees, latitude first; `free` in cFTE: no people told is not none.
    """
    name = f"{STRANGER_PREFIX}{fold(called)}"
    skill = Skill(
        trade=trade,
        certainty=Certainty.KNOWN,
        proficiency=NEWCOMER_PROFICIENCY,
        reach_km=NEWCOMER_REACH_KM,
    )
    return AddSubcontractor(
        Candidate(
            id=name,
            organisation=name,
            name=called,
            kind=Kind.ENTREPRISE,
            latitude_deg=place[0],
            longitude_deg=place[1],
            skills=(skill,),
            capacity_cfte_by_month=None if free is None else dict.fromkeys(around.months, free),
            capacity_certainty=Certainty.UNKNOWN if free is None else Certainty.KNOWN,
            max_packages=len(around.lots),
            coordination_cost_cents=around.coordination_cost_cents,
            certifications=None,
        )
    )


REFUSALS = {
    Refusal.UNKNOWN_ORGANISATION: "Cette structure n’est pas parmi celles étudiées.",
    Refusal.UNKNOWN_CANDIDATE: "Cette structure n’est pas parmi celles étudiées.",
    Refusal.UNKNOWN_PACKAGE: "Ces travaux ne sont plus ceux de l’opportunité. Choisissez-en.",
    Refusal.CONTRADICTION: "Deux souhaits se contredisent. Retirez l’un des deux.",
    Refusal.OUT_OF_BOUNDS: "Cette valeur est hors des bornes. Écrivez-en une plus petite.",
    Refusal.NOT_A_COMPANY: "Seule une entreprise ordinaire est ajoutée en sous-traitance.",
    Refusal.RESERVED_LOT: (
        "Ces travaux sont réservés\u00a0: une entreprise ordinaire n’y a pas droit, même en "
        "sous-traitance. Choisissez un métier d’un lot ouvert."
    ),
    Refusal.NO_PACKAGE: "Aucun de ces travaux ne demande ce métier. Choisissez-en un autre.",
    Refusal.PAST_MONTH: "Ce mois est passé. Choisissez-en un à venir.",
    Refusal.ALREADY_THERE: "Cette entreprise est déjà ajoutée. Retirez-la d’abord.",
}


def refusal(refused: RefusedWish) -> str:
    """Why a wish cannot be asked, and what to do."""
    return REFUSALS[refused.why]


def moves_to_past(before: Problem, after: Problem, this_month: int) -> bool:
    """Whether a change has work begin in a month that has passed."""
    was = {package.id: package.first_month for package in before.packages}
    moved = (p for p in after.packages if p.first_month != was.get(p.id))
    return any(package.first_month < this_month for package in moved)


def refuse_past_months(before: Problem, after: Problem, this_month: int) -> None:
    """Raises `RefusedWish` where a wish has work begin in a month that has passed."""
    if moves_to_past(before, after, this_month):
        raise RefusedWish(None, Refusal.PAST_MONTH, "it begins in a month that has passed")


# Who is meant by some words.


def among(around: Around, words: str) -> list[str]:
    """Candidates whose name has words that begin so, one for each organisation, by name.

    A name that is exactly these words is meant alone.
    """
    found = [each for each, name in around.names.items() if is_named(name, words)]
    exact = [each for each in found if fold(around.names[each]) == fold(words)]
    first: dict[str, str] = {}
    for each in exact or found:
        first.setdefault(around.organisations[each], each)
    return sorted(first.values(), key=lambda each: (around.names[each], each))


def is_named(name: str, words: str) -> bool:
    """Whether some words, or their beginnings, stand in a name, whatever accents and capitals."""
    sought = fold(words)
    return bool(sought) and f" {sought}" in f" {fold(name)}"


def is_within(posed: Problem, latitude_deg: float, longitude_deg: float) -> bool:
    """Whether a place is within the radius of some package."""
    limit_km = posed.params.max_distance_km
    return any(
        distance_km(latitude_deg, longitude_deg, p.latitude_deg, p.longitude_deg) <= limit_km
        for p in posed.packages
    )

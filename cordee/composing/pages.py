"""What the composition page shows, gathered from what is stored; views compute no figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cordee.base.ui import drawings, french, maps
from cordee.composing import problem
from cordee.composing.models import Composition
from cordee.composing.outcomes import Outcome
from cordee.composing.problem import reasons, sentences, team_table, wish_search
from cordee.composing.problem.reader import Reader
from cordee.composing.problem.study import Findings
from cordee.members.sharing import FigureClass, Viewer


@dataclass(frozen=True, slots=True)
class Shown:
    """One team with its rope and its proof."""

    origin: str
    title: str
    team: team_table.TeamTable
    guesses: Sequence[sentences.AssumptionSentence]
    proof: str
    is_proven: bool
    knots: Sequence[drawings.Knot]
    number: int = 0

    @property
    def reserve_title(self) -> str:
        """How many answers would settle what the proof rests on."""
        return sentences.answers_to_get(len(self.guesses))

    @property
    def whole_proof(self) -> str:
        """The proof in one sentence, with what it rests on."""
        how_many = len(self.guesses)
        if not how_many or not self.is_proven:
            return self.proof
        confirmed = "réponse se confirme" if how_many == 1 else "réponses se confirment"
        return f"{self.proof.rstrip('.')}, si {french.in_letters(how_many)} {confirmed}."

    @property
    def size(self) -> str:
        """ "quatre structures"."""
        return f"{french.in_letters(len(self.team.rows))} {self.structures_word}"

    @property
    def structures_word(self) -> str:
        return "structure" if len(self.team.rows) < 2 else "structures"

    @property
    def is_alone(self) -> bool:
        """Whether one structure answers by itself: no team."""
        return len(self.team.rows) == 1


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a composition says to one reader; its study is left out where it is withheld."""

    composition: Composition
    title: str
    candidates: int
    best: Shown | None
    certain: Shown | None
    greedy: Shown | None
    reasons: Sequence[str]
    certain_reasons: Sequence[str]
    rope_scale_km: int
    supposed: Sequence[str]
    posed: Any
    result: Any
    certain_result: Any
    reader: Reader
    against: wish_search.Against | None
    findings: Findings
    is_study_withheld: bool

    @property
    def amount_cents(self) -> int:
        """What the contract is estimated at."""
        return sum(package.amount_cents for package in self.posed.packages)

    @property
    def need_cfte(self) -> int:
        """The work of the month that needs most people."""
        return max(
            sum(p.need_cfte for p in self.posed.packages if p.first_month <= month < p.end_month)
            for month in self.posed.months
        )

    @property
    def is_reserved(self) -> bool:
        return any(package.eligible_kinds is not None for package in self.posed.packages)

    @property
    def maybe_alone(self) -> str:
        return sentences.maybe_alone(self.posed, self.result)

    @property
    def seconds(self) -> float:
        """How long was searched; without assumptions, one search answers for both."""
        certain = self.certain_result.seconds if self.result.assumptions else 0.0
        return self.result.seconds + certain

    @property
    def is_certain_undecided(self) -> bool:
        return problem.outcome_of(self.certain_result) == Outcome.UNDECIDED

    @property
    def greedy_is_valid(self) -> bool:
        return not self.result.greedy_violations

    @property
    def greedy_is_same(self) -> bool:
        return reasons.is_simple(self.result)

    @property
    def impossible_by(self) -> str:
        """How the impossibility was established; "" where there is none."""
        found = self.result.impossibility
        return str(found.certificate) if found else ""

    def state_of(self, team: Shown) -> tuple[str, str]:
        """(sort of state, its words) of a team: one level of certainty for all it says."""
        if not team.is_proven:
            return "vigilance", "La meilleure trouvée"
        if team.guesses:
            return "inconnu", team.reserve_title
        if self.supposed:
            return "inconnu", "L’avis à confirmer"
        return "sur", "Prouvée"

    @property
    def is_proven_outright(self) -> bool:
        """Whether no cheaper team can exist, with nothing supposed of the notice or of anybody."""
        return self.best is not None and self.best.is_proven and not self.rests_on_guesses

    @property
    def rests_on_guesses(self) -> bool:
        """Whether something about a structure or about the notice is supposed or unknown."""
        return bool(self.supposed or (self.best and self.best.guesses))

    @property
    def impossible_outright(self) -> bool:
        return not self.supposed

    @property
    def impossible_title(self) -> str:
        return "Sûr, si nous lisons bien l’avis" if self.supposed else "Nous en sommes sûrs"

    @property
    def impossible_proof(self) -> str:
        """How the impossibility was established, as it was."""
        among = f"parmi {french.count(self.candidates, 'candidat')}"
        if self.composition.is_solo_only:
            return f"Chaque structure a été essayée seule, {among}."
        if self.impossible_by == "count":
            return f"Un décompte suffit\u00a0: toutes les forces réunies n’y arrivent pas, {among}."
        return f"Deux calculs séparés trouvent qu’aucune équipe ne peut tout tenir, {among}."

    @property
    def proposed(self) -> list[Shown]:
        """The teams that hold; that of the simple method does not always."""
        if self.best is None:
            return []
        simple = self.greedy if self.greedy_is_valid else None
        return [each for each in (self.best, self.certain, simple) if each is not None]

    def shown(self, name: str) -> Shown | None:
        """The team asked for by its French name, or the best one."""
        chosen = {"certaine": self.certain, "simple": self.greedy}.get(name)
        return chosen or self.best

    @property
    def certain_title(self) -> str:
        """Heading of the proof without guesses: how many structures, how far they travel."""
        if self.certain is None:
            return ""
        team = self.certain.team
        word = "Prouvé" if self.certain.is_proven else "Trouvé"
        size = french.count(len(team.rows), "structure")
        distance = french.km(team.mean_distance_km, 1)
        return f"{word} sans supposer aucun chiffre des structures\u00a0: {size}, {distance}"

    @property
    def greedy_loss(self) -> str:
        """Why the simple method does not do as well; "" where one of both has no team."""
        if self.greedy is None or self.best is None:
            return ""
        return reasons.simple_method(
            self.result,
            self.best.team,
            self.greedy.team,
            leans=bool(self.composition.wishes.get("leanings")),
        )


def proof_state_of(composition: Composition) -> tuple[str, str]:
    """(sort of state, its words) of a composition that is over, for a list of them.

    Proven outright only where nothing is supposed, of a structure or of the notice.
    """
    if composition.outcome == Outcome.IMPOSSIBLE:
        return "bloque", "Impossible aujourd’hui"
    if composition.outcome != Outcome.COMPOSED:
        return "inconnu", "Ni trouvé ni exclu"
    best = composition.best["value"]
    if best["status"] != "optimal":
        return "vigilance", "La meilleure trouvée"
    if best["assumptions"] or sentences.supposed_of(composition.breakdown.packages.all()):
        return "inconnu", "À confirmer"
    return "sur", "Une structure suffit" if best["solo"] else "Équipe prouvée"


def page_of(
    composition: Composition,
    viewer: Viewer,
    findings: Findings | None = None,
    *,
    is_study_withheld: bool = False,
) -> Page:
    """Gather the page of a composition that has an answer.

    What would tell a hidden figure of a team of `findings` is left out of every cost.
    """
    if findings is None or is_study_withheld:
        findings = Findings(question=problem.stored_question(composition))
    answers = _answers_of(composition, findings.question.problem)
    posed, people, solo_only = answers.posed, composition.people, composition.is_solo_only
    plans = [*answers.plans, *findings.other_plans, *findings.compared_plans]
    hidden = team_table.hidden_terms(posed, plans, people, viewer)
    view = people, viewer, hidden
    candidates = problem.studied(posed, answers.best, known_only=False)
    best = shown_of("best", "Notre proposition", posed, answers.best, *view, candidates)
    greedy = _greedy_of(answers, view, solo_only=solo_only)
    seen = _organisations_seen(posed, people, viewer)
    why = sentences.reasons_of(posed, answers.best, solo_only=solo_only, accounts_seen_of=seen)
    is_composed = composition.outcome == Outcome.COMPOSED
    supposed = sentences.supposed_of(composition.breakdown.packages.all())
    return Page(
        composition=composition,
        title=_title(composition, best, why, supposed),
        candidates=candidates,
        best=best if is_composed else None,
        certain=_certain_of(answers, view) if is_composed else None,
        greedy=greedy,
        reasons=why,
        certain_reasons=sentences.reasons_of(
            posed, answers.certain, solo_only=solo_only, accounts_seen_of=seen, known_only=True
        ),
        rope_scale_km=_rope_scale_km(best, greedy),
        supposed=supposed,
        posed=posed,
        result=answers.best,
        certain_result=answers.certain,
        reader=Reader(posed, people, viewer, hidden),
        against=answers.against,
        findings=findings,
        is_study_withheld=is_study_withheld,
    )


@dataclass(frozen=True, slots=True)
class _Answers:
    """The problem and its two answers, with everything and with known figures only.

    All three as the wish restates them, where the composition answers to one.
    """

    posed: Any
    best: Any
    certain: Any
    against: wish_search.Against | None

    @property
    def plans(self) -> list[Any]:
        """The teams that the page shows, whoever reads them."""
        found = [self.best.greedy, *(each.plan for each in (self.best, self.certain) if each.plan)]
        if self.against is not None and self.against.before.plan is not None:
            found.append(self.against.before.plan)
        return found


def _answers_of(composition: Composition, posed: Any) -> _Answers:
    best = problem.read_result(composition.best)
    certain = problem.read_result(composition.certain)
    against = wish_search.read_against(composition.against)
    if against is not None:
        _, certain = wish_search.restated(posed, certain, against.weights)
        posed, best = wish_search.restated(posed, best, against.weights)
    return _Answers(posed, best, certain, against)


type _View = tuple[dict[str, Any], Viewer, frozenset[str]]
"""Of `team_table.team_of`: the people of a composition, who looks, the terms hidden from them."""


def _certain_of(answers: _Answers, view: _View) -> Shown | None:
    """The team that rests on no guess about a structure."""
    posed, certain = answers.posed, answers.certain
    studied = problem.studied(posed, certain, known_only=bool(answers.best.assumptions))
    return shown_of("certain", "Sans aucune supposition", posed, certain, *view, studied)


def _greedy_of(answers: _Answers, view: _View, *, solo_only: bool) -> Shown | None:
    """The team of the simple method, that the page compares with ours.

    None where it has no team; a team is no comparison where the buyer wants one structure alone.
    """
    posed, best = answers.posed, answers.best
    simple = problem.simple_team(posed, best)
    tight = team_table.tightness_of(posed, simple)
    team = team_table.team_of(posed, best.greedy, simple.assumptions, tight, *view)
    if not team.rows or (solo_only and not best.solo):
        return None
    return Shown("greedy", "La méthode simple", team, (), "", False, _knots(team))


def _rope_scale_km(*shown: Shown | None) -> int:
    """One scale for the ropes of the page, so that they are read beside one another."""
    return int(max([35.0, *(each.team.longest_distance_km for each in shown if each)])) + 1


def shown_of(
    origin: str,
    title: str,
    posed: Any,
    result: Any,
    people: dict[str, Any],
    viewer: Viewer,
    hidden: frozenset[str],
    studied: int,
    number: int = 0,
) -> Shown | None:
    """A result as a page shows it; none where it has no team."""
    if result.plan is None:
        return None
    tight = team_table.tightness_of(posed, result)
    team = team_table.team_of(posed, result.plan, result.assumptions, tight, people, viewer, hidden)
    return Shown(
        origin,
        title,
        team,
        sentences.guesses_of(result, people),
        sentences.proof_of(result, studied),
        sentences.is_proven(result),
        _knots(team),
        number,
    )


def _organisations_seen(posed: Any, people: dict[str, Any], viewer: Viewer) -> frozenset[str]:
    """Organisations whose accounts may all be seen, among those studied."""
    hidden = {
        each.organisation
        for each in posed.candidates
        if int(people[each.id]["structure_id"]) not in viewer.seen[FigureClass.PRIVATE]
    }
    return frozenset({each.organisation for each in posed.candidates} - hidden)


def _knots(team: team_table.TeamTable) -> list[drawings.Knot]:
    return [drawings.Knot(short, round(distance, 1)) for short, distance in team.knots]


def _title(
    composition: Composition,
    shown: Shown | None,
    reasons: Sequence[str],
    supposed: Sequence[str],
) -> str:
    if composition.outcome == Outcome.UNDECIDED or (shown is None and not reasons):
        return "Aucune équipe trouvée dans le temps donné"
    if composition.outcome == Outcome.IMPOSSIBLE or shown is None:
        # What lacks, how much and when; the package is named in the list below.
        lack = reasons[0].partition("\u00a0: ")[2] if len(reasons) == 1 else ""
        return f"Impossible aujourd’hui\u00a0: {lack or 'personne ne peut tout tenir'}".rstrip(".")
    return sentences.yes(len(shown.team.rows), len(shown.guesses), reads_well=not supposed)


def map_of(team: team_table.TeamTable) -> maps.MapDrawing:
    """Partners of a team, tied by the rope, where they are."""
    points = [
        maps.MapPoint(
            row.number, row.longitude_deg, row.latitude_deg, row.kind, row.name, is_chosen=True
        )
        for row in team.rows
    ]
    places = {row.city: (row.latitude_deg, row.longitude_deg) for row in reversed(team.rows)}
    return maps.draw(
        points,
        places=[maps.PlaceName(name, lon, lat) for name, (lat, lon) in places.items() if name],
        tied=[row.number for row in team.rows] if len(team.rows) > 1 else [],
    )

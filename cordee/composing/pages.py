"""What the composition page shows, gathered from what is stored; views compute no figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from cordee.base.ui import drawings, french, maps
from cordee.composing import access, problem
from cordee.composing.models import Composition, Outcome, Study
from cordee.composing.problem import (
    reasons,
    sentences,
    size_limits,
    team_table,
    wish_options,
    wish_search,
)
from cordee.composing.problem.reader import Reader
from cordee.composing.problem.study import Findings
from cordee.members.sharing import Viewer
from cordee.opportunities.supposed import Supposition, supposition_of
from cordee.rules.months import month_number


@dataclass(frozen=True, slots=True)
class Shown:
    """One team with its rope and its proof."""

    origin: str
    title: str
    team: team_table.TeamTable
    guesses: Sequence[sentences.AssumptionSentence] = ()
    proof: str = ""
    is_proven: bool = False
    number: int = 0

    @property
    def knots(self) -> list[drawings.Knot]:
        return [drawings.Knot(short, round(far, 1)) for short, far in self.team.knots]

    @property
    def reserve_title(self) -> str:
        """How many answers would settle what the proof rests on."""
        return sentences.answers_to_get(len(self.guesses))

    @property
    def whole_proof(self) -> str:
        """The proof in one sentence, with what it rests on."""
        how_many = len(self.guesses)
        # Of one alone the proof says already that it rests on what nobody knows.
        if not how_many or not self.is_proven or self.is_alone:
            return self.proof
        confirmed = "réponse se confirme" if how_many == 1 else "réponses se confirment"
        return f"{self.proof.rstrip('.')}, si {french.in_letters(how_many)} {confirmed}."

    @property
    def size(self) -> str:
        """ "quatre structures"."""
        noun = "structure" if self.is_alone else "structures"
        return f"{french.in_letters(len(self.team.rows))} {noun}"

    @property
    def is_alone(self) -> bool:
        """Whether one structure answers by itself: no team."""
        return len(self.team.rows) == 1


class Page:
    """Everything a composition that has an answer says to one reader.

    Its study is left out where it is withheld; what would tell a hidden figure of one of the teams
    that are compared, of every cost.
    """

    def __init__(
        self, composition: Composition, viewer: Viewer, study: Study | None = None
    ) -> None:
        question = problem.stored_question(composition)
        findings = nothing = Findings(question=question)
        self.is_study_withheld = False
        if study is not None:
            findings = Findings.kept_in(study, question)
            on = viewer.on
            self.is_study_withheld = access.is_study_withheld(composition, findings, on=on)
        if self.is_study_withheld:
            findings = nothing
        self.composition, self.study, self.findings = composition, study, findings
        # The problem and its answers, with everything and with known figures only: as the wish
        # restates them, where the composition answers to one.
        posed: problem.Problem = findings.question.problem
        best: problem.Result = problem.read_result(composition.best)
        certain: problem.Result = problem.read_result(composition.certain)
        self.against = wish_search.read_against(composition.against)
        plans = [*findings.other_plans, *findings.compared_plans]
        if self.against is not None:
            _, certain = wish_search.restated(posed, certain, self.against.weights)
            posed, best = wish_search.restated(posed, best, self.against.weights)
            plans += [self.against.before.plan] if self.against.before.plan else []
        plans += [best.greedy, *(each.plan for each in (best, certain) if each.plan)]
        self.posed, self.result, self.certain_result = posed, best, certain
        self.reader = Reader.of(posed, composition.people, viewer, plans)
        self.candidates = problem.studied(posed, best, known_only=False)
        packages = list(composition.breakdown.packages.all())
        self.supposed = sentences.supposed_of(packages)
        # A wish may say otherwise: what is supposed is said of the first answer.
        self.supposition = None
        if composition.base_id is None:
            is_private = composition.breakdown.opportunity.is_private
            self.supposition = supposition_of(packages, with_place=True, is_private=is_private)
        seen = {each.organisation for each in posed.candidates}
        seen -= {e.organisation for e in posed.candidates if not self.reader.sees_accounts(e.id)}
        told = partial(sentences.reasons_of, posed, accounts_seen_of=frozenset(seen))
        self.reasons = told(best)
        self.certain_reasons = told(certain, known_only=True)

    @property
    def is_composed(self) -> bool:
        return self.composition.outcome == Outcome.COMPOSED

    @cached_property
    def around(self) -> wish_options.Around:
        """What somebody may wish of this answer."""
        people, month = self.composition.people, month_number(self.reader.viewer.on)
        return wish_options.Around(self.posed, self.result.plan, people, this_month=month)

    @cached_property
    def best(self) -> Shown | None:
        if not self.is_composed:
            return None
        return shown_of("best", "Notre proposition", self.result, self.reader, self.candidates)

    @cached_property
    def certain(self) -> Shown | None:
        """The team that rests on no guess about a structure."""
        result, known_only = self.certain_result, bool(self.result.assumptions)
        if not self.is_composed:
            return None
        studied = problem.studied(self.posed, result, known_only=known_only)
        return shown_of("certain", "Sans aucune supposition", result, self.reader, studied)

    @cached_property
    def greedy(self) -> Shown | None:
        """The team of the simple method, that the page compares with ours, if it has one."""
        simple = problem.simple_team(self.posed, self.result)
        tight = team_table.tightness_of(self.posed, simple)
        team = team_table.team_of(self.result.greedy, self.reader, simple.assumptions, tight)
        return Shown("greedy", "La méthode simple", team) if team.rows else None

    @property
    def rope_scale_km(self) -> int:
        """One scale for the ropes of the page, so that they are read beside one another."""
        teams = [each.team for each in (self.best, self.greedy) if each]
        return int(max([35.0, *(team.longest_distance_km for team in teams)])) + 1

    @property
    def title(self) -> str:
        if self.composition.outcome == Outcome.UNDECIDED or not (self.best or self.reasons):
            return "Aucune équipe trouvée dans le temps donné"
        if self.is_size_decisive:
            return "On ne sait pas encore\u00a0: la taille décide"
        if self.best is None:
            # What lacks, how much and when; the package is named in the list below.
            lack = self.reasons[0].partition("\u00a0: ")[2] if len(self.reasons) == 1 else ""
            # What follows a semicolon explains it, and stands in the list.
            lack = lack.partition("\u202f; ")[0]
            lack = lack or "personne ne peut tout tenir"
            answer = "On ne sait pas encore" if self.ask_first else "Impossible aujourd’hui"
            return f"{answer}\u00a0: {lack}".rstrip(".")
        size, guesses = len(self.best.team.rows), len(self.best.guesses)
        return sentences.yes(size, guesses, reads_well=not self.supposed)

    @property
    def groups_banned(self) -> str:
        """What to ask the buyer where it is a team and the notice bans groups, or ""."""
        if self.best is None or self.best.is_alone:
            return ""
        return self.composition.breakdown.opportunity.understood.notice.groups_banned

    @cached_property
    def size_limits(self) -> str:
        """At which size the answer changes, once it was sought, while all its figures are open."""
        limits = self.findings.sizes
        if limits is None or self.supposition is None:
            return ""
        # It rests on the figures of all who were studied.
        everyone, on = self.composition.people, self.reader.viewer.on
        if not access.open_figures(self.composition, self.posed, everyone, on=on)(everyone):
            return ""
        told = size_limits.sentences_of(limits, self.supposition, self.posed.packages)
        return " ".join(told)

    @property
    def is_size_decisive(self) -> bool:
        """Whether nobody can hold it at the size supposed, and a smaller one might do."""
        return _is_size_decisive(self.result, self.supposition, self.findings.sizes)

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
    def last_resort(self) -> str:
        return sentences.last_resort(self.posed, self.result)

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

    def state_of(self, team: Shown) -> tuple[str, str]:
        """(sort of state, its words) of a team: one level of certainty for all it says."""
        return certainty_of(team.is_proven, len(team.guesses), is_read_well=not self.supposed)

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
        return not (self.supposed or self.ask_first)

    @property
    def impossible_title(self) -> str:
        if self.ask_first:
            return "À confirmer\u00a0: des structures proches ne disent pas leurs métiers"
        if self.is_size_decisive:
            return "Sûr à la taille supposée"
        return "Sûr, si nous supposons juste" if self.supposed else "Nous en sommes sûrs"

    @property
    def ask_first(self) -> str:
        return sentences.ask_first(self.result)

    @property
    def impossible_proof(self) -> str:
        """How the impossibility was established, as it was."""
        among = f"parmi {french.count(self.candidates, 'candidat')}"
        found = self.result.impossibility
        if found and found.certificate == "count":
            who = "toutes les forces réunies n’y arrivent pas"
            if self.candidates == 1:
                return "Un décompte suffit\u00a0: la seule structure étudiée n’y arrive pas."
            return f"Un décompte suffit\u00a0: {who}, {among}."
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
    def simple_method(self) -> str:
        """Why the simple method does not do as well; "" where one of both has no team."""
        if self.greedy is None or self.best is None:
            return ""
        return reasons.simple_method(
            self.result,
            self.best.team,
            self.greedy.team,
            leans=bool(self.composition.wishes.get("leanings")),
        )


def certainty_of(is_proven: bool, guesses: int, *, is_read_well: bool) -> tuple[str, str]:
    """(sort of state, its words) of a team, wherever it is told."""
    if not is_proven:
        return "vigilance", "La meilleure trouvée"
    if guesses:
        return "inconnu", sentences.answers_to_get(guesses)
    return ("sur", "Prouvée") if is_read_well else ("inconnu", "L’avis à confirmer")


def _is_size_decisive(
    result: problem.Result,
    supposed: Supposition | None,
    limits: size_limits.SizeLimits | None = None,
) -> bool:
    lacks = result.impossibility.reasons if result.impossibility else ()
    told = [(each.shortage.value, each.package) for each in lacks]
    return bool(told) and size_limits.decides(supposed, limits, told)


def proof_state_of(composition: Composition) -> tuple[str, str]:
    """(sort of state, its words) of a composition that is over, for a list of them.

    Proven outright only where nothing is supposed, of a structure or of the notice.
    """
    if composition.outcome == Outcome.IMPOSSIBLE:
        result = problem.read_result(composition.best)
        supposed = supposition_of(list(composition.breakdown.packages.all()), with_place=True)
        is_open = sentences.ask_first(result) or _is_size_decisive(result, supposed)
        return ("inconnu", "À confirmer") if is_open else ("bloque", "Impossible aujourd’hui")
    if composition.outcome != Outcome.COMPOSED:
        return "inconnu", "Ni trouvé ni exclu"
    best = composition.best["value"]
    unsaid = sentences.supposed_of(composition.breakdown.packages.all())
    is_proven = best["status"] == "optimal"
    return certainty_of(is_proven, len(best["assumptions"]), is_read_well=not unsaid)


def shown_of(
    origin: str, title: str, result: Any, reader: Reader, studied: int, number: int = 0
) -> Shown | None:
    """A result as a page shows it; none where it has no team."""
    if result.plan is None:
        return None
    tight = team_table.tightness_of(reader.problem, result)
    return Shown(
        origin,
        title,
        team_table.team_of(result.plan, reader, result.assumptions, tight),
        sentences.guesses_of(result, reader.people),
        sentences.proof_of(result, studied),
        sentences.is_proven(result),
        number,
    )


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

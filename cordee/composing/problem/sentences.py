"""What an answer says in French sentences: its proof, its guesses, why there is no team."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cordee.base.ui import french, months
from cordee.composing.problem.reader import percent_at_most
from cordee.engine.explain import nobody_free
from cordee.engine.problem import Certainty, Problem
from cordee.engine.result import (
    Assumption,
    AssumptionKind,
    Obstacle,
    Reason,
    Result,
    Shortage,
    Status,
)
from cordee.opportunities.models import WorkPackage
from cordee.opportunities.supposed import SUBJECTS, is_unsure
from cordee.rules import crafts
from cordee.rules.grammar import agreed

NAMED_ALONE = 3
# As a stored answer writes them.
UNTOLD_TRADE, LACKING_TRADE = Obstacle.UNKNOWN_TRADE.value, Shortage.TRADE.value

# Nobody can do any part of the work: cutting it up helps nobody.
_BY_NOBODY = {Shortage.TRADE, Shortage.REACH, Shortage.ELIGIBILITY, Shortage.CERTIFICATION}


@dataclass(frozen=True, slots=True)
class AssumptionSentence:
    """What a proof rests on without knowing it: a sentence, and "supposé" or "inconnu".

    `phrase` is the sentence without who it is about, nor `when`.
    """

    text: str
    certainty: str
    structure_id: int
    phrase: str = ""
    when: str = ""
    is_of_accounts: bool = False


def guesses_of(result: Result, people: Mapping[str, Mapping[str, Any]]) -> list[AssumptionSentence]:
    """Each guess that the answer rests on, as a sentence."""
    sentences = []
    for each in result.assumptions:
        who = people[each.candidate]
        name = str(who["name"])
        phrase = guess_text(replace(each, months=()), name).removeprefix(name).strip()
        sentences.append(
            AssumptionSentence(
                guess_text(each, name),
                "supposé" if each.certainty is Certainty.GUESSED else "inconnu",
                int(who["structure_id"]),
                phrase,
                months.spans(each.months),
                each.kind is AssumptionKind.CEILING,
            )
        )
    return sentences


def guess_text(each: Assumption, name: str) -> str:
    """One guess as a sentence, without its full stop."""
    when = f" {months.spans(each.months)}" if each.months else ""
    match each.kind:
        case AssumptionKind.TRADE:
            trade = crafts.in_sentence(each.detail)
            return f"{agreed(name, 'exerce', 'exercent')} ce métier\u00a0: {trade}"
        case AssumptionKind.CAPACITY:
            return f"{agreed(name, 'a', 'ont')} assez de monde{when}"
        case AssumptionKind.CEILING:
            return f"{agreed(name, 'reste sous son', 'restent sous leur')} plafond{when}"
        case AssumptionKind.CERTIFICATION:
            return f"{agreed(name, 'a', 'ont')} la certification {each.detail}"


def supposed_of(work_packages: Iterable[WorkPackage]) -> list[str]:
    """What the notice does not say and Cordée supposed, as sentences.

    Package by package; once for all where the same is supposed of each.
    """
    supposed, rows = [], list(work_packages)
    for row in rows:
        words = [subject for name, (subject, _) in SUBJECTS.items() if is_unsure(row, name)]
        if words:
            supposed.append((row.label, french.series(words)))
    if len(supposed) == len(rows) > 1 and len({what for _, what in supposed}) == 1:
        return [f"Tous les travaux\u00a0: {supposed[0][1]}"]
    return [f"{label}\u00a0: {what}" for label, what in supposed]


def reasons_of(
    problem: Problem,
    result: Result,
    *,
    accounts_seen_of: Collection[str] | None,
    known_only: bool = False,
) -> list[str]:
    """Why no team exists, in words.

    What lacks under a ceiling is told only where the accounts of all whom it holds back may be
    seen: `accounts_seen_of` names those organisations, `None` stands for all. `known_only`: the
    result leaves out candidates of whom something is guessed or unknown.
    """
    if result.impossibility is None:
        return []
    asked, untold = problem.replace(params=result.params), untold_trades(result)
    sentences = []
    for each in result.impossibility.reasons:
        may_show = accounts_seen_of is None or set(each.organisations) <= set(accounts_seen_of)
        if known_only:
            sentences.append(_known_only_reason(each, asked, may_show))
        else:
            sentences.append(_reason(each, asked, may_show, untold))
    return sentences


def untold_trades(result: Result) -> int:
    """How many organisations around have not told their trades: one of them may do the work."""
    return len({e.organisation for e in result.set_aside if e.obstacle is Obstacle.UNKNOWN_TRADE})


def ask_first(result: Result) -> str:
    """Whom to ask before anything else: who has not told their trades, where one is missing."""
    untold, found = untold_trades(result), result.impossibility
    if not untold or found is None or all(r.shortage is not Shortage.TRADE for r in found.reasons):
        return ""
    if untold == 1:
        return "Demandez d’abord ses métiers à la structure proche qui ne les dit pas."
    return f"Demandez d’abord leurs métiers aux {untold} structures proches qui ne les disent pas."


def _reason(reason: Reason, problem: Problem, may_show: bool, untold: int) -> str:
    package = problem.packages_by_id[reason.package] if reason.package else None
    label = package.label if package else "Tous les lots ensemble"
    when = months.spans(reason.months)
    missing = french.fte(reason.missing_cfte)
    match reason.shortage:
        case Shortage.TRADE:
            near = french.km(problem.params.max_distance_km)
            if not untold:
                return f"{label}\u00a0: personne n’exerce ce métier à moins de {near}, {when}."
            silent = french.count(
                untold,
                "structure proche ne dit pas les siens",
                "structures proches ne disent pas les leurs",
            )
            return (
                f"{label}\u00a0: personne n’a dit exercer ce métier à moins de {near}, {when}"
                f"\u202f; {silent}."
            )
        case Shortage.REACH:
            return f"{label}\u00a0: aucune structure de ce métier ne va jusque-là, {when}."
        case Shortage.ELIGIBILITY:
            return (
                f"{label}\u00a0: le lot est réservé, "
                f"et aucune structure proche n’y a droit, {when}."
            )
        case Shortage.STAFF_SUPPLY:
            return (
                f"{label}\u00a0: seules des structures qui mettent du personnel à disposition sont "
                f"proches {when} ; l’acheteur demande un résultat."
            )
        case Shortage.CERTIFICATION:
            return f"{label}\u00a0: aucune structure proche n’a la certification demandée, {when}."
        case Shortage.MIN_SHARE:
            return f"{label}\u00a0: les parts possibles sont trop petites pour une équipe, {when}."
        case Shortage.CAPACITY:
            if package and (nobody := nobody_free(problem, package)):
                when = months.spans(nobody[0])
                near = french.km(nobody[1])
                return f"{label}\u00a0: personne n’est libre à moins de {near} {when}."
            return f"{label}\u00a0: il manque {missing} {when}."
        case Shortage.CEILING:
            euros = french.euros(reason.missing_cents, rounded=True)
            what = f"{missing} ({euros})" if may_show else "une partie du travail"
            return f"{label}\u00a0: les plafonds de recettes laissent {what} sans preneur, {when}."
        case Shortage.PARTNERS:
            return (
                f"{label}\u00a0: il faudrait {french.count(reason.needed, 'structure')}, "
                f"nous en cherchons {reason.available} au plus."
            )
        case Shortage.LEAD:
            return f"{label}\u00a0: aucune structure ne peut être mandataire."
        case Shortage.PINNED | Shortage.SHARE_LIMIT:
            who = french.series(_names(problem, reason.organisations))
            can = "ne peut" if len(reason.organisations) == 1 else "ne peuvent"
            is_pinned = reason.shortage is Shortage.PINNED
            what = "rien prendre de ce marché" if is_pinned else "pas tenir la part demandée"
            return f"{label}\u00a0: {who} {can} {what}."
        case Shortage.UNLIKE:
            return f"{label}\u00a0: aucune autre équipe n’est assez différente."
        case Shortage.JOINT:
            return f"{label}\u00a0: pris avec les autres lots, il manque {missing} {when}."


def _names(problem: Problem, organisations: Iterable[str]) -> list[str]:
    names = {each.organisation: each.name for each in reversed(problem.candidates)}
    return [names[organisation] for organisation in organisations]


def _known_only_reason(reason: Reason, problem: Problem, may_show: bool) -> str:
    """What lacks among the structures whose useful figures are all known, a heading says."""
    label = (
        problem.packages_by_id[reason.package].label if reason.package else "Tous les lots ensemble"
    )
    lack = f"il manque {french.fte(reason.missing_cfte)}" if reason.missing_cfte else "personne"
    if reason.shortage is Shortage.CEILING and not may_show:
        lack = "une partie reste sans preneur"
    when = f" {months.spans(reason.months)}" if reason.months else ""
    return f"{label}\u00a0: {lack}{when}."


def proof_of(result: Result, studied: int) -> str:
    """The proof in one sentence."""
    among = french.count(studied, "candidat")
    if result.solo and not result.alone:
        return "Une structure peut tout tenir seule, si ce que nous ignorons d’elle le permet."
    if result.solo:
        sentence = "Une structure peut tout tenir\u00a0: aucune équipe n’est proposée."
        if studied < 2 or result.status is not Status.OPTIMAL:
            return sentence
        return f"{sentence} Parmi {among}, aucune autre ne le ferait, de façon sûre, pour moins."
    if result.status is Status.OPTIMAL:
        best = f"Aucune meilleure équipe n’existe parmi {among}"
        # Somebody who may do it all for less is named below: say first why it is a team.
        alone = ", et personne ne peut tout tenir seul de façon sûre" if result.alone_if else ""
        return f"{best}{alone}."
    gap = percent_at_most(result.gap or 0.0)
    return f"Meilleure équipe trouvée\u00a0: une autre coûterait au plus {gap} de moins."


def answers_to_get(how_many: int) -> str:
    """ "Deux réponses à obtenir"."""
    noun = "réponse" if how_many == 1 else "réponses"
    return f"{french.in_letters(how_many).capitalize()} {noun} à obtenir"


def yes(size: int, guesses: int, *, reads_well: bool) -> str:
    """The answer in one line, with one level of certainty: "Oui, à trois, si deux réponses
    arrivent".

    `reads_well`: whether the notice says all, and nothing of it is supposed.
    """
    count = french.in_letters(size)
    if guesses:
        who = "une structure suffit" if size == 1 else f"à {count}"
        arrive = "réponse arrive" if guesses == 1 else "réponses arrivent"
        return f"Oui, {who}, si {french.in_letters(guesses)} {arrive}"
    who = "une structure suffit" if size == 1 else f"en équipe de {count}"
    return f"Oui, {who}" + ("" if reads_well else ", si nous supposons juste")


def maybe_alone(problem: Problem, result: Result) -> str:
    """Who could suffice alone if what is unknown about it allows; asked before a team (RULE-38)."""
    if result.plan is None or result.solo or not result.alone_if:
        return ""
    by_key = {candidate.organisation: candidate.name for candidate in problem.candidates}
    names = sorted(by_key[organisation] for organisation in result.alone_if)
    shown, rest = names[:NAMED_ALONE], len(names) - NAMED_ALONE
    if rest > 0:
        shown.append(french.count(rest, "autre"))
    one = "Elle" if len(names) == 1 else "Une seule"
    able = f"{one} pourrait suffire, si ses chiffres inconnus le permettent."
    return f"Demandez d’abord à {french.series(shown)}. {able}"


def last_resort(problem: Problem, result: Result) -> str:
    """What to try where no simple change suffices, or "" where nobody can do any of the work."""
    lacks = result.impossibility.reasons if result.impossibility else ()
    by_nobody = {each.package for each in lacks if each.shortage in _BY_NOBODY}
    if by_nobody.issuperset(package.id for package in problem.packages):
        return ""
    if len({package.lot_id for package in problem.packages}) > 1:
        return "répondre à une partie des lots"
    return "demander à l’acheteur de couper le marché en lots"


def is_proven(result: Result) -> bool:
    """Whether no cheaper plan can exist, guesses apart."""
    return result.status is Status.OPTIMAL

"""The study of an answer as one reader may read it: the one value of page, JSON and terminal.

Each entry keeps the engine's own value beside its sentences. What would tell a hidden figure of a
team is left out of every sentence that compares with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cordee.base.ui import french
from cordee.composing.problem import Question, choices, reasons, ways_out
from cordee.composing.problem.reader import Reader, by_term, people_of
from cordee.composing.problem.study import Findings
from cordee.composing.problem.team_table import TeamTable, team_of
from cordee.composing.problem.wish_options import moves_to_past
from cordee.engine.alternatives import Alternative
from cordee.engine.compare import WhatIf
from cordee.engine.cure import Cure
from cordee.engine.explain import Tightness, WhyNot, WhyPartner, Worth
from cordee.engine.plan import assumptions
from cordee.engine.result import Plan, Result
from cordee.members.sharing import Viewer
from cordee.mobilisation.problem import CandidateRow
from cordee.rules.months import month_number


@dataclass(frozen=True, slots=True)
class OtherTeam:
    """Another team: what it gives and costs against the best, who changes, and its proof."""

    number: int
    found: Alternative
    sentence: str
    who_changes: str
    proof: str
    terms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reasons[T]:
    """What was found about an organisation, or about the team where there is no name.

    No sentence where there is nothing to say, or nothing that may be said.
    """

    found: T
    name: str | None
    sentences: Sequence[str]


type PartnerReasons = Reasons[WhyPartner]
type LimitReasons = Reasons[tuple[Tightness, Worth | None]]
type AbsenceReasons = Reasons[tuple[WhyNot, WhatIf | None]]


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way out of an impossible contract, its team, and who must say yes.

    `question` is the changed one. No team where its shares would tell what the sentence leaves out.
    """

    number: int
    cure: Cure
    question: Question
    title: str
    sentence: str
    proof: str
    who_decides: str
    names: str
    doubtful: Sequence[str]
    team: TeamTable | None

    @property
    def name(self) -> str:
        """How its table is asked for."""
        return f"issue-{self.number}"

    @property
    def may_be_tried(self) -> bool:
        """Whether asking again with it tells nothing that its sentence leaves out."""
        return self.team is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyReport:
    """Everything that was found beyond the team of an answer, to one reader.

    Why each partner is there, the largest first; each limit that leaves no room, with what one more
    unit would bring; why each of those expected is absent, with the best team that has them.
    """

    found: Findings
    wishes: Sequence[str] = ()
    partners: Sequence[PartnerReasons] = ()
    limits: Sequence[LimitReasons] = ()
    greedy_loss: Sequence[str] = ()
    absences: Sequence[AbsenceReasons] = ()
    alternatives: Sequence[OtherTeam] = ()
    alternatives_end: str = ""
    ways_out: Sequence[WayOut] = ()
    useless: Sequence[str] = ()


def report_of(
    found: Findings, result: Result, viewer: Viewer, reader: Reader | None = None
) -> StudyReport:
    """Everything found about an answer, in sentences.

    `reader` knows what stays out of all the teams of a page; without it, what stays out is what
    would tell a figure of the teams that are compared with each other.
    """
    ways, useless = _ways_out(found, viewer)
    report = StudyReport(found=found, wishes=_wishes(found, viewer), ways_out=ways, useless=useless)
    if result.plan is None:
        return report
    reasoned = reader or _reader(found, viewer, [result.plan, result.greedy, *found.compared_plans])
    compared = reader or _reader(found, viewer, [result.plan, *found.other_plans])
    return replace(
        report,
        partners=_partners(found, reasoned),
        limits=_limits(found, reasoned),
        greedy_loss=reasons.greedy_loss(found.explanation, reasoned) if found.explanation else (),
        absences=[_absence(why, more, reasoned) for why, more in found.expected],
        alternatives=[
            OtherTeam(
                number,
                each,
                choices.alternative(each.comparison, compared),
                choices.who_changes(each.comparison, compared),
                choices.proof_of_alternative(each),
                by_term(each.comparison.terms, compared),
            )
            for number, each in enumerate(found.alternatives or (), start=1)
        ],
        alternatives_end="" if found.alternatives is None else choices.end_of(found.alternatives),
    )


def _reader(found: Findings, viewer: Viewer, plans: Sequence[Plan]) -> Reader:
    return Reader.of(found.question.problem, found.question.people_json, viewer, plans)


def _partners(found: Findings, reader: Reader) -> list[PartnerReasons]:
    partners = found.explanation.partners if found.explanation else ()
    return [
        Reasons(why, reader.organisation(why.organisation), reasons.why_partner(why, reader))
        for why in sorted(partners, key=lambda why: -sum(share.cents for share, _ in why.shares))
    ]


def _limits(found: Findings, reader: Reader) -> list[LimitReasons]:
    worths = {worth.limit: worth for worth in found.worths}
    binding = found.explanation.binding if found.explanation else ()
    return [
        Reasons(
            (limit, worths.get(limit)),
            None if limit.organisation is None else reader.organisation(limit.organisation),
            reasons.limit_sentences(limit, worths.get(limit), reader),
        )
        for limit in binding
    ]


def _absence(why: WhyNot, more: WhatIf | None, reader: Reader) -> AbsenceReasons:
    sentences = [reasons.why_not_line(why, reader, more)]
    sentences += reasons.why_not_details(why, reader, more)
    return Reasons((why, more), reader.organisation(why.organisation), sentences)


# Ways out.


def _ways_out(found: Findings, viewer: Viewer) -> tuple[Sequence[WayOut], Sequence[str]]:
    """The ways out, and what is proven not to suffice; no way out found is not none sought."""
    if found.cures is None:
        return (), ()
    wide = found.wide_question
    reader = Reader(wide.problem, wide.people_json, viewer)
    # Kept for long, and read on a later day: a month that has passed is no way out any more.
    this_month = month_number(viewer.on)
    ways = [
        _way_out(number, cure, wide, reader)
        for number, cure in enumerate(found.cures, 1)
        if not moves_to_past(wide.problem, cure.problem, this_month)
    ]
    return ways, [ways_out.USELESS[kind] for kind in found.cures.useless]


def _way_out(number: int, cure: Cure, wide: Question, reader: Reader) -> WayOut:
    plan = cure.result.plan
    assert plan is not None
    question = _changed(wide, cure)
    changed = Reader(cure.problem, question.people_json, reader.viewer)
    doubtful = dict.fromkeys(each.candidate for each in cure.result.assumptions)
    return WayOut(
        number,
        cure,
        question,
        ways_out.way_out_title(cure, reader),
        ways_out.way_out(cure, reader),
        ways_out.proof_of_way_out(cure),
        ways_out.who_decides(cure, reader),
        french.series(_names(plan.organisations, changed)),
        [changed.name(each) for each in doubtful],
        _team(plan, reader, changed) if ways_out.may_show_team(cure, reader) else None,
    )


def _changed(question: Question, cure: Cure) -> Question:
    """The question as a way out changes it; whom it adds is named by what is to be found."""
    new = (each for each in cure.problem.candidates if each.id not in question.known)
    known = {name: CandidateRow(**who) for name, who in people_of(new).items()}
    return replace(question, problem=cure.problem, known={**question.known, **known})


def _team(plan: Plan, reader: Reader, changed: Reader) -> TeamTable:
    """The team of a way out; who is still to be found has no figure to hide."""
    hidden = Reader.of(changed.problem, reader.people, reader.viewer, [plan]).hidden
    guessed = assumptions(changed.problem, plan)
    return team_of(plan, replace(changed, hidden=hidden), guessed)


def _names(organisations: Sequence[str], reader: Reader) -> list[str]:
    """Whoever is still to be found comes last, and as a common noun."""
    names = sorted(map(reader.organisation, organisations), key=lambda n: n.startswith("Une "))
    return [
        f"{n[0].lower()}{n[1:]}" if n.startswith("Une ") and i else n for i, n in enumerate(names)
    ]


# Wishes.


def _wishes(found: Findings, viewer: Viewer) -> list[str]:
    """What was wanted costs and changes; leanings count in every amount but these."""
    if found.wishes is None:
        return []
    plans = [each.plan for each in (found.wishes.before, found.wishes.after) if each.plan]
    reader, compared = _reader(found, viewer, plans), found.wishes.comparison
    leanings = found.request.leanings
    sentences = [choices.weighing(leanings)] if leanings else []
    if found.wishes.wishes:
        sentences.append(choices.what_if(found.wishes, reader))
        return sentences + choices.changes(found.wishes, reader)
    if compared is not None:
        sentences += [choices.alternative(compared, reader), choices.who_changes(compared, reader)]
    return [each for each in sentences if each]

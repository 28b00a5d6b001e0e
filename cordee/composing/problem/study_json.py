"""The study of an answer for programs: units are in the names, months are YYYY-MM.

Sentences are for whoever reads; figures are all that the composition used, as `problem` has them.
"""

from collections.abc import Sequence
from typing import Any

from cordee.composing.problem import proposal_json
from cordee.composing.problem.study_report import (
    AbsenceReasons,
    LimitReasons,
    OtherTeam,
    PartnerReasons,
    StudyReport,
    WayOut,
)
from cordee.engine.compare import Comparison, WhatIf
from cordee.engine.cure import Cure, CureKind
from cordee.engine.explain import Limit, Swap
from cordee.engine.problem import month_name as month_json
from cordee.rules.plain import to_plain

UNITS = {
    Limit.CAPACITY: "cfte",
    Limit.MIN_SHARE: "cfte",
    Limit.CEILING: "cents",
    Limit.PARTNERS: "partners",
    Limit.MAX_PACKAGES: "packages",
}
AMOUNTS = {
    CureKind.RADIUS: "km",
    CureKind.REACH: "km",
    CureKind.PARTNERS: "partners",
    CureKind.LATER_START: "months",
    CureKind.HEADROOM: "cents",
}


def study_json(report: StudyReport | None) -> dict[str, Any]:
    """`alternatives`, `cures`, `explanation`, `size_limits`, `wishes`, what was cut short; always
    all keys."""
    if report is None:
        return {
            "alternatives": [],
            "alternatives_end": None,
            "cures": [],
            "cures_useless": [],
            "explanation": None,
            "size_limits": None,
            "wishes": None,
            "cut_short": [],
        }
    found = report.found
    alternatives, cures = found.alternatives, found.cures
    return {
        "alternatives": [_other_team(each, report) for each in report.alternatives],
        "alternatives_end": None if alternatives is None else alternatives.end.value,
        "cures": [_way_out(each) for each in report.ways_out],
        "cures_useless": [] if cures is None else to_plain(cures.useless),
        "explanation": _explanation(report),
        "size_limits": None if found.sizes is None else to_plain(found.sizes),
        "wishes": _wishes(report),
        "cut_short": [step.value for step in found.unfinished],
    }


def _other_team(other: OtherTeam, report: StudyReport) -> dict[str, Any]:
    return {
        **proposal_json(report.found.question, other.found.result),
        **_difference(other.found.comparison),
        "is_tie": other.found.is_tie,
        "sentence": other.sentence,
        "proof": other.proof,
    }


def _difference(compared: Comparison) -> dict[str, Any]:
    return {
        "joins": list(compared.joins),
        "leaves": list(compared.leaves),
        "difference_microcents": compared.cost,
        "terms_difference_microcents": dict(compared.terms),
    }


def _way_out(way: WayOut) -> dict[str, Any]:
    cure = way.cure
    return {
        "kind": cure.kind.value,
        "amounts": _amounts(cure, cure.amount),
        "least_amounts": _amounts(cure, cure.at_least),
        "is_least": cure.is_least,
        "parts": [to_plain(part) | {"months": _months(part.months)} for part in cure.parts],
        "sentence": way.sentence,
        "title": way.title,
        "who_decides": way.who_decides,
        "proof": way.proof,
        "proposal": proposal_json(way.question, cure.result),
    }


def _amounts(cure: Cure, amount: int) -> dict[str, int]:
    amounts = {AMOUNTS.get(cure.kind, "cfte_months"): amount}
    return {**amounts, "partners": cure.partners_more} if cure.partners_more else amounts


def _months(months: Sequence[int]) -> list[str]:
    return [month_json(month) for month in months]


def _explanation(report: StudyReport) -> dict[str, Any] | None:
    explanation = report.found.explanation
    if explanation is None:
        return None
    loss, greedy = explanation.greedy_loss, list(report.greedy_loss)
    partners = [_partner(each) for each in report.partners]
    limits = [_limit(each) for each in report.limits]
    absences = [_absence(each) for each in report.absences]
    parts = [*partners, *limits, {"sentences": greedy}, *absences]
    return {
        "partners": partners,
        "binding_limits": limits,
        "greedy_loss": {
            "terms_microcents": None if loss is None else dict(loss),
            "missing_cfte": dict(explanation.greedy_missing_cfte),
            "sentences": greedy,
        },
        "why_not": absences,
        "sentences": [sentence for part in parts for sentence in part["sentences"]],
    }


def _partner(partner: PartnerReasons) -> dict[str, Any]:
    why = partner.found
    return {
        "organisation": why.organisation,
        "name": partner.name,
        "is_lead": why.is_lead,
        "is_needed": why.is_needed,
        "terms_microcents": dict(why.terms.items()),
        "takers": to_plain(why.takers),
        "replacement": _swap(why.replacement),
        "sentences": list(partner.sentences),
    }


def _swap(swap: Swap | None) -> dict[str, Any] | None:
    if swap is None:
        return None
    return {
        "moves": to_plain(swap.moves),
        "terms_difference_microcents": dict(swap.difference.items()),
        "most_more_microcents": swap.most_more,
    }


def _limit(each: LimitReasons) -> dict[str, Any]:
    limit, worth = each.found
    unit = UNITS[limit.kind]
    return {
        "kind": limit.kind.value,
        "organisation": limit.organisation,
        "name": each.name,
        "candidate": limit.candidate,
        "package": limit.package,
        "months": _months(limit.months),
        f"used_{unit}": limit.used,
        f"limit_{unit}": limit.limit,
        "worth": worth
        and {
            f"step_{unit}": worth.step,
            "least_saved_microcents": worth.least_saved,
            "most_saved_microcents": worth.most_saved,
            "suffices_alone": worth.suffices_alone,
        },
        "sentences": list(each.sentences),
    }


def _absence(absence: AbsenceReasons) -> dict[str, Any]:
    why, more = absence.found
    compared = more and more.comparison
    return {
        "organisation": why.organisation,
        "name": absence.name,
        "absence": why.absence.value,
        "hurdles": [
            to_plain(hurdle)
            | {"months": _months(hurdle.months)}
            | {"year": None if hurdle.year is None else month_json(hurdle.year)}
            for hurdle in why.hurdles
        ],
        "swap": _swap(why.swap),
        "with_it": more
        and {
            "status": more.after.status.value,
            "least_more_microcents": _least_more(more),
            "most_more_microcents": more.cost,
            "joins": list(compared.joins) if compared else [],
            "leaves": list(compared.leaves) if compared else [],
        },
        "sentences": list(absence.sentences),
    }


def _least_more(more: WhatIf) -> int | None:
    cost, bound = more.before.objective, more.after.at_least
    return None if cost is None or bound is None else bound - cost


def _wishes(report: StudyReport) -> dict[str, Any] | None:
    wishes = report.found.wishes
    if wishes is None:
        return None
    return {
        "asked": [{"wish": type(each).__name__, **to_plain(each)} for each in wishes.wishes],
        "leanings": [{"name": n.value, "strength": s} for n, s in report.found.request.leanings],
        "status_without": wishes.before.status.value,
        "cost_microcents": wishes.cost,
        "changes": wishes.comparison and _difference(wishes.comparison),
        "sentences": list(report.wishes),
    }

"""What is found beside an answer, for programs: units are in the names, months are YYYY-MM.

Sentences are for whoever reads; figures are all that the composition used, as `problem` has them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from cordee.alliances.problem import Question, choices, proposal_json, reasons, ways_out
from cordee.alliances.problem.further import (
    Expected,
    Further,
    cured_question,
    partners_by_size,
    reader_of,
)
from cordee.alliances.problem.reader import Reader
from cordee.alliances.problem.telling import Sight
from cordee.alliances.problem.wanted import Leanings
from cordee.engine.compare import Comparison
from cordee.engine.cure import Cure, CureKind, Part
from cordee.engine.explain import Hurdle, Limit, Swap, Tightness, WhyPartner, Worth
from cordee.engine.result import Plan, Result
from cordee.engine.serialise import to_plain

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


def month_json(month: int) -> str:
    """An absolute month as YYYY-MM."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def further_json(result: Result | None, found: Further | None, sight: Sight) -> dict[str, Any]:
    """`alternatives`, `cures`, `explanation`, `wishes` and what was cut short; always all keys."""
    empty: dict[str, Any] = {
        "alternatives": [],
        "alternatives_end": None,
        "cures": [],
        "cures_useless": [],
        "explanation": None,
        "wishes": None,
        "cut_short": [],
    }
    if found is None or result is None:
        return empty
    question = found.question
    told = {**empty, "cut_short": [each.value for each in found.cut_short]}
    if found.alternatives is not None:
        told["alternatives"] = _alternatives(question, result, found, sight)
        told["alternatives_end"] = found.alternatives.end.value
    if found.cures is not None:
        told["cures"] = [_cure(question, cure, sight) for cure in found.cures]
        told["cures_useless"] = [kind.value for kind in found.cures.useless]
    if found.explanation is not None:
        told["explanation"] = _explanation(question, result, found, sight)
    if found.wished is not None:
        told["wishes"] = _wishes(question, found, sight)
    return told


def _alternatives(
    question: Question, result: Result, found: Further, sight: Sight
) -> list[dict[str, Any]]:
    assert result.plan is not None
    reader = reader_of(question, [result.plan, *found.other_plans], sight)
    return [
        {
            **proposal_json(question, each.result),
            **_difference(each.comparison),
            "is_tie": each.is_tie,
            "sentence": choices.alternative(each.comparison, reader),
            "proof": choices.proof_of_alternative(each),
        }
        for each in found.alternatives or ()
    ]


def _difference(compared: Comparison) -> dict[str, Any]:
    return {
        "joins": list(compared.joins),
        "leaves": list(compared.leaves),
        "difference_microcents": compared.cost,
        "terms_difference_microcents": dict(compared.terms),
    }


def _cure(question: Question, cure: Cure, sight: Sight) -> dict[str, Any]:
    assert cure.result.plan is not None
    reader = reader_of(question, [], sight)
    return {
        "kind": cure.kind.value,
        "amounts": _amounts(cure.kind, cure.amount, cure.partners_more),
        "least_amounts": _amounts(cure.kind, cure.at_least, cure.partners_more),
        "is_least": cure.is_least,
        "parts": [_part(each) for each in cure.parts],
        "sentence": ways_out.way_out(cure, reader),
        "title": ways_out.way_out_title(cure, reader),
        "who_decides": ways_out.who_decides(cure, reader),
        "proof": ways_out.proof_of_way_out(cure),
        "proposal": proposal_json(cured_question(question, cure), cure.result),
    }


def _amounts(kind: CureKind, amount: int, partners_more: int) -> dict[str, int]:
    told = {AMOUNTS.get(kind, "cfte_months"): amount}
    return {**told, "partners": partners_more} if partners_more else told


def _part(part: Part) -> dict[str, Any]:
    return {**to_plain(part), "months": [month_json(month) for month in part.months]}


def _explanation(
    question: Question, result: Result, found: Further, sight: Sight
) -> dict[str, Any]:
    told, plan = found.explanation, result.plan
    assert told is not None
    assert plan is not None
    reader = reader_of(question, [plan, result.greedy, *found.plans], sight)
    partners = [_partner(why, reader) for why in partners_by_size(found)]
    binding = _binding(told.binding, found.worths, reader)
    greedy = reasons.greedy_loss(told, reader)
    expected = [_expected(each, reader) for each in found.expected]
    parts = [*partners, *binding, {"sentences": greedy}, *expected]
    return {
        "partners": partners,
        "binding_limits": binding,
        "greedy_loss": {
            "terms_microcents": None if told.greedy_loss is None else dict(told.greedy_loss),
            "missing_cfte": dict(told.greedy_missing_cfte),
            "sentences": greedy,
        },
        "why_not": expected,
        "sentences": [sentence for part in parts for sentence in part["sentences"]],
    }


def _partner(why: WhyPartner, reader: Reader) -> dict[str, Any]:
    return {
        "organisation": why.organisation,
        "name": reader.organisation(why.organisation),
        "is_lead": why.is_lead,
        "is_needed": why.is_needed,
        "terms_microcents": dict(why.terms.items()),
        "takers": [
            {
                "package": each.package,
                "organisations": each.organisations,
                "others_cfte": each.others_cfte,
                "need_cfte": each.need_cfte,
            }
            for each in why.takers
        ],
        "replacement": None if why.replacement is None else _swap(why.replacement),
        "sentences": reasons.why_partner(why, reader),
    }


def _swap(swap: Swap) -> dict[str, Any]:
    return {
        "moves": [to_plain(move) for move in swap.moves],
        "terms_difference_microcents": dict(swap.difference.items()),
        "most_more_microcents": swap.most_more,
    }


def _binding(
    limits: Iterable[Tightness],
    worths: Iterable[Worth],
    reader: Reader,
) -> list[dict[str, Any]]:
    known = {worth.limit: worth for worth in worths}
    return [_limit(limit, known.get(limit), reader) for limit in limits]


def _limit(limit: Tightness, worth: Worth | None, reader: Reader) -> dict[str, Any]:
    unit = UNITS[limit.kind]
    return {
        "kind": limit.kind.value,
        "organisation": limit.organisation,
        "name": None if limit.organisation is None else reader.organisation(limit.organisation),
        "candidate": limit.candidate,
        "package": limit.package,
        "months": [month_json(month) for month in limit.months],
        f"used_{unit}": limit.used,
        f"limit_{unit}": limit.limit,
        "worth": None
        if worth is None
        else {
            f"step_{unit}": worth.step,
            "least_saved_microcents": worth.least_saved,
            "most_saved_microcents": worth.most_saved,
            "suffices_alone": worth.suffices_alone,
        },
        "sentences": reasons.limit_sentences(limit, worth, reader),
    }


def _expected(each: Expected, reader: Reader) -> dict[str, Any]:
    why, exact = each.why, each.exact
    compared = None if exact is None else exact.comparison
    return {
        "organisation": why.organisation,
        "name": reader.organisation(why.organisation),
        "absence": why.absence.value,
        "hurdles": [_hurdle(hurdle) for hurdle in why.hurdles],
        "swap": None if why.swap is None else _swap(why.swap),
        "with_it": None
        if exact is None
        else {
            "status": exact.status.value,
            "least_more_microcents": exact.least_more,
            "most_more_microcents": exact.most_more,
            "joins": [] if compared is None else list(compared.joins),
            "leaves": [] if compared is None else list(compared.leaves),
        },
        "sentences": [
            reasons.why_not_line(why, reader, exact),
            *reasons.why_not_details(why, reader, exact),
        ],
    }


def _hurdle(hurdle: Hurdle) -> dict[str, Any]:
    return {
        **to_plain(hurdle),
        "months": [month_json(month) for month in hurdle.months],
        "year": None if hurdle.year is None else month_json(hurdle.year),
    }


def _wishes(question: Question, found: Further, sight: Sight) -> dict[str, Any]:
    told = found.wished
    assert told is not None
    plans: Sequence[Plan] = [each.plan for each in (told.before, told.after) if each.plan]
    reader = reader_of(question, plans, sight)
    return {
        "asked": [{"wish": type(each).__name__, **to_plain(each)} for each in told.wishes],
        "leanings": [{"name": n.value, "strength": force} for n, force in found.leanings],
        "status_without": told.before.status.value,
        "cost_microcents": told.cost,
        "changes": None if told.comparison is None else _difference(told.comparison),
        "sentences": wished(found, reader),
    }


def wished(found: Further, reader: Reader) -> list[str]:
    """What was wanted costs and changes, in sentences."""
    told = found.wished
    assert told is not None
    sentences = [_weighing(found.leanings)] if found.leanings else []
    if told.wishes:
        return [*sentences, choices.what_if(told, reader), *choices.changes(told, reader)]
    if told.comparison is None:
        return sentences
    who = choices.who_changes(told.comparison, reader)
    return [*sentences, choices.alternative(told.comparison, reader), *([who] if who else [])]


def _weighing(leanings: Leanings) -> str:
    """That leanings count in every amount but these."""
    words = [
        choices.LEANING_LABELS[name].lower() + (f", force {force}" if force > 1 else "")
        for name, force in leanings
    ]
    return (
        f"Les autres montants tiennent compte de votre préférence ({' ; '.join(words)})\u00a0; "
        "ceux-ci non."
    )

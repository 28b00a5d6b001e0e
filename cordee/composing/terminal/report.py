"""What was found about one notice, and the same as one JSON object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cordee.composing import problem
from cordee.composing.outcomes import Outcome
from cordee.composing.problem import sentences
from cordee.composing.problem.study_json import month_json, study_json
from cordee.composing.problem.study_report import StudyReport
from cordee.composing.terminal import text
from cordee.members.sharing import Viewer
from cordee.notices.notice import Notice
from cordee.notices.notice_json import notice_to_json
from cordee.opportunities.models import WorkPackage


@dataclass(slots=True)
class Report:
    """Everything that was found about one notice; empty where the road ended earlier."""

    notice: Notice
    on: date
    outcome: str = ""
    reasons: Sequence[str] = ()
    left_out: Sequence[Mapping[str, str]] = ()
    packages: Sequence[WorkPackage] = ()
    ranking: Sequence[Mapping[str, Any]] = ()
    question: problem.Question | None = None
    answer: problem.Answer | None = None
    study: StudyReport | None = None
    # Sentences on those expected who are in the team, or nowhere near.
    expected_elsewhere: Sequence[str] = ()
    # For whom it was sought.
    viewer: Viewer | None = None

    def as_json(self) -> dict[str, Any]:
        """One object; amounts in cents, work in hundredths of an FTE, months as YYYY-MM."""
        reason = {
            "text": " ".join(self.reasons),
            "sentences": list(self.reasons),
            "shortages": self._shortages(),
        }
        return {
            "notice": notice_to_json(self.notice),
            "on": self.on.isoformat(),
            "outcome": self.outcome,
            "reason": reason if self.reasons else None,
            "work_packages": [_package_json(row) for row in self.packages],
            "supposed_needs": sentences.supposed_of(self.packages),
            "lots_left_out": [dict(lot) for lot in self.left_out],
            "ranking": list(self.ranking),
            "was_stopped": self.was_stopped,
            "problem": self.question.problem_json if self.question else None,
            "proposals": self._proposals(),
            **study_json(self.study),
        }

    def as_text(self) -> str:
        """Lines for a person."""
        return text.text_of(self)

    @property
    def was_stopped(self) -> bool:
        """Whether the search was stopped by hand before it was through."""
        return self.answer is not None and self.answer.was_stopped and not self.answer.is_final

    def _shortages(self) -> list[dict[str, Any]]:
        """Packages and months that nobody can hold, with what lacks."""
        why = self.answer.best.impossibility if self.answer else None
        return [
            {
                "shortage": str(each.shortage),
                "package": each.package,
                "months": [month_json(month) for month in each.months],
                "missing_cfte": each.missing_cfte,
                "missing_cents": each.missing_cents,
                "certificate": str(why.certificate) if why else None,
            }
            for each in (why.reasons if why else ())
        ]

    def _proposals(self) -> list[dict[str, Any]]:
        if self.answer is None or self.question is None or self.outcome != Outcome.COMPOSED:
            return []
        results = [("best", self.answer.best)]
        if self.answer.certain is not self.answer.best and self.answer.certain.plan is not None:
            results.append(("certain", self.answer.certain))
        return [
            {"origin": origin, **problem.proposal_json(self.question, result)}
            for origin, result in results
        ]


def _package_json(row: WorkPackage) -> dict[str, Any]:
    return {
        "id": f"{row.position:02d}",
        "lot": row.lot_id,
        "label": row.label,
        "trade": row.trade,
        "place": row.place_label,
        "latitude_deg": row.latitude,
        "longitude_deg": row.longitude,
        "is_place_supposed": row.is_place_supposed,
        "first_month": None if row.first_month is None else month_json(row.first_month),
        "months": row.months,
        "need_cfte": row.need_cfte,
        "amount_cents": row.amount_cents,
        "reserved": row.reserved,
        "provenance": row.provenance,
    }

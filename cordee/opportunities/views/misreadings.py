"""What we misread, week by week: for the staff of national networks."""

import json

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import TruncWeek
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.files.storing import to_save
from cordee.base.found import page_of
from cordee.base.ui.forms import chips_of, read_filters, refusals_in, render_form
from cordee.opportunities.access import may_judge_readings, misreading_for, misreadings_for
from cordee.opportunities.actions.misreadings import judge_misreading
from cordee.opportunities.inference import infer
from cordee.opportunities.misread import weeks
from cordee.opportunities.misread.labels import CLAUSES, FIELDS, FILE_OF_FACT, SECTORS, label_of
from cordee.opportunities.models import Misreading

PAGE_SIZE = 50
FILES = {"metiers": SECTORS, "clauses": CLAUSES}
STAFF_ONLY = "Cette liste est tenue par l’équipe des réseaux nationaux."


class JudgeForm(forms.Form):
    """Whether a misreading becomes an example, and why."""

    verdict = forms.ChoiceField(
        label="Cette lecture corrigée devient-elle un exemple\u202f?",
        choices=[("", "Choisissez"), *Misreading.Verdict.choices],
    )
    why = forms.CharField(
        label="Pourquoi\u202f?",
        max_length=300,
        error_messages={"required": "Dites pourquoi, en quelques mots."},
        help_text="quelques mots, par exemple «\u00a0la phrase parle d’un autre lot\u00a0»",
    )

    def clean(self) -> None:
        asked = self.cleaned_data
        verdict = asked.get("verdict")
        if verdict == Misreading.Verdict.PENDING:
            # Left open again, there is nothing to give a reason for.
            self.errors.pop("why", None)
            asked.setdefault("why", "")


def _staff_only(request: HttpRequest) -> None:
    if not may_judge_readings(request.user):
        raise PermissionDenied(STAFF_ONLY)


@require_safe
def misreading_list(request: HttpRequest) -> HttpResponse:
    _staff_only(request)
    form = read_filters(weeks.MisreadingFilterForm, request.GET)
    asked = form.cleaned_data
    rows = misreadings_for(request.user)
    found = weeks.filtered(rows, asked).annotate(week=TruncWeek("correction__at"))
    found = found.order_by("-week", "correction__fact", "-pk")
    page = page_of(request, found.select_related("correction__opportunity"), PAGE_SIZE)
    day = asked.get("semaine")
    context = {
        "form": form,
        "page": page,
        "groups": weeks.groups_of(weeks.rows_of(page)),
        "weeks": weeks.weeks_of(rows),
        "chips": chips_of(form, {"semaine": weeks.week_label(day)} if day else None),
        "week": day,
        "total": page.paginator.count,
    }
    return render(request, "opportunities/misreadings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def misreading(request: SignedInRequest, pk: int) -> HttpResponse:
    """One misreading, the whole line it would become, and the decision."""
    _staff_only(request)
    found = misreading_for(request.user, pk)
    verdict = "" if found.verdict == Misreading.Verdict.PENDING else found.verdict
    form = JudgeForm(request.POST or None, initial={"verdict": verdict, "why": found.why})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, on="verdict"):
            judge_misreading(misreading=found, **form.cleaned_data, by=request.user)
            messages.success(request, "La décision est gardée. Vous pouvez la changer.")
            return redirect("opportunities:misreadings")
    correction = found.correction
    opportunity = correction.opportunity
    label = found.label or label_of(
        correction.fact, opportunity.understood, infer(opportunity), found.why
    )
    context = {
        "misreading": found,
        "row": weeks.rows_of([found])[0],
        "opportunity": opportunity,
        "label": [
            (name, json.dumps(value, ensure_ascii=False))
            for name, value in (label or {}).items()
            # Long texts are on the page of the notice.
            if name not in ("text", "grouping_text", "note")
        ],
        "form": form,
    }
    return render_form(request, "opportunities/misreading.html", context)


@require_safe
def export_labels(request: HttpRequest, kind: str) -> HttpResponse:
    """The examples kept, one JSON line each, in the shape of the label files; nobody's name."""
    _staff_only(request)
    if kind not in FILES:
        raise Http404("Il n’y a pas d’exemples de cette sorte.")
    facts = [fact for fact, file in FILE_OF_FACT.items() if file == FILES[kind]]
    kept = misreadings_for(request.user).kept().filter(correction__fact__in=facts)
    # One line a notice: the last decision holds the corrections of those before it.
    held = kept.order_by("judged_at", "pk").values_list("label", flat=True)
    fields = FIELDS[FILES[kind]]
    lines = {label["id"]: {name: label[name] for name in fields} for label in held if label}
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines.values())
    return to_save(f"{FILES[kind]}.jsonl", text, "application/x-ndjson; charset=utf-8")

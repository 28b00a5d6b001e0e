"""« Trésorerie » and « Vos ressources », for who directs a structure and nobody else."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french, months
from cordee.base.ui.fields import EurosFormField, FrenchDecimalField
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.base.ui.french import SHORT_MONTHS
from cordee.economics import access
from cordee.economics.cash import actions, pages
from cordee.economics.cash.forecast import MONTHS, Forecast
from cordee.economics.commitments.forms import month_choices
from cordee.economics.fields import CostShareField, ShareField
from cordee.economics.models import Commitment, OpeningBalance, Resource
from cordee.economics.tabs import frame_of
from cordee.members.acting import viewer_of
from cordee.members.actions.undoable import keep_row
from cordee.members.models import Structure
from cordee.rules import cash, parameters
from cordee.rules.advance import advance_is_due
from cordee.rules.months import month_number
from cordee.rules.resources import ResourceCertainty

EDIT = require_http_methods(["GET", "HEAD", "POST"])


class ResourceForm(forms.ModelForm[Resource]):
    first_month = forms.TypedChoiceField(label="Quand arrive-t-il\u202f?", coerce=int)
    months = forms.IntegerField(
        label="En combien de versements\u202f?", help_text="Un par mois.", min_value=1, max_value=60
    )

    class Meta:
        model = Resource
        fields = ("chantier", "funder", "amount_cents", "certainty", "months", "category")
        labels = {
            "chantier": "Pour quel chantier\u202f?",
            "funder": "Qui donne cet argent\u202f?",
            "amount_cents": "Combien en tout\u202f?",
            "certainty": "Est-ce sûr\u202f?",
            "category": "Quelle sorte de ressource\u202f?",
        }
        help_texts = {
            "certainty": "Acquis\u00a0: notifié ou signé. Promis\u00a0: on vous l’a dit. "
            "Demandé\u00a0: vous attendez la réponse.",
            "category": "L’aide au poste vient de votre annexe. Notez ici la part modulée seule.",
        }
        widgets = {"certainty": forms.RadioSelect}

    field_order = ("chantier", "funder", "amount_cents", "certainty", "first_month")

    def __init__(self, *args: Any, structure: Structure, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount_cents"].min_value = 1  # type: ignore[attr-defined]
        chantiers = structure.chantiers.all()
        first: Any = self.fields["first_month"]
        first.choices = month_choices(self.instance, on)
        self.initial["first_month"] = self.instance.first_month
        if len(chantiers) == 1:
            # One alone is not asked.
            self.instance.chantier = chantiers[0]
            del self.fields["chantier"]
        else:
            self.fields["chantier"].queryset = chantiers  # type: ignore[attr-defined]

    def clean_first_month(self) -> int:
        self.instance.first_month = self.cleaned_data["first_month"]
        return self.instance.first_month


class OpeningForm(forms.ModelForm[OpeningBalance]):
    """Only the balance is asked for: that of the first day of the month."""

    balance_cents = EurosFormField(
        help_text="Tous vos comptes ensemble. À découvert\u00a0: écrivez un moins devant.",
        min_value=None,
    )
    filled = FrenchDecimalField(
        label="Combien de postes d’insertion seront occupés, en moyenne\u202f?",
        help_text="En équivalents temps plein (ETP). Vide\u00a0: tous ceux de l’annexe.",
        min_value=0,
        max_value=1000,
        required=False,
    )
    payment_days = forms.IntegerField(
        label="En combien de jours vos clients paient-ils\u202f?",
        help_text=f"Vide\u00a0: nous comptons {cash.USUAL_PAYMENT_DAYS} jours.",
        min_value=0,
        max_value=365,
        required=False,
    )

    class Meta:
        model = OpeningBalance
        fields = ("balance_cents", "payment_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (cfte := self.instance.filled_cfte) is not None:
            self.initial["filled"] = Decimal(cfte) / 100
        asked = f"Combien aviez-vous en banque au 1er {self.instance}\u202f?"
        self.fields["balance_cents"].label = asked

    def clean_filled(self) -> Decimal | None:
        """No more than the annexes of the coming months have: the State pays none beside."""
        filled: Decimal | None = self.cleaned_data["filled"]
        found, now = Forecast(self.instance.structure), self.instance.month
        every = [found.annexes_of(month) for month in range(now, now + MONTHS)]
        most = max(sum(each.posts_cfte for each in annexes) for annexes in every)
        if filled is not None and 0 < most < filled * 100:
            raise ValidationError(
                f"Votre annexe compte {french.fte(most)}. Écrivez ce nombre, ou moins."
            )
        self.instance.filled_cfte = None if filled is None else int(filled * 100)
        return filled


class QuestionForm(forms.Form):
    """Which contract, what it costs, and the advance that it may bring."""

    marche = forms.TypedChoiceField(label="Quel marché\u202f?", coerce=int)
    cout = CostShareField(
        help_text="Vide\u00a0: la dépense notée pour ce marché ou l’exercice, sinon 100\u202f€."
    )
    avance = ShareField(
        label="Avance, en % du montant",
        help_text="Elle est écrite dans le contrat. Vide\u00a0: aucune.",
    )

    def __init__(self, *args: Any, rows: Sequence[Commitment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["marche"]
        field.choices = [(row.pk, row.label) for row in rows]


@require_safe
def cash(request: SignedInRequest, pk: int) -> HttpResponse:
    """How long the cash lasts, and what one contract does to it before its first payment."""
    context, structure = _frame(request, pk)
    found = Forecast(structure)
    context |= {
        "title": pages.title_of(found),
        "sentences": list(pages.sentences_of(found, viewer_of(request).on)),
        "found": found,
        "figures": pages.figures_of(found),
        "line": pages.line_of(found),
        "rows": [(f"{SHORT_MONTHS[row.month % 12]} {row.month // 12}", row) for row in found.rows],
        "counted": list(pages.counted(found)),
        **_question(request, found),
    }
    return render(request, "economics/cash/cash.html", context)


def _question(request: SignedInRequest, found: Forecast) -> dict[str, Any]:
    """The form on one contract, and its answer: on the first bid where none is asked for."""
    rows, on = pages.asked_about(found), viewer_of(request).on
    if not rows:
        return {}
    asked: Mapping[str, Any] = request.GET
    if "marche" not in asked:
        # The least of the rates that are known.
        rate = parameters.rate("advance.sme_rate_large_buyers", on=on)
        cost = found.cost_share(rows[0])
        asked = {"marche": rows[0].pk, "cout": cost, "avance": rate}
    form = QuestionForm(asked, rows=rows)
    if not form.is_valid():
        return {"form": form}
    told = form.cleaned_data
    row = next(each for each in rows if each.pk == told["marche"])
    share = found.cost_share(row) if told["cout"] is None else told["cout"]
    return {
        "form": form,
        "row": row,
        "share": share,
        "paid_in": months.month(row.first_month + found.delay),
        "effects": pages.effects(found, row, share, told["avance"] or Decimal(0), on),
        "is_advance_due": advance_is_due(row.receipts_cents, row.months, on=on),
    }


@EDIT
def opening(request: SignedInRequest, pk: int) -> HttpResponse:
    context, structure = _frame(request, pk)
    known = OpeningBalance.objects.filter(structure=structure).first()
    row = known or OpeningBalance(structure=structure)
    now = month_number(viewer_of(request).on)
    # The balance of another month is no answer for this one.
    initial = {} if row.month == now else {"balance_cents": None}
    row.month = now
    form = OpeningForm(posted(request), instance=row, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            actions.state_opening(opening=row, by=request.user)
            messages.success(request, "Votre solde de départ est noté.")
            return redirect("economics:cash", pk)
    context |= {"form": form, "title": "Votre solde de départ"}
    return render_form(request, "economics/cash/form.html", context)


@require_safe
def resources(request: SignedInRequest, pk: int) -> HttpResponse:
    """What funders give, said or may give, and what that says of the structure."""
    context, structure = _frame(request, pk)
    found = Forecast(structure)
    removed = Resource.objects.filter(chantier__structure=structure).removed()
    rows = sorted(found.resources, key=lambda row: list(ResourceCertainty).index(row.certainty))
    context |= {
        "title": pages.resources_title(rows),
        "rows": rows,
        "removed": [(row, row.amount_cents) for row in removed],
        "signs": pages.signs(found, viewer_of(request).on),
    }
    return render(request, "economics/cash/resources.html", context)


@EDIT
def resource(request: SignedInRequest, pk: int, key: int | None = None) -> HttpResponse:
    """A resource, new or corrected."""
    context, structure = _frame(request, pk)
    row = Resource() if key is None else access.resource_for(request.user, pk, key)
    if row.removed_at is not None:
        raise Http404("Cette ressource est retirée. Vous pouvez la remettre, puis la corriger.")
    title = "Noter une ressource" if key is None else f"Corriger «\u00a0{row.funder}\u00a0»"
    on = viewer_of(request).on
    form = ResourceForm(posted(request), instance=row, structure=structure, on=on)
    if form.is_valid():
        with refusals_in(form):
            actions.write_resource(resource=row, by=request.user)
            messages.success(request, f"«\u00a0{row.funder}\u00a0» est noté.")
            return redirect("economics:resources", pk)
    context |= {"form": form, "row": row, "title": title}
    return render_form(request, "economics/cash/form.html", context)


@require_POST
def keep_resource(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    row, now = access.resource_for(request.user, pk, key), timezone.now()
    by, owner = request.user, row.chantier
    keep_row(row=row, owner=owner, is_kept=is_kept, by=by, now=now, at="removed_at")
    words = "compte de nouveau." if is_kept else "ne compte plus. Vous pouvez la remettre plus bas."
    messages.success(request, f"«\u00a0{row.funder}\u00a0» {words}")
    return redirect("economics:resources", pk)


def _frame(request: SignedInRequest, pk: int) -> tuple[dict[str, Any], Structure]:
    """What the frame of the room shows, and the structure; 404 unless one directs it."""
    structure, chantiers = access.capped_chantiers_for(request.user, pk)
    context = frame_of(viewer_of(request), structure, chantiers, "economics:accounts")
    return context | {"is_of_structure": True}, structure

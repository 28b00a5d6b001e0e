"""Pages that belong to no room, those of the foot; one shows the legal values by subject."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from cordee.base.ui import french
from cordee.rules import parameters
from cordee.rules.parameters import CONFIDENCE_LABELS, Parameter, all_parameters

SUBJECTS = {
    "advance": "Avance",
    "aide_au_poste": "Aide au poste",
    "ceiling": "Plafond de recettes des chantiers",
    "contracts": "Contrats de travail",
    "convention": "Conventions avec l’État",
    "exits": "Sorties vers l’emploi",
    "group_changes": "Changements dans un groupement",
    "holidays": "Jours fériés",
    "insertion_hours": "Heures d’insertion",
    "labour": "Sous-traitance et prêt de main-d’œuvre",
    "openness": "Marchés à la portée des petites structures",
    "prudence": "Prudence : conseils de Cordée",
    "procedure": "Procédures des marchés publics",
    "reference_hours": "Durées de référence",
    "reservation": "Marchés réservés",
    "signing": "Signature",
    "social_conditions": "Conditions d’exécution sociales",
    "staff_loan": "Prêt de personnel",
    "subcontracting": "Sous-traitance",
    "territory": "Territoires",
    "time_left": "Temps pour répondre : conseils de Cordée",
    "vat": "TVA",
}
UNITS = {
    "hours": "h",
    "months": "mois",
    "km": "km",
    "people": "personnes",
    "days": "jours",
    "working_days": "jours ouvrés",
}


@dataclass(frozen=True, slots=True)
class ShownValue:
    value: str
    since: str
    until: str
    source: str
    url: str
    checked_on: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class ShownRule:
    """One parameter: the value that holds, or None, and the others, newest first.

    `name` is that of the parameter (`ceiling.standard_rate`): a page links to it by its anchor.
    """

    name: str
    subject: str
    label: str
    current: ShownValue | None
    others: list[ShownValue]


def written(value: int | Decimal | tuple[str, ...], unit: str) -> str:
    """A legal value with its unit, exactly: no digit of the law is rounded away."""
    if isinstance(value, tuple):
        return ", ".join(value)
    match unit:
        case "cents":
            return french.euros(int(value), rounded=int(value) % 100 == 0)
        case "share":
            return french.with_unit(french.number((Decimal(value) * 100).normalize()), "%")
        case "ratio" | "count":
            return french.number(Decimal(value).normalize())
        case _:
            return french.with_unit(french.number(value), UNITS.get(unit, unit))


def shown(on: date) -> list[ShownRule]:
    """Every parameter, by subject then by label."""
    by_name: dict[str, list[Parameter]] = {}
    for parameter in all_parameters():
        by_name.setdefault(parameter.name, []).append(parameter)
    rules = [_rule(name, dated, on) for name, dated in by_name.items()]
    return sorted(rules, key=lambda rule: (rule.subject, rule.label))


def subjects(on: date) -> list[tuple[str, str, list[ShownRule]]]:
    """Each subject as the word of its address, its French name and its rules."""
    groups = groupby(shown(on), key=lambda rule: rule.subject)
    return [(slugify(subject), subject, list(rules)) for subject, rules in groups]


def _rule(name: str, dated: list[Parameter], on: date) -> ShownRule:
    subject = name.partition(".")[0]
    newest_first = sorted(dated, key=lambda p: p.valid_from, reverse=True)
    current = next((_value(p) for p in newest_first if p.holds_on(on)), None)
    others = [_value(p) for p in newest_first if not p.holds_on(on)]
    return ShownRule(name, SUBJECTS.get(subject, subject), dated[0].label, current, others)


def _value(parameter: Parameter) -> ShownValue:
    checked = parameter.checked_on
    return ShownValue(
        value=written(parameter.value, parameter.unit),
        since=_with_year(parameter.valid_from),
        until=_with_year(parameter.valid_to) if parameter.valid_to else "",
        source=parameter.source,
        url=parameter.url or "",
        checked_on=_with_year(checked) if checked else "",
        confidence=CONFIDENCE_LABELS[parameter.confidence],
        note=parameter.note or "",
    )


def _with_year(when: date) -> str:
    return french.day(when, date.min)


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    ceiling = parameters.rate("ceiling.standard_rate", on=timezone.localdate())
    return render(request, "ui/help.html", {"ceiling": ceiling})


@login_not_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """What the legal values that we count with are about: one page a subject."""
    found = subjects(timezone.localdate())
    how_many = sum(len(rules) for _, _, rules in found)
    return render(request, "ui/sources.html", {"subjects": found, "how_many": how_many})


@login_not_required
@require_safe
def sources_about(request: HttpRequest, subject: str) -> HttpResponse:
    """The values of one subject: since when, from which text, when each was last read."""
    for address, name, rules in subjects(timezone.localdate()):
        if address == subject:
            return render(request, "ui/sources_about.html", {"subject": name, "rules": rules})
    raise Http404


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people, by whom, on what ground, how long; from the settings."""
    return render(request, "ui/privacy.html", _of_the_instance())


@login_not_required
@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    """Who publishes the site, who directs the publication, who hosts it; from the settings."""
    return render(request, "ui/legal_notice.html", _of_the_instance())


def _of_the_instance() -> dict[str, Any]:
    """What whoever runs this installation said of it; empty where that is not said."""
    return {
        "publisher": settings.PUBLISHER,
        "publication_director": settings.PUBLICATION_DIRECTOR,
        "hosted_by": settings.HOSTED_BY,
        "data_contact": settings.DATA_CONTACT,
        "data_ground": settings.DATA_GROUND,
        "keep_mail_months": settings.KEEP_MAIL_MONTHS,
        "keep_journal_months": settings.KEEP_JOURNAL_MONTHS,
        "keep_conversation_months": settings.KEEP_CONVERSATION_MONTHS,
    }


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/accessibility.html")

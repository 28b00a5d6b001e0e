"""The records of each room that a sheet may begin from, and what each may tell."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.model import Reason
from cordee.alliances.access import State, inside_for
from cordee.alliances.models import Alliance
from cordee.base.found import first_or_404, number
from cordee.base.ui import french, months
from cordee.delivery.access import MEMBER, delivery_for
from cordee.delivery.standing import standing_of
from cordee.economics.models import AccountingYear
from cordee.economics.statements.pages import came_back
from cordee.members.access import edited_structure_for
from cordee.members.models import Structure
from cordee.mobilisation.models import UrgentCall
from cordee.mobilisation.mutual.access import own_call_for
from cordee.practices.access import networks_written_for, structures_written_for
from cordee.practices.reuse.records import Fact, Record
from cordee.rules import crafts
from cordee.rules.months import first_day, month_number
from cordee.rules.trades import TRADES
from cordee.skills.access import course_for
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.models import Course
from cordee.skills.training.standing import place_of

ABSENT = "Ce qui a été fait n’est pas fini, ou sa fiche s’écrit ailleurs."


def _told(source: str, *said: tuple[str, str]) -> list[Fact]:
    """A fact for each (section, sentence); an empty sentence is nothing known."""
    return [Fact(section, words, source) for section, words in said if words]


def _work(trades: Iterable[str], what: str = "travail") -> tuple[str, str]:
    names = french.series([TRADES[each].in_sentence for each in trades])
    return "context", f"Le {what}\u00a0: {names}." if names else ""


def _known(trades: Iterable[str]) -> tuple[str, ...]:
    """Trades, of the crafts that were asked too; each once."""
    return tuple(dict.fromkeys(each for each in map(crafts.trade_of, trades) if each in TRADES))


def _month(on: date) -> str:
    return months.month(month_number(on))


def alliance(user: User, key: str, on: date) -> Record:
    """One that is over, of who reads the table of the team."""
    try:
        access = inside_for(user, UUID(key))
    except ValueError:
        raise Http404(ABSENT) from None
    found: Alliance = access.alliance
    if found.ended_at is None:
        raise Http404(ABSENT)
    terms, result = found.terms, getattr(found, "result", None)
    opened, ended = timezone.localdate(found.made_at), timezone.localdate(found.ended_at)
    trades = _known(line.trade for line in terms.lines)
    # Who answers alone names its subcontractors to nobody: they are not brought together here.
    took_part = [each for each in access.rows if each.state == State.INTERESTED]
    rows = took_part if terms.arrangement.paper_names_all else access.inside
    together = f"{french.in_letters(len(took_part)).capitalize()} structures ont répondu ensemble"
    form = f", en {terms.form.label.lower()}" if terms.form and terms.arrangement.has_form else ""
    span = month_number(ended) - month_number(opened)
    lasted = french.count(span, "mois", "mois") if span else "Moins d’un mois"
    # In the order in which pages list them; that of accounts is nobody else's.
    reasons = [each for each in Reason if each in terms.reasons and each is not Reason.CEILING]
    facts = _told(
        f"alliance close en {_month(ended)}",
        *(("problem", f"{each.label.capitalize()}.") for each in reasons),
        _work(trades),
        ("steps", f"{together}{form}." if len(took_part) > 1 else ""),
        ("means", f"{lasted} entre l’ouverture de l’alliance et sa fin."),
    )
    if result is not None:
        known = result.reason not in (result.Reason.UNKNOWN, result.Reason.OTHER)
        decided = f"Ce qui a décidé\u00a0: {result.get_reason_display()}." if known else ""
        facts += _told(
            f"résultat annoncé en {_month(result.announced_on)}",
            ("results", f"L’offre {'a' if result.is_won else 'n’a pas'} été retenue."),
            ("results", decided),
        )
    places = list(found.opportunity.departments.all()[:2])
    return Record(
        done="cette alliance",
        title=found.title,
        plain_title="Répondre à plusieurs à un marché",
        facts=facts,
        structures=[each.structure for each in rows],
        network=found.network,
        trades=trades,
        department=places[0] if len(places) == 1 else None,
        since=opened.replace(day=1),
        back=reverse("alliances:result", args=[found.pk]),
    )


def call(user: User, key: str, on: date) -> Record:
    """One that was closed, of who asked; of its answers, only how many: nobody else reads them."""
    rows = UrgentCall.objects.filter(pk=number(key) or 0, closed_at__isnull=False)
    row = first_or_404(rows.select_related("network"), ABSENT)
    found = own_call_for(user, row.network.slug, row.pk, on=on)
    assert found.closed_at
    answers = [timezone.localdate(each.at) for each in found.answers.order_by("at")]
    answered = ""
    if answers:
        days = (answers[0] - timezone.localdate(found.at)).days
        first = f"la première au bout de {french.count(days, 'jour')}" if days else "dès ce jour-là"
        told = french.count(len(answers), "structure a répondu", "structures ont répondu")
        answered = f"{told}, {first}."
    return Record(
        done="cet appel",
        title=found.title,
        plain_title="Une question posée en urgence aux autres structures",
        facts=_told(
            f"appel clos en {_month(timezone.localdate(found.closed_at))}",
            _work([found.trade]),
            ("steps", answered),
        ),
        structures=[found.structure],
        trades=[found.trade],
        department=found.structure.department,
        back=reverse("mutual:call", args=[found.network.slug, found.pk]),
    )


def course(user: User, key: str, on: date) -> Record:
    """An AFEST course that is ended and lacks nothing. Nothing of the person, nor in words typed of
    them."""
    rows = Course.objects.filter(pk=number(key) or 0)
    row = first_or_404(rows.select_related("learner"), ABSENT)
    found = course_for(user, row.learner.structure_id, row.pk)
    place = place_of(found, on)
    if found.ended_on is None or place.since is None or found.taken_back_at:
        raise Http404(ABSENT)
    structure: Structure = found.learner.structure
    framework = frameworks_of(structure).get(found.framework)
    trades = [framework.trade] if framework and framework.trade else []
    standing = place.standing
    works = french.count(len(standing.enactments), "mise en situation", "mises en situation")
    looks = french.count(len(standing.sequences), "séquence réflexive", "séquences réflexives")
    return Record(
        done="ce parcours",
        plain_title="Former en situation de travail",
        facts=_told(
            # A year, no month: at one structure, a month could tell whose course it was.
            f"un parcours AFEST terminé en {found.ended_on.year}",
            _work(trades, "métier appris"),
            ("steps", f"{works}, puis {looks} à l’écart du travail."),
            ("means", f"{french.hours(standing.work_minutes)} en situation de travail."),
            ("means", f"{french.hours(standing.reflexive_minutes)} de séquences réflexives."),
            ("results", "Le parcours a tout ce que demande une AFEST."),
        ),
        structures=[structure],
        trades=trades,
        department=structure.department,
        since=date(found.ended_on.year, 1, 1),
        back=reverse("skills:course", args=[structure.pk, found.pk]),
    )


def year(user: User, key: str, on: date) -> Record:
    """A year that came back under its ceiling, of who directs the structure. That it came back is
    told if they agree; no figure is."""
    rows = AccountingYear.objects.filter(pk=number(key) or 0)
    row = first_or_404(rows.select_related("chantier"), ABSENT)
    structure = edited_structure_for(user, row.chantier.structure_id)
    if row not in came_back(row.chantier, on):
        raise Http404(ABSENT)
    activities = row.chantier.activities.filter(certainty="known")
    trades = _known(activities.values_list("trade", flat=True))
    words = "Les ventes sont revenues sous le plafond, après une année au-dessus."
    return Record(
        done="cet exercice",
        plain_title=f"Ce que nous avons changé en {row.name}",
        facts=_told("ce que la structure dit de ses métiers", _work(trades)),
        guarded=_told(f"comptes arrêtés de {row.name}", ("results", words)),
        structures=[structure],
        trades=trades,
        department=structure.department,
        since=first_day(row.first_month),
        back=reverse("economics:accounts", args=[structure.pk]),
    )


def contract(user: User, key: str, on: date) -> Record:
    """One whose last month is past, of who reads the whole of it."""
    access = delivery_for(user, number(key) or 0)
    found = access.delivery
    if not access.reads_whole or month_number(on) < found.end_month:
        raise Http404(ABSENT)
    standing = standing_of(found, on=on)
    trades = _known(lot.trade for lot in standing.lots)
    members = [each for each in access.partners if each.role == MEMBER]
    together = f"{french.in_letters(len(members)).capitalize()} structures ont fait le travail"
    asked = f"Le marché demandait {french.hours(standing.due)} d’insertion"
    done = f"{french.hours(standing.whole.done)} sont dites faites."
    keys = {found.structure_id, *(each.structure_id for each in members)} - {None}
    alliance = found.baseline.alliance if found.baseline is not None else None
    return Record(
        done="ce marché",
        title=found.title,
        plain_title="Tenir un marché à plusieurs",
        facts=_told(
            f"marché fini en {months.month(found.end_month - 1)}",
            _work(trades),
            ("steps", f"{together} ensemble." if len(members) > 1 else ""),
            ("means", f"{french.count(found.months, 'mois', 'mois')} de travaux."),
            ("results", f"{asked}\u00a0; {done}" if standing.due else ""),
        ),
        structures=list(Structure.objects.filter(pk__in=keys).select_related("department")),
        network=alliance.network if alliance else None,
        trades=trades,
        since=first_day(found.first_month),
        back=reverse("delivery:contract", args=[found.pk]),
    )


# Each finds a record by its key: 404 where the user may not read it, or it is not finished.
SOURCES = {
    "alliance": alliance,
    "appel": call,
    "afest": course,
    "exercice": year,
    "marche": contract,
}


def record_for(user: User, kind: str, key: str, on: date) -> Record:
    """A record that the user may tell: for a structure that took part, or its network; or 404."""
    if kind not in SOURCES:
        raise Http404(ABSENT)
    record = SOURCES[kind](user, key, on)
    own = structures_written_for(user).filter(pk__in=[each.pk for each in record.structures])
    if not (record.network in networks_written_for(user) or own.exists()):
        raise Http404(ABSENT)
    return record

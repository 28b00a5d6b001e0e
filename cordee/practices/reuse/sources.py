"""The records of each room that a sheet may begin from, and what each may tell."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.model import Reason
from cordee.agreement.terms import Terms
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
from cordee.practices.reuse.records import ABSENT, Fact, Record, Source
from cordee.rules import crafts
from cordee.rules.months import first_day, month_number
from cordee.rules.trades import TRADES
from cordee.skills.access import course_for
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.models import Course
from cordee.skills.training.standing import place_of


def _key(text: str) -> int:
    if (found := number(text)) is None:
        raise Http404(ABSENT)
    return found


def _known(trades: Iterable[str]) -> tuple[str, ...]:
    """Trades, of the crafts that were asked too; each once."""
    return tuple(dict.fromkeys(each for each in map(crafts.trade_of, trades) if each in TRADES))


def _trades(trades: Iterable[str]) -> str:
    return french.series([TRADES[each].in_sentence for each in trades])


def _month(on: date) -> str:
    return months.month(month_number(on))


def _hours(minutes: int) -> str:
    return french.hours(minutes)


# --- A closed alliance ---------------------------------------------------------------------------


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
    source = f"alliance close en {_month(timezone.localdate(found.ended_at))}"
    trades = _known(line.trade for line in terms.lines)
    # Who answers alone names its subcontractors to nobody: they are not brought together here.
    took_part = [each for each in access.rows if each.state == State.INTERESTED]
    rows = took_part if terms.arrangement.paper_names_all else access.inside
    facts = []
    if trades:
        facts.append(Fact("context", f"Le travail\u00a0: {_trades(trades)}.", source))
    how_many = len(took_part)
    together = f"{french.in_letters(how_many)} structures ont répondu ensemble".capitalize()
    form = f", en {terms.form.label.lower()}" if terms.form and terms.arrangement.has_form else ""
    if how_many > 1:
        facts.append(Fact("steps", f"{together}{form}.", source))
    facts += [Fact("problem", f"{each.label.capitalize()}.", source) for each in _reasons(terms)]
    span = month_number(timezone.localdate(found.ended_at)) - month_number(
        timezone.localdate(found.made_at)
    )
    lasted = french.count(span, "mois", "mois") if span else "Moins d’un mois"
    facts.append(Fact("means", f"{lasted} entre l’ouverture de l’alliance et sa fin.", source))
    if result is not None:
        announced = f"résultat annoncé en {_month(result.announced_on)}"
        words = "L’offre a été retenue." if result.is_won else "L’offre n’a pas été retenue."
        facts.append(Fact("results", words, announced))
        if result.reason not in (result.Reason.UNKNOWN, result.Reason.OTHER):
            decided = f"Ce qui a décidé\u00a0: {result.get_reason_display()}."
            facts.append(Fact("results", decided, announced))
    places = list(found.opportunity.departments.all()[:2])
    return Record(
        title=found.title,
        plain_title="Répondre à plusieurs à un marché",
        facts=facts,
        structures=[each.structure for each in rows],
        network=found.network,
        trades=trades,
        department=places[0] if len(places) == 1 else None,
        since=timezone.localdate(found.made_at).replace(day=1),
        back=reverse("alliances:result", args=[found.pk]),
    )


# --- A closed urgent call ------------------------------------------------------------------------


def call(user: User, key: str, on: date) -> Record:
    """One that was closed, of who asked; of its answers, only how many: nobody else reads them."""
    rows = UrgentCall.objects.filter(pk=_key(key), closed_at__isnull=False)
    row = first_or_404(rows.select_related("network"), ABSENT)
    found = own_call_for(user, row.network.slug, row.pk, on=on)
    assert found.closed_at
    source = f"appel clos en {_month(timezone.localdate(found.closed_at))}"
    answers = list(found.answers.order_by("at"))
    facts = [Fact("context", f"Le travail\u00a0: {_trades([found.trade])}.", source)]
    if answers:
        days = (timezone.localdate(answers[0].at) - timezone.localdate(found.at)).days
        first = f"la première au bout de {french.count(days, 'jour')}" if days else "dès ce jour-là"
        told = french.count(len(answers), "structure a répondu", "structures ont répondu")
        facts.append(Fact("steps", f"{told}, {first}.", source))
    return Record(
        title=found.title,
        plain_title="Une question posée en urgence aux autres structures",
        facts=facts,
        structures=[found.structure],
        trades=[found.trade],
        department=found.structure.department,
        back=reverse("mutual:call", args=[found.network.slug, found.pk]),
    )


# --- An AFEST course that lacks nothing ----------------------------------------------------------


def course(user: User, key: str, on: date) -> Record:
    """One that is ended and lacks nothing. Nothing of the person, nor in words typed of them."""
    row = first_or_404(Course.objects.filter(pk=_key(key)).select_related("learner"), ABSENT)
    found = course_for(user, row.learner.structure_id, row.pk)
    place = place_of(found, on)
    if found.ended_on is None or place.since is None or found.taken_back_at:
        raise Http404(ABSENT)
    structure: Structure = found.learner.structure
    framework = frameworks_of(structure).get(found.framework)
    trade = framework.trade if framework else ""
    # A year, no month: at one structure, a month could tell whose course it was.
    source = f"un parcours AFEST terminé en {found.ended_on.year}"
    standing = place.standing
    works = french.count(len(standing.enactments), "mise en situation", "mises en situation")
    looks = french.count(len(standing.sequences), "séquence réflexive", "séquences réflexives")
    facts = [
        *(
            [Fact("context", f"Le métier appris\u00a0: {_trades([trade])}.", source)]
            if trade
            else []
        ),
        Fact(
            "steps",
            f"{works}, puis {looks} à l’écart du travail.",
            source,
        ),
        Fact("means", f"{_hours(standing.work_minutes)} en situation de travail.", source),
        Fact("means", f"{_hours(standing.reflexive_minutes)} de séquences réflexives.", source),
        Fact("results", "Le parcours a tout ce que demande une AFEST.", source),
    ]
    if trade:
        facts.insert(0, Fact("context", f"Le métier appris\u00a0: {_trades([trade])}.", source))
    return Record(
        title="",
        plain_title="Former en situation de travail",
        facts=facts,
        structures=[structure],
        trades=[trade] if trade else [],
        department=structure.department,
        since=date(found.ended_on.year, 1, 1),
        back=reverse("skills:course", args=[structure.pk, found.pk]),
    )


# --- A year that came back under its ceiling -----------------------------------------------------


def year(user: User, key: str, on: date) -> Record:
    """One of who directs the structure. That it came back is told if they agree; no figure is."""
    rows = AccountingYear.objects.filter(pk=_key(key)).select_related("chantier")
    row = first_or_404(rows, ABSENT)
    structure = edited_structure_for(user, row.chantier.structure_id)
    if row not in came_back(row.chantier, on):
        raise Http404(ABSENT)
    trades = _known(
        row.chantier.activities.filter(certainty="known").values_list("trade", flat=True)
    )
    said = "ce que la structure dit de ses métiers"
    source = f"comptes arrêtés de {row.name}"
    words = "Les ventes sont revenues sous le plafond, après une année au-dessus."
    return Record(
        title="",
        plain_title=f"Ce que nous avons changé en {row.name}",
        facts=[Fact("context", f"Le travail\u00a0: {_trades(trades)}.", said)] if trades else [],
        guarded=[Fact("results", words, source)],
        structures=[structure],
        trades=trades,
        department=structure.department,
        since=first_day(row.first_month),
        back=reverse("economics:accounts", args=[structure.pk]),
    )


# --- A finished contract -------------------------------------------------------------------------


def contract(user: User, key: str, on: date) -> Record:
    """One whose last month is past, of who reads the whole of it."""
    access = delivery_for(user, _key(key))
    found = access.delivery
    if not access.reads_whole or month_number(on) < found.end_month:
        raise Http404(ABSENT)
    standing = standing_of(found, on=on)
    source = f"marché fini en {months.month(found.end_month - 1)}"
    trades = _known(lot.trade for lot in standing.lots)
    members = [each for each in access.partners if each.role == MEMBER]
    facts = [Fact("context", f"Le travail\u00a0: {_trades(trades)}.", source)] if trades else []
    if len(members) > 1:
        told = french.in_letters(len(members)).capitalize()
        facts.append(Fact("steps", f"{told} structures ont fait le travail ensemble.", source))
    facts.append(Fact("means", f"{french.count(found.months, 'mois', 'mois')} de travaux.", source))
    if standing.due:
        asked = f"Le marché demandait {_hours(standing.due)} d’insertion"
        done = standing.whole.done
        facts.append(Fact("results", f"{asked}\u00a0; {_hours(done)} sont dites faites.", source))
    keys = {found.structure_id, *(each.structure_id for each in members)} - {None}
    structures = list(Structure.objects.filter(pk__in=keys).select_related("department"))
    alliance = found.baseline.alliance if found.baseline is not None else None
    return Record(
        title=found.title,
        plain_title="Tenir un marché à plusieurs",
        facts=facts,
        structures=structures,
        network=alliance.network if alliance else None,
        trades=trades,
        since=first_day(found.first_month),
        back=reverse("delivery:contract", args=[found.pk]),
    )


def _reasons(terms: Terms) -> list[Reason]:
    """In the order in which pages list them; that of accounts is nobody else's."""
    return [each for each in Reason if each in terms.reasons and each is not Reason.CEILING]


SOURCES = {
    "alliance": Source("cette alliance", alliance),
    "appel": Source("cet appel", call),
    "afest": Source("ce parcours", course),
    "exercice": Source("cet exercice", year),
    "marche": Source("ce marché", contract),
}

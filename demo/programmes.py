"""A programme of the demo, what it proposes, and what structures lend each other. All invented."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.actions.programmes import load_programmes
from cordee.members.models import (
    Department,
    Network,
    Programme,
    ProgrammeCommitment,
    ProgrammeFact,
    Structure,
)
from cordee.mobilisation.actions import mutual_aid
from cordee.mobilisation.actions.proposals import propose
from cordee.mobilisation.models import MutualOffer, UrgentAnswer, UrgentCall
from cordee.opportunities.actions.programmes import attach_by_rules, save_rule
from cordee.opportunities.models import ProgrammeRule
from cordee.opportunities.programmes.progress import attached_to
from cordee.rules.staff_loan import Post
from demo.people import DOMAIN, PROGRAMME
from demo.valley import DELEGATION, DEPARTMENT, NATIONAL

SOURCE = "Convention fictive du monde de démonstration"


def load_programme(on: date) -> Programme:
    """One of our own, before the people who hold it: a valley renewed over five years."""
    programme = Programme.objects.create(
        name="Val Verdoire renouvelé (fictif)",
        slug=PROGRAMME,
        owner="Syndicat du renouvellement du Val Verdoire (fictif)",
        starts_on=date(on.year - 1, 1, 1),
        ends_on=date(on.year + 3, 12, 31),
        text="Cinq ans pour rénover les écoles, les berges et les logements de la vallée.",
    )
    programme.departments.set(Department.objects.filter(pk=DEPARTMENT))
    lines = [
        ("Réserver des heures à l’insertion", "hours_share", "0.08", "des heures des chantiers"),
        ("Ouvrir les marchés aux petites structures", "amount_share", None, "chiffre à venir"),
        ("Un chantier-école par an", "words", None, ""),
    ]
    ProgrammeCommitment.objects.bulk_create(
        ProgrammeCommitment(
            programme=programme,
            position=position,
            label=label,
            kind=kind,
            value=value,
            base=base,
            source=SOURCE,
            checked_on=on,
            confidence="sourced",
        )
        for position, (label, kind, value, base) in enumerate(lines)
    )
    ProgrammeFact.objects.create(
        programme=programme,
        label="Première année",
        text="Deux écoles et un kilomètre de berges sont finis.",
        stated_on=on - timedelta(days=60),
        source="Lettre fictive du syndicat",
        confidence="medium",
    )
    return programme


def fill(day: date) -> None:
    """After the notices: what is attached, proposed and lent. Done again, it changes nothing."""
    now = timezone.make_aware(datetime.combine(day, time(9)))
    load_programmes()
    programme = Programme.objects.get(slug=PROGRAMME)
    _attach_and_propose(programme, now)
    if not MutualOffer.objects.exists():
        _lend_and_ask(day, now)


def _attach_and_propose(programme: Programme, now: datetime) -> None:
    person = User.objects.get(email=f"programme@{DOMAIN}")
    if not ProgrammeRule.objects.filter(programme=programme).exists():
        rule = ProgrammeRule(programme=programme, in_places=True, in_period=True)
        save_rule(rule=rule, by=person, now=now)
    else:
        attach_by_rules(programme=programme, now=now)
    propose(
        programme=programme,
        opportunities=attached_to(programme).open(now).order_by("deadline", "pk")[:3],
        networks=Network.objects.filter(slug__in=[NATIONAL, DELEGATION]).order_by("pk"),
        message="Ces marchés sont au cœur du programme. À vous de voir qui cela concerne.",
        by=person,
        now=now,
    )


def _lend_and_ask(day: date, now: datetime) -> None:
    network = Network.objects.get(slug=NATIONAL)
    of = {structure.name: structure for structure in Structure.objects.filter(source="demo")}
    offers = [
        (
            "La Ressourcerie du Col",
            MutualOffer.Way.OFFER,
            MutualOffer.Kind.VEHICLE,
            "Un camion de 12 m³, le vendredi",
            "Avec hayon. Vous venez le chercher, plein fait au retour.",
            MutualOffer.Terms.AT_COST,
        ),
        (
            "Les Jardins de la Verdoire",
            MutualOffer.Way.OFFER,
            MutualOffer.Kind.EQUIPMENT,
            "Un broyeur de végétaux sur remorque",
            "Libre de décembre à février. Une heure de prise en main avec Basile.",
            MutualOffer.Terms.FREE,
        ),
        (
            "Pierre et Chaux",
            MutualOffer.Way.REQUEST,
            MutualOffer.Kind.PREMISES,
            "Une salle pour dix personnes, deux matinées",
            "Pour une formation aux enduits. Un point d’eau suffit.",
            MutualOffer.Terms.TO_AGREE,
        ),
        (
            "Val Mirel Environnement",
            MutualOffer.Way.OFFER,
            MutualOffer.Kind.STAFF,
            "Un encadrant espaces verts, deux jours par semaine",
            "En janvier, pendant l’arrêt de nos chantiers de rivière.",
            MutualOffer.Terms.AT_COST,
        ),
    ]
    kept = []
    for name, way, kind, title, words, terms in offers:
        offer = MutualOffer(
            network=network,
            structure=of[name],
            way=way,
            kind=kind,
            title=title,
            words=words,
            department_id=DEPARTMENT,
            terms=terms,
            shown_until=day + timedelta(days=60),
        )
        post = Post.PERMANENT if kind == MutualOffer.Kind.STAFF else None
        kept.append(mutual_aid.write_offer(offer=offer, post=post, by=None, now=now))
    mutual_aid.reply_to_offer(
        offer=kept[1],
        structure=of["Rives et Sentiers"],
        words="Nous le prendrions la semaine du 10, avec notre propre camion.",
        by=None,
        now=now,
    )
    call = mutual_aid.send_call(
        call=UrgentCall(
            network=network,
            structure=of["Rives et Sentiers"],
            trade="espaces-verts",
            title="Tailler de vieux fruitiers en hiver",
            question="Un verger communal de quarante pommiers, jamais taillés depuis dix ans. "
            "Par quoi commencez-vous, et sur combien d’hivers\u202f?",
            needed_by=day + timedelta(days=5),
        ),
        by=None,
        now=now,
    )
    UrgentAnswer.objects.create(
        call=call,
        structure=of["Val Mirel Environnement"],
        words="Le bois mort d’abord, puis un tiers de la charpente chaque hiver, sur trois ans.",
        at=now + timedelta(hours=2),
    )

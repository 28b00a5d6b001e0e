"""A commission of the delegation: a meeting with its minutes, one to come, hours. All invented."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Network, Structure
from cordee.practices.commissions.actions import answer_session, publish_minutes, write_row
from cordee.practices.commissions.letters import answer_dates
from cordee.practices.models import (
    Commission,
    CommissionSeat,
    GivenHours,
    Letter,
    Meeting,
    MeetingTask,
    Product,
    Session,
    Sheet,
)
from demo.people import DELEGATION, DOMAIN, JARDINS, RIVES

FUNCTIONS = ("direction", "encadrement technique")


def at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


@transaction.atomic
def load_commissions(day: date) -> None:
    """Once; nothing where the delegation or its delegate is not there."""
    network = Network.objects.filter(slug=DELEGATION).first()
    by = User.objects.filter(email=f"deleguee@{DOMAIN}").first()
    if network is None or by is None or network.commissions.exists():
        return
    commission = Commission(
        network=network,
        name="Apprendre sur le chantier",
        mandate="Dire ce qui fait d’un chantier un lieu où l’on apprend, et l’écrire pour les "
        "structures qui n’étaient pas là. Deux réunions par an, une fiche à chaque fois.",
        starts_on=day - timedelta(days=200),
    )
    write_row(row=commission, network=network, by=by)
    sitting = [Structure.objects.get(siret=siret, kind=kind) for siret, kind in (JARDINS, RIVES)]
    for structure, function in zip(sitting, FUNCTIONS, strict=True):
        seat = CommissionSeat(commission=commission, structure=structure, function=function)
        write_row(row=seat, network=network, by=by)
    held, to_come = day - timedelta(days=24), day + timedelta(days=38)
    first = Meeting(
        commission=commission,
        title="Ce qu’on apprend en taillant",
        begins_at=at(held, 9),
        ends_at=at(held, 16),
        place="Chez Rives et Sentiers, à Lac-Brun",
        agenda="Regarder une équipe tailler.\nDire ce qu’elle apprend, et comment on le voit.",
        decided="Une trame commune\u00a0: le geste, ce qu’on regarde, ce qu’on dit après\n"
        "Une visite de chantier par trimestre, chez une structure différente",
        learnt="À trois sur une haie, personne ne regarde. À deux, on se corrige.\n"
        "Vingt minutes assis, juste après, valent une heure le lendemain.",
        next_time="Relire les deux premières fiches, avec les équipes.",
    )
    write_row(row=first, network=network, by=by)
    for structure, what, days in zip(
        sitting,
        ("Écrire la fiche de la taille", "Proposer un chantier à visiter"),
        (9, 30),
        strict=True,
    ):
        until = day + timedelta(days=days)
        task = MeetingTask(meeting=first, what=what, structure=structure, until=until)
        write_row(row=task, network=network, by=by)
    publish_minutes(meeting=first, is_published=True, by=by, now=at(held, 18))
    second = Meeting(
        commission=commission,
        title="Relire à plusieurs voix",
        begins_at=at(to_come, 14),
        ends_at=at(to_come, 17),
        place="En ligne",
        agenda="Lire chaque fiche à voix haute.\nChoisir la prochaine visite.",
    )
    write_row(row=second, network=network, by=by)
    for structure, people, hours in zip(sitting, (3, 2), ("21", "14"), strict=True):
        given = {"people": people, "hours": Decimal(hours), "on": held}
        hours_row = GivenHours(commission=commission, structure=structure, **given)
        write_row(row=hours_row, network=network, by=by)
    wrote = Structure.objects.filter(pk__in=[each.pk for each in sitting])
    sheet = Sheet.objects.published().by_structures(wrote).order_by("pk").first()
    if sheet is not None:
        row = Product(commission=commission, sheet=sheet)
        write_row(row=row, network=network, by=by)
    _sessions(network, sitting[1], day, by)
    _letter(commission, sitting, day, by)


def _sessions(network: Network, coming: Structure, day: date, by: User) -> None:
    """A visit to come, where one comes, and a training that prepares a title."""
    for kind, title, days, hours, more in (
        ("visit", "Voir une équipe apprendre à tailler", 17, (9, 12), {}),
        ("training", "Encadrer et former sur le chantier", 52, (9, 17), {"qualification": "eti"}),
    ):
        on = day + timedelta(days=days)
        session = Session(
            network=network,
            kind=kind,
            title=title,
            about="On regarde une équipe au travail, puis on dit ce qu’elle a appris.",
            begins_at=at(on, hours[0]),
            ends_at=at(on, hours[1]),
            place="Roche-Mirel",
            places=8,
            **more,
        )
        write_row(row=session, network=network, by=by)
        if kind == "visit":
            now = at(day, 8)
            answer_session(session=session, structure=coming, people=2, by=by, now=now)


def _letter(commission: Commission, asked: list[Structure], day: date, by: User) -> None:
    """Two dates that the delegation asks about: one of two has answered."""
    # Before the week of the campaigns, whose mails it would count among.
    sent_at = at(day - timedelta(days=12), 10)
    letter = Letter.objects.create(
        network=commission.network,
        commission=commission,
        subject="Quand relire les fiches\u202f?",
        message="Trois heures suffisent pour relire à voix haute. Quelle date vous va\u202f?",
        answer_by=day + timedelta(days=9),
        by=by,
        sent_at=sent_at,
    )
    dates = [letter.dates.create(begins_at=at(day + timedelta(days=n), 14)) for n in (43, 45)]
    rows = [letter.recipients.create(structure=each, mails_at=letter.sent_at) for each in asked]
    answer_dates(recipient=rows[-1], yes=[dates[1].pk], by=by, now=at(day, 8))

"""The Jardins say where they stand, some members beside them; one came to visit. All invented."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.actions.sharing import grant_sharing
from cordee.members.models import Network, SharingAgreement, Structure
from cordee.practices.models import PlannedAction, Positioning, Visit
from cordee.practices.positioning import actions
from cordee.practices.positioning.pairs import FARTHEST_KM
from demo.people import DELEGATION, DOMAIN, JARDINS, NATIONAL
from demo.people_of import director_of

FIRST = {"accueil": 1, "comptes": 2, "engagements": 2, "poste": 1, "sorties": 2, "besoins": 3}
NOW = FIRST | {"accueil": 3, "encadrement": 2, "qualite": 3, "reponses": 4, "poste": 2}
TO_DO = (
    ("Relire l’accueil avec deux personnes arrivées cette année", 40),
    ("Préparer chaque sortie dès le sixième mois", 120),
)
SEEN = {
    "accueil": ["Un livret de deux pages, relu avec la personne.", "Qui le tient à jour\u00a0?"],
    "qualite": ["Une liste de contrôle par équipe, affichée.", "Elle s’arrête au bourg."],
}


# In a country of 50,000 structures, hundreds lie near.
FEW = 3


@transaction.atomic
def load_positionings(day: date) -> None:
    """Once; nothing where the Jardins or their direction are not there."""
    gardens = Structure.objects.filter(siret=JARDINS[0], kind=JARDINS[1]).first()
    by = User.objects.filter(email=f"direction@{DOMAIN}").first()
    if gardens is None or by is None or gardens.positionings.exists():
        return
    # A year ago, nothing was counted here.
    _note(gardens, FIRST, day - timedelta(days=380))
    newest = _say(gardens, NOW, by, day - timedelta(days=12))
    for words, days in TO_DO:
        due_on = day + timedelta(days=days)
        actions.plan(action=PlannedAction(positioning=newest, words=words, due_on=due_on), by=by)
    _say_beside(gardens, day)
    _visit(gardens, day)
    # Somebody whom their network may propose them to see: of one trade, near, in no team of theirs.
    if (point := gardens.point) is not None:
        others = Structure.objects.active().in_box(*point, FARTHEST_KM).in_trade("maraichage")
        for other in others.exclude(pk=gardens.pk).order_by("pk")[:FEW]:
            director_of(other)


def _say(structure: Structure, levels: dict[str, int], by: User, on: date) -> Positioning:
    row = actions.begin(structure=structure, chosen=actions.own_grid(), by=by, on=on)
    said = {key: (level, "") for key, level in levels.items()}
    return actions.keep_answers(positioning=row, said=said, by=by, on=on)


def _note(structure: Structure, levels: dict[str, int], on: date) -> None:
    answers = {k: {"level": n, "word": "", "proofs": []} for k, n in levels.items()}
    Positioning.objects.create(
        structure=structure, grid=actions.own_grid(), answers=answers, begun_on=on
    )


def _say_beside(gardens: Structure, day: date) -> None:
    """Up to six members near them, which let their networks count what they say."""
    networks = Network.objects.filter(slug__in=(NATIONAL, DELEGATION))
    members = Structure.objects.of_network(networks[0], day).filter(kind="ACI").order_by("pk")
    near = members.filter(department=gardens.department_id).exclude(pk=gardens.pk)[:6]
    for n, structure in enumerate((gardens, *near)):
        if structure != gardens:
            levels = {key: 1 + (level + n) % 4 for key, level in NOW.items()}
            _note(structure, levels, day)
        for network in networks:
            grant_sharing(
                structure=structure,
                network=network,
                figure_class=SharingAgreement.FigureClass.POSITIONING,
                may_see=True,
                may_compose=False,
                by=None,
                on=day,
            )


def _visit(gardens: Structure, day: date) -> None:
    """A reuse centre of the valley, which answers nothing with them, came and sent its report."""
    near = Structure.objects.filter(department=gardens.department_id).exclude(pk=gardens.pk)
    guest = near.in_trade("recyclage-ressourcerie").order_by("pk").first()
    if guest is None:
        return
    sent = timezone.make_aware(datetime.combine(day - timedelta(days=2), time(9)))
    Visit.objects.create(
        visited=gardens,
        visiting=guest,
        grid=actions.own_grid(),
        on=day - timedelta(days=9),
        first_visitor="direction",
        second_visitor="supervisor",
        is_agreed=True,
        notes=SEEN,
        sent_at=sent,
    )

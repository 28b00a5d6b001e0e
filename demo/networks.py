"""What the networks of the demo say of themselves, and how each membership is known. All invented.

Rows only, from the order of the world: the same day gives the same world.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Case, F, Value, When
from django.db.models.functions import Mod

from cordee.members import models as members
from cordee.members.models.networks import Membership
from demo.country import FOOD, REUSE
from demo.shapes import World
from demo.valley import DELEGATION, NATIONAL

CHARTERS = {
    NATIONAL: """Nous réunissons des ateliers et chantiers d’insertion, et des structures qui \
travaillent avec eux. Chez nous, le travail forme : une équipe, un encadrement, un chantier utile \
au pays.

Chaque membre garde son projet et ses chiffres. Le réseau ne voit que ce que la structure lui \
ouvre, et referme dès qu’elle le demande.

Personne ne répond seul à ce qui se fait mieux à plusieurs. Le réseau dit où le travail est \
ouvert ; chaque structure décide si elle y va, et avec qui.

Nous partageons nos méthodes, nos erreurs aussi. Une adhésion dure tant que la structure \
le veut.""",
    DELEGATION: """La délégation suit les membres de la région : visites, appels, réunions de \
bassin au printemps et à l’automne.

Elle relaie les marchés qui se font ici. Elle prend le temps d’appeler celles et ceux qui n’ont \
pas répondu.""",
    FOOD: """Des jardins et des cuisines qui nourrissent leur territoire. Nous gardons la terre \
vivante et les gens au centre.

Nos membres se visitent une fois par an et se prêtent du matériel.""",
    REUSE: """Rien ne se jette avant d’avoir servi deux fois. Nous réunissons ressourceries et \
ateliers de réemploi, pour trier, réparer et vendre ensemble.""",
}
# By turn: how the network knows of a membership.
PROOFS = (
    *("signed_form",) * 5,
    *("list",) * 3,
    *("declared",) * 1,
    *("",) * 1,
)


def load_networks(world: World) -> None:
    """Charters, territories, proofs, dates of what crews said, and two requests that wait."""
    networks = {row.slug: row for row in members.Network.objects.all()}
    for slug, text in CHARTERS.items():
        if slug in networks:
            networks[slug].charter = text
    members.Network.objects.bulk_update(networks.values(), ["charter"])
    regions = set(members.Region.objects.values_list("code", flat=True))
    covered = members.Network.regions.through
    covered.objects.bulk_create(
        covered(network=network, region_id=code)
        for slug, network in networks.items()
        if network.parent_id and (code := slug.removeprefix(f"{NATIONAL}-").upper()) in regions
    )
    _prove(world.on)
    _date_crews(world.on)
    _ask(world.on, networks)


def _prove(on: date) -> None:
    rows = list(Membership.objects.order_by("pk"))
    for number, row in enumerate(rows):
        row.proof = PROOFS[number % len(PROOFS)]
        if row.proof:
            row.proof_on = row.starts_on + timedelta(days=number % 90)
        if row.proof == Membership.Proof.SIGNED_FORM:
            row.proof_reference = f"bulletin {row.starts_on.year}-{number:04d}"
        elif row.proof == Membership.Proof.LIST:
            row.proof_reference = f"liste des membres {on.year}"
            row.proof_on = date(on.year, 3, 1)
    # Not `bulk_update`, which reads a list of cases from the top for each row.
    Membership.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["proof", "proof_reference", "proof_on"],
        batch_size=2_000,
    )


def _date_crews(on: date) -> None:
    """Most spoke this year, some did the year before, and a few never said when."""
    noon = datetime.combine(on, time(12), tzinfo=UTC)
    spoke = {turn: noon - timedelta(days=30 * (1 + turn)) for turn in range(7)}
    spoke |= {turn: noon - timedelta(days=30 * (14 + turn)) for turn in (7, 8)}
    members.Crew.objects.annotate(turn=Mod(F("pk"), 10)).update(
        stated_at=Case(
            *(When(turn=turn, then=Value(when)) for turn, when in spoke.items()), default=None
        )
    )


def _ask(on: date, networks: dict[str, members.Network]) -> None:
    """A structure asks to join, and the delegation asks one of its own for figures."""
    outside = (
        members.Structure.objects.filter(memberships__isnull=True, kind="EI", is_claimed=True)
        .order_by("pk")
        .first()
    )
    if outside is not None:
        members.MembershipRequest.objects.create(
            structure=outside,
            network=networks[NATIONAL],
            words="Nous travaillons déjà avec deux de vos membres. "
            "Nous aimerions recevoir vos marchés.",
            asked_on=on - timedelta(days=6),
        )
    delegation = networks.get(DELEGATION)
    if delegation is None:
        return
    closed = (
        members.Structure.objects.of_network(delegation, on)
        .exclude(sharings__network=delegation, sharings__may_see=True)
        .order_by("pk")
        .first()
    )
    if closed is not None:
        members.SharingRequest.objects.create(
            structure=closed,
            network=delegation,
            figure_class=members.SharingAgreement.FigureClass.NETWORK,
            words="Pour vous proposer des marchés à la taille de vos équipes, sans vous appeler "
            "pour rien.",
            asked_on=on - timedelta(days=12),
        )

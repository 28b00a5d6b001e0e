"""One alliance in each phase worth seeing, and a standing team; all invented.

Filed and waiting; won, with the baseline that delivery starts from; lost, with what it teaches; a
structure that leaves between filing and signature; one that answers alone with subcontractors. The
network leads them. A structure leads the last one, where somebody lacks.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.changes import fingerprint
from cordee.alliances.endorsements import actions as endorsements_actions
from cordee.alliances.filing.actions import CriterionMark
from cordee.alliances.messages import actions as messages_actions
from cordee.alliances.models import (
    Alliance,
    AllianceMessage,
    AllianceParty,
    StandingTeam,
    Withdrawal,
)
from cordee.alliances.ready_teams import actions as ready_teams_actions
from cordee.alliances.state.current import names_of
from cordee.alliances.withdrawals import actions as withdrawals_actions
from cordee.alliances.withdrawals import leaving
from cordee.alliances.withdrawals.mails import draft
from cordee.economics.commitments.actions import write_commitment
from cordee.economics.models import Commitment
from cordee.members.models import Department, Network, Structure
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.models import Opportunity
from cordee.rules.months import month_number
from demo.alliance_notices import render_for_alliances
from demo.cash import state_cash
from demo.people_of import director_of
from demo.road import Road, signatory_of
from demo.valley import DEPARTMENT

FRAMEWORK = b"%PDF-1.7\nConvention-cadre inventee de la demonstration.\n"
JARDINS, RIVES = "Les Jardins de la Verdoire", "Rives et Sentiers"
MIREL = "Val Mirel Environnement"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays, and on which day."""

    day: date
    network: Network
    leader: User

    def ago(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def moment(self, days: int) -> datetime:
        return timezone.make_aware(datetime.combine(self.ago(days), time(11)))

    def structure(self, name: str) -> Structure:
        return Structure.objects.select_related("organisation").get(name=name)

    def begin(
        self,
        slug: str,
        title: str,
        names: tuple[str, ...],
        *,
        days_ago: int,
        led_by: Structure | None = None,
    ) -> Road:
        opportunity = Opportunity.objects.filter(
            publications__versions__imported_from__contains=f"-{slug}.json"
        ).first()
        if opportunity is None:
            raise LookupError(f"The notice {slug} was not read.")
        return Road.begin(
            opportunity,
            [self.structure(name) for name in names],
            title=title,
            by=led_by or self.network,
            leader=director_of(led_by) if led_by else self.leader,
            day=self.ago(days_ago),
        )


@transaction.atomic
def load_phases(network: Network, leader: User, day: date) -> None:
    """Walk each alliance to its phase; nothing where a team stands."""
    if StandingTeam.objects.exists():
        return
    cast = cast_of(network, leader, day)
    filed(cast)
    won(cast)
    lost(cast)
    left(cast)
    alone(cast)
    lacking(cast)
    ready(cast)
    promised(cast)
    state_cash(day, cast.structure(JARDINS), cast.structure(RIVES))


def cast_of(network: Network, leader: User, day: date) -> Cast:
    """Who plays, once the notices of their alliances are read."""
    report = import_notices(
        render_for_alliances(day, settings.STATE_DIR / "demo-alliances"),
        by=None,
        on=day,
        network=network,
    )
    for error in report.errors:
        raise ValueError(f"A notice of the demo’s alliances is not read. {error}")
    return Cast(day, network, leader)


def filed(cast: Cast) -> Alliance:
    """Two structures wait for the buyer."""
    road = cast.begin("sentiers", "Les sentiers, à deux", (JARDINS, RIVES), days_ago=36)
    road.on(cast.ago(20)).share_out((60, 40)).on(cast.ago(12)).agree()
    road.on(cast.ago(7)).file("DEMO-2101")
    _exchange(
        road.alliance,
        cast.leader,
        road.parties[1],
        "L’offre est déposée. L’acheteur répond d’habitude en un mois.",
        "Bien reçu. Nous préparons l’équipe des sentiers.",
        cast.moment(7),
    )
    return road.fresh


def won(cast: Cast) -> Alliance:
    """Won and notified: the table is the base of delivery."""
    road = cast.begin("ecoles", "Les écoles du val", (JARDINS, MIREL), days_ago=145)
    road.on(cast.ago(130)).share_out((55, 45)).on(cast.ago(120)).agree()
    road.on(cast.ago(113)).file("DEMO-2202")
    road.on(cast.ago(80)).result(is_won=True, values={"reason": "quality", "rank": 1, "bids": 4})
    road.on(cast.ago(45)).sign().on(cast.ago(44)).hand_over()
    for party in road.parties:
        endorsements_actions.remember(party=party, is_yes=True, by=director_of(party.structure))
    one, two = road.parties
    for party, about in ((one, two), (two, one)):
        by = director_of(party.structure)
        endorsements_actions.endorse(party=party, about=about, by=by, now=cast.moment(40))
    return road.fresh


def lost(cast: Cast) -> Alliance:
    """Lost, with the letter of the buyer: by how much, on what, and what to change."""
    road = cast.begin("cimetieres", "Les trois cimetières", (MIREL, JARDINS), days_ago=90)
    road.on(cast.ago(78)).share_out((70, 30)).on(cast.ago(68)).agree()
    road.on(cast.ago(61)).file("DEMO-2303")
    road.on(cast.ago(32)).result(
        is_won=False,
        values={
            "reason": "price",
            "words": "L’offre retenue est moins chère. La méthode sans désherbant était bien vue.",
            "winner_price_cents": 3_780_000,
            "rank": 2,
            "bids": 5,
            "to_change": "Chiffrer les trajets entre les trois sites avant de fixer le prix.",
        },
        notes=(
            CriterionMark("Prix", 5000, 4500, 5000),
            CriterionMark("Valeur technique", 3000, 2700, 2600),
            CriterionMark("Insertion", 2000, 1800, 1900),
        ),
    )
    return road.fresh


def left(cast: Cast) -> Withdrawal:
    """One of three leaves after filing; another takes its share, and the buyer is asked."""
    names = (JARDINS, RIVES, MIREL)
    road = cast.begin("parc", "Le parc de la Confluence, à trois", names, days_ago=60)
    road.on(cast.ago(48)).share_out((50, 30, 20)).on(cast.ago(38)).agree()
    road.on(cast.ago(30)).file("DEMO-2404")
    _, leaver, taker = road.parties
    row = leaving.announce(
        party=leaver,
        reason="L’encadrante de la rivière est partie. Nous n’avons pas encore trouvé à la "
        "remplacer.",
        by=director_of(leaver.structure),
        now=cast.moment(9),
    )
    row = withdrawals_actions.plan(
        withdrawal=row,
        plan=Withdrawal.Plan.ONE,
        member=taker,
        ground="NO_FAULT",
        by=cast.leader,
        now=cast.moment(7),
    )
    before, after = road.fresh.terms, withdrawals_actions.proposed_of(row)
    for party in withdrawals_actions.concerned(row, before, after):
        withdrawals_actions.agree(
            withdrawal=row,
            party=party,
            read=fingerprint(after, party.key),
            by=director_of(party.structure),
            now=cast.moment(6),
        )
    withdrawals_actions.send(
        withdrawal=row,
        request_text=draft(row, road.fresh, before, after, names_of(road.fresh)),
        sent_on=cast.ago(4),
        by=cast.leader,
        now=cast.moment(4),
    )
    return row


def alone(cast: Cast) -> Alliance:
    """One answers alone, the two others work for it; one of them has approved the agreement."""
    names = (JARDINS, RIVES, MIREL)
    title = "La maison de santé, en sous-traitance"
    road = cast.begin("maison-de-sante", title, names, days_ago=20)
    road.on(cast.ago(14)).share_out((50, 30, 20)).answer_alone()
    road.on(cast.ago(6)).agree().on(cast.ago(2)).approve(road.parties[1:2])
    return road.fresh


def lacking(cast: Cast) -> Alliance:
    """Two have said what they take, and a part is nobody's: who could take it is looked for.

    The structure that leads it reads there with whom it would work again.
    """
    led_by = cast.structure(JARDINS)
    title = "L’étang de Roche-Mirel, à compléter"
    road = cast.begin("etang", title, (RIVES,), days_ago=8, led_by=led_by)
    road.on(cast.ago(3)).share_out((50, 20), nobody=30)
    return road.fresh


def ready(cast: Cast) -> StandingTeam:
    """A standing team of green spaces: two are ready to sign, the third is asked."""
    made = ready_teams_actions.create_team(
        name="Espaces verts du val, prête à répondre",
        department=Department.objects.get(code=DEPARTMENT),
        trades=("espaces-verts",),
        network=cast.network,
        structure=None,
        by=cast.leader,
        now=cast.moment(70),
    )
    ready_teams_actions.set_framework(
        team=made,
        name="convention-cadre.pdf",
        content=FRAMEWORK,
        by=cast.leader,
        now=cast.moment(69),
    )
    made.refresh_from_db()
    for name in (JARDINS, RIVES, MIREL):
        structure = cast.structure(name)
        row = ready_teams_actions.invite_member(
            team=made, structure=structure, by=cast.leader, now=cast.moment(68)
        )
        if name == MIREL:
            continue
        by = director_of(structure)
        ready_teams_actions.answer_team(member=row, is_yes=True, by=by, now=cast.moment(66))
        ready_teams_actions.get_ready(
            member=row,
            name=signatory_of(structure),
            function="direction",
            power="legal",
            power_on=None,
            accepts="" if made.framework is None else made.framework.sha256,
            by=by,
            on=cast.ago(65),
        )
    return made


def promised(cast: Cast) -> None:
    """Directors complete what alliances booked for them: chances, budgets, contracts of their own.

    The budget of the Jardins holds the schools already: so the teams of the valley keep their
    proofs. With all their bids, their next year would end above the ceiling.
    """
    for name, chances in ((JARDINS, (60, 50)), (RIVES, (60, 40))):
        structure = cast.structure(name)
        by = director_of(structure)
        rows = list(Commitment.objects.filter(chantier__structure=structure).running())
        bids = [row for row in rows if row.state == Commitment.State.BID]
        for row, chance in zip(bids, chances, strict=True):
            row.chance_percent = chance
        for row in rows:
            row.is_in_budget = row.state == Commitment.State.SIGNED
            write_commitment(commitment=row, by=by)
    write_commitment(
        commitment=Commitment(
            chantier=cast.structure(JARDINS).chantiers.get(),
            label="Bords de route du département",
            state=Commitment.State.BID,
            first_month=12 * (cast.day.year + 1),
            months=12,
            receipts_cents=6_000_000,
            chance_percent=50,
        ),
        by=director_of(cast.structure(JARDINS)),
    )
    write_commitment(
        commitment=Commitment(
            chantier=cast.structure(RIVES).chantiers.get(),
            label="Passerelles du Lac-Brun",
            state=Commitment.State.SIGNED,
            first_month=month_number(cast.day),
            months=12,
            receipts_cents=1_000_000,
            marginal_cost_share=Decimal("0.9"),
        ),
        by=director_of(cast.structure(RIVES)),
    )


def speak(alliance: Alliance, leader: User, day: date) -> None:
    """A few words in an alliance that is being composed, one of them by mail."""
    party = alliance.parties.filter(state=AllianceParty.State.INTERESTED).order_by("pk").first()
    if party is not None:
        at = timezone.make_aware(datetime.combine(day, time(9)))
        question = "Qui peut venir à la visite du site, mardi à 9 h\u202f?"
        _exchange(alliance, leader, party, question, "Nous y serons à deux.", at)


def _exchange(
    alliance: Alliance,
    leader: User,
    party: AllianceParty,
    question: str,
    answer: str,
    at: datetime,
) -> None:
    """Who coordinates writes, a party answers by mail: nothing of it waits to be mailed again."""
    messages_actions.write(
        alliance=alliance, text=question, side=alliance.coordinator_name, by=leader, now=at
    )
    messages_actions.write(
        alliance=alliance,
        text=answer,
        side=party.structure.shown_name,
        by=director_of(party.structure),
        now=at + timedelta(minutes=20),
        origin=AllianceMessage.Origin.MAIL,
    )
    alliance.messages.update(mailed_at=F("at"))

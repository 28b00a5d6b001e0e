"""What a director changes on the sheet of their structure: trades, place, crews, months, identity,
papers (their names and dates, never their content), annexes.

Each action keeps the sheet as it was (`sheet_undo`), writes, and says so in the journal.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import models, transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members import directory_index
from cordee.members.actions.capacity import CrewValues, declare_activity, declare_crew
from cordee.members.actions.sheet_undo import remember
from cordee.members.claim_answers import Answers
from cordee.members.models import (
    Activity,
    CapacityException,
    Certification,
    Chantier,
    Claim,
    Commune,
    Convention,
    Crew,
    SeasonalProfile,
    StruckGuess,
    Structure,
)
from cordee.members.models.capacity import Certainty
from cordee.rules.crafts import TRADE as FINISHING

MONTHS = 12
# What the journal keeps of a crew, and of a paper.
CREW_VALUES = ("places", "weekly_minutes", "trades", "has_vehicle")
PAPER_VALUES = ("name", "valid_from", "valid_until")


@transaction.atomic
def set_trades(
    *,
    chantier: Chantier,
    known: Mapping[str, int],
    by: User | None,
    struck: Collection[str] = (),
    reaches_km: Mapping[str, int] | None = None,
    crafts: Sequence[str] | None = None,
) -> None:
    """State the trades of a chantier and how well it does each (0 to 3), the crafts of finishing.

    A known trade that is left out is taken away. A guess that is neither confirmed nor struck
    stays a guess; one that is struck goes, and never comes back unless the user declares it.
    """
    remember(chantier.structure, "vos métiers", by)
    # Read before the deletions: a trade declared today goes as far as the others did.
    usual = usual_reach_km(chantier)
    Activity.objects.filter(chantier=chantier, certainty=Certainty.KNOWN).exclude(
        trade__in=known
    ).delete()
    for trade in struck:
        StruckGuess.objects.get_or_create(chantier=chantier, trade=trade)
    Activity.objects.filter(chantier=chantier, trade__in=struck).exclude(trade__in=known).delete()
    # What is declared now was struck once by mistake: it may be guessed again one day.
    StruckGuess.objects.filter(chantier=chantier, trade__in=known).delete()
    for trade, proficiency in known.items():
        reach = (reaches_km or {}).get(trade)
        if reach is None and not Activity.objects.filter(chantier=chantier, trade=trade).exists():
            reach = usual
        declare_activity(
            chantier=chantier,
            trade=trade,
            proficiency=proficiency,
            reach_km=reach,
            crafts=crafts if trade == FINISHING else None,
            by=by,
        )
    journal.record(
        "members.set_trades",
        chantier.structure,
        by=by,
        after={"chantier": chantier.pk, "known": dict(known), "struck": sorted(struck)},
    )
    directory_index.index_structures([chantier.structure])


def usual_reach_km(chantier: Chantier) -> int | None:
    """How far its trades go, else what was answered in a claim; None where nobody said."""
    reaches = Activity.objects.filter(chantier=chantier, certainty=Certainty.KNOWN)
    farthest_km = max(reaches.values_list("reach_km", flat=True), default=None)
    if farthest_km is not None:
        return farthest_km
    for claim in Claim.objects.filter(structure=chantier.structure).exclude(
        state=Claim.State.DROPPED
    ):
        place = Answers.read(claim.answers).place
        if place is not None and place.reach_km is not None:
            return place.reach_km
    return None


@transaction.atomic
def set_place(
    *, structure: Structure, commune: Commune | None, reach_km: int | None, by: User | None
) -> None:
    """Place a structure in a commune, and say how far it goes, in all its trades at once.

    None leaves as it was. Its address and exact point go where the commune changes.
    """
    moves = commune is not None and structure.commune_id != commune.pk
    activities = Activity.objects.filter(chantier__structure=structure)
    if reach_km is not None:
        activities = activities.exclude(reach_km=reach_km)
    if not moves and (reach_km is None or not activities.exists()):
        return
    remember(structure, "votre lieu", by)
    before: dict[str, object] = {"commune": structure.commune_id}
    after: dict[str, object] = {}
    if moves and commune is not None:
        _move(structure, commune)
        after["commune"] = commune.pk
    if reach_km is not None:
        before["reach_km"] = {a.trade: a.reach_km for a in activities}
        activities.update(reach_km=reach_km)
        after["reach_km"] = reach_km
    journal.record("members.set_place", structure, by=by, before=before, after=after)
    directory_index.index_structures([structure])


def _move(structure: Structure, commune: Commune) -> None:
    postcodes = commune.postcodes.split()
    structure.commune, structure.department = commune, commune.department
    structure.city, structure.address = commune.name, ""
    # A commune with several postcodes does not say which one.
    structure.postcode = postcodes[0] if len(postcodes) == 1 else ""
    # The exact point was that of the old address: the middle of the commune stands for it.
    structure.latitude = structure.longitude = None
    structure.save(
        update_fields=[
            *("commune", "department", "city", "address", "postcode"),
            *("latitude", "longitude", "updated_at"),
        ]
    )


@transaction.atomic
def set_alike_crews(
    *,
    chantier: Chantier,
    count: int,
    places: int,
    weekly_minutes: int,
    has_vehicle: bool | None,
    by: User | None,
) -> None:
    """Give a chantier so many crews, all alike, in place of those it had."""
    remember(chantier.structure, "vos équipes", by)
    Crew.objects.filter(chantier=chantier).delete()
    for number in range(1, count + 1):
        declare_crew(
            chantier=chantier,
            name=f"Équipe {number}" if count > 1 else "Équipe",
            places=places,
            weekly_minutes=weekly_minutes,
            has_vehicle=has_vehicle,
            by=by,
        )


@transaction.atomic
def add_crew(*, chantier: Chantier, by: User | None, **values: Unpack[CrewValues]) -> Crew:
    """Add one crew to a sheet. Raises ValidationError for what makes no crew."""
    remember(chantier.structure, "l’équipe ajoutée", by)
    return declare_crew(chantier=chantier, by=by, **values)


@transaction.atomic
def change_crew(*, crew: Crew, by: User | None, **values: Unpack[CrewValues]) -> None:
    """Correct a crew; what is left out stays. Raises ValidationError for what makes no crew."""
    structure = crew.chantier.structure
    remember(structure, "l’équipe modifiée", by)
    before = journal.values(crew, "id", *CREW_VALUES)
    for name, value in values.items():
        setattr(crew, name, value)
    crew.full_clean()
    crew.save()
    after = journal.values(crew, "id", *CREW_VALUES)
    journal.record("members.change_crew", structure, by=by, before=before, after=after)


@transaction.atomic
def set_declared_fte(*, chantier: Chantier, cfte: int | None, by: User | None) -> None:
    """What a structure says of its size when it knows no detail of crews; None takes it back."""
    remember(chantier.structure, "votre taille en ETP", by)
    before, chantier.declared_cfte = chantier.declared_cfte, cfte
    chantier.full_clean()
    chantier.save(update_fields=["declared_cfte"])
    journal.record(
        "members.set_declared_fte",
        chantier.structure,
        by=by,
        before={"cfte": before},
        after={"cfte": cfte},
    )


@transaction.atomic
def set_season(
    *, chantier: Chantier, percent_by_month: Sequence[int], by: User | None, on: date
) -> SeasonalProfile:
    """State which part of the crews works in each calendar month, from a day on.

    The profile in force ends the day before; one that began this very day is corrected. Raises
    ValidationError unless twelve values from 0 to 100 are given.
    """
    percents = [int(percent) for percent in percent_by_month]
    if len(percents) != MONTHS or not all(0 <= percent <= 100 for percent in percents):
        raise ValidationError("Donnez douze mois, de 0 à 100 pour cent.")
    remember(chantier.structure, "vos mois de travail", by)
    held = SeasonalProfile.objects.filter(chantier=chantier)
    current = held.filter(valid_from=on).first()
    if current is None:
        held.filter(valid_from__lt=on, valid_to__isnull=True).update(
            valid_to=on - timedelta(days=1)
        )
        current = SeasonalProfile(chantier=chantier, valid_from=on)
    current.percent_by_month, current.valid_to = percents, None
    current.full_clean()
    current.save()
    journal.record(
        "members.set_season",
        chantier.structure,
        by=by,
        after={"chantier": chantier.pk, "percent_by_month": percents, "from": on.isoformat()},
    )
    return current


@transaction.atomic
def add_exception(
    *,
    chantier: Chantier,
    first_month: int,
    months: int,
    cfte: int,
    reason: str,
    by: User | None,
) -> CapacityException:
    """State some months in which capacity differs. The same months again correct the figure.

    `first_month` is year × 12 + month − 1.
    """
    if months < 1:
        raise ValidationError("Le dernier mois vient avant le premier.")
    remember(chantier.structure, "le mois à part ajouté", by)
    exception = CapacityException.objects.filter(
        chantier=chantier, first_month=first_month, months=months
    ).first() or CapacityException(chantier=chantier, first_month=first_month, months=months)
    exception.cfte, exception.reason = cfte, reason
    exception.full_clean()
    exception.save()
    journal.record(
        by=by,
        verb="members.add_exception",
        target=chantier.structure,
        # The reason may name a person (an absence): it stays out of the journal.
        after={"first_month": first_month, "months": months, "cfte": cfte},
    )
    return exception


@transaction.atomic
def set_identity(*, structure: Structure, values: Mapping[str, object], by: User | None) -> None:
    """Correct some of `Structure.IDENTITY`; the legal name is the register's."""
    remember(structure, "votre nom d’usage, votre site et votre téléphone", by)
    before = {name: getattr(structure, name) for name in values}
    for name in Structure.IDENTITY:
        setattr(structure, name, values.get(name, getattr(structure, name)))
    structure.full_clean(exclude=["organisation", "commune", "department"])
    structure.save(update_fields=[*Structure.IDENTITY, "sort_key", "updated_at"])
    journal.record("members.set_identity", structure, by=by, before=before, after=dict(values))
    directory_index.index_structures([structure])


@transaction.atomic
def write_paper(
    *,
    paper: Certification,
    name: str,
    valid_from: date | None,
    valid_until: date | None,
    by: User | None,
) -> None:
    """Add a paper, correct it, or renew it.

    Raises ValidationError where the structure has one of that name, or it ends before it begins.
    """
    is_new = paper.pk is None
    before = {} if is_new else journal.values(paper, *PAPER_VALUES)
    paper.name, paper.valid_from, paper.valid_until = name, valid_from, valid_until
    paper.full_clean()
    remember(paper.structure, f"le papier {'ajouté' if is_new else 'modifié'}", by)
    paper.save()
    journal.record(
        "members.declare_paper" if is_new else "members.change_paper",
        paper.structure,
        by=by,
        before=before,
        after=journal.values(paper, *PAPER_VALUES),
    )


@transaction.atomic
def write_annex(*, annex: Convention, by: User | None) -> None:
    """Keep what a director says of a financial annex, new or corrected. Raises ValidationError.

    Its amount stays out of the journal: it is the structure's own.
    """
    is_new = annex.pk is None
    annex.full_clean()
    remember(annex.structure, f"l’annexe {'ajoutée' if is_new else 'modifiée'}", by)
    annex.save()
    verb = "members.declare_annex" if is_new else "members.change_annex"
    journal.record(verb, annex.structure, by=by, after={"number": annex.number})


# What may be taken off a sheet: the verb, what is undone, and what the journal keeps of it. The
# reason of months apart may name a person: it stays out.
REMOVED: Mapping[type[models.Model], tuple[str, str, tuple[str, ...]]] = {
    Crew: ("members.remove_crew", "l’équipe retirée", CREW_VALUES),
    CapacityException: (
        "members.remove_exception",
        "le mois à part retiré",
        ("first_month", "months", "cfte"),
    ),
    Certification: ("members.remove_paper", "le papier retiré", PAPER_VALUES),
}


@transaction.atomic
def remove_row(*, row: models.Model, structure: Structure, by: User | None) -> None:
    """Take a crew, months apart or a paper off the sheet of its structure."""
    verb, what, names = REMOVED[type(row)]
    remember(structure, what, by)
    before = journal.values(row, "id", *names)
    row.delete()
    journal.record(verb, structure, by=by, before=before)

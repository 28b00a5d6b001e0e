"""Programmes: opening one, its promises and facts, and the public ones that Cordée ships."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions.people import grant_seat
from cordee.members.models import (
    Commune,
    Department,
    Programme,
    ProgrammeCommitment,
    ProgrammeFact,
    RoleSeat,
)
from cordee.members.referentials import read_programmes

TAKEN_SLUGS = frozenset({"nouveau"})  # an address of ours


class Values(TypedDict):
    """What a programme says of itself."""

    name: str
    owner: str
    starts_on: date
    ends_on: date
    text: str
    departments: Iterable[Department]
    communes: Iterable[Commune]


@transaction.atomic
def open_programme(*, by: User | None, slug: str = "", **values: Unpack[Values]) -> Programme:
    """Open a programme; whoever opens it is the first of its team.

    Raises ValidationError where the name is taken or the dates cannot be.
    """
    programme = Programme(slug=slug or _free_slug(values["name"]))
    _write(programme, values)
    journal.record(
        "members.open_programme",
        programme,
        by=by,
        after={"slug": programme.slug, "ends_on": programme.ends_on},
    )
    if by is not None:
        grant_seat(person=by, role=RoleSeat.Role.PROGRAMME_TEAM, programme=programme, by=by)
    return programme


@transaction.atomic
def edit_programme(*, programme: Programme, by: User | None, **values: Unpack[Values]) -> None:
    """Write a programme anew; its address stays. Raises ValidationError as `open_programme`."""
    before = journal.values(programme, "starts_on", "ends_on")
    _write(programme, values)
    after = journal.values(programme, "starts_on", "ends_on")
    journal.record("members.edit_programme", programme, by=by, before=before, after=after)


def _write(programme: Programme, values: Values) -> None:
    for name in ("name", "owner", "starts_on", "ends_on", "text"):
        setattr(programme, name, values[name])
    programme.full_clean()
    programme.save()
    programme.departments.set(values["departments"])
    programme.communes.set(values["communes"])


@transaction.atomic
def save_line(*, line: ProgrammeCommitment | ProgrammeFact, by: User | None) -> None:
    """Keep a promise or a fact, new or changed. Raises ValidationError where it is wrong."""
    is_new = line.pk is None
    if is_new:
        kept = type(line).objects.filter(programme=line.programme)
        line.position = max((other.position for other in kept), default=-1) + 1
    line.full_clean()
    line.save()
    journal.record(
        "members.add_programme_line" if is_new else "members.edit_programme_line",
        line.programme,
        by=by,
        after={"line": line._meta.model_name, "pk": line.pk},
    )


@transaction.atomic
def remove_line(*, line: ProgrammeCommitment | ProgrammeFact, by: User | None) -> None:
    journal.record(
        "members.remove_programme_line",
        line.programme,
        by=by,
        before={"line": line._meta.model_name, "pk": line.pk},
    )
    line.delete()


@transaction.atomic
def load_programmes() -> tuple[list[str], list[str]]:
    """Write the programmes whose public facts are shipped; (names written, names left alone).

    Run again, it changes nothing; one that has a team is the team's. Neither `by=` nor a journal
    line: public facts are nobody's act. Departments that no referential holds are left out.
    """
    written, left = [], []
    for data in read_programmes():
        held = RoleSeat.objects.filter(programme__slug=data["slug"]).exists()
        if held:
            left.append(data["name"])
            continue
        programme, _ = Programme.objects.update_or_create(
            slug=data["slug"],
            defaults={key: data[key] for key in ("name", "owner", "starts_on", "ends_on", "text")},
        )
        programme.departments.set(Department.objects.filter(pk__in=data["departments"]))
        _write_lines(programme, ProgrammeCommitment, data["commitments"])
        _write_lines(programme, ProgrammeFact, data["facts"])
        written.append(programme.name)
    return written, left


def _write_lines(
    programme: Programme,
    model: type[ProgrammeCommitment] | type[ProgrammeFact],
    lines: Iterable[Mapping[str, Any]],
) -> None:
    kept = []
    for position, row in enumerate(lines):
        values = {key: value for key, value in row.items() if key != "label"}
        if "value" in values:
            values["value"] = Decimal(str(values["value"]))
        line, _ = model.objects.update_or_create(
            programme=programme, label=row["label"], defaults={"position": position, **values}
        )
        line.full_clean()
        kept.append(line.pk)
    model.objects.filter(programme=programme).exclude(pk__in=kept).delete()


def _free_slug(name: str) -> str:
    stem = slugify(name)[:45]
    if not stem or stem in TAKEN_SLUGS:
        raise ValidationError({"name": "Ce nom ne peut pas servir d’adresse. Ajoutez un mot."})
    slug, number = stem, 1
    while Programme.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug

"""From the invented world to rows, in as few statements as there are tables."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.economics.models import AccountingYear, YearStatement
from cordee.members import models as members
from cordee.members.directory_index import index_structures
from cordee.members.models.capacity import Certainty
from cordee.members.referentials import read_communes, read_departments, read_regions
from cordee.rules.accounts import SALES, UNDETAILED
from cordee.rules.kinds import Kind
from cordee.rules.territory import fold_place_name
from demo.joining import load_joining
from demo.networks import load_networks
from demo.people import PASSWORD, PROGRAMME
from demo.programmes import load_programme
from demo.shapes import ChantierSpec, World
from demo.valley import NATIONAL

VERB = "demo.load"
_BATCH = 2_000

type Progress = Callable[[str], None]


def load_world(world: World, *, progress: Progress = lambda line: None) -> None:
    """Write a world into a database that holds no structure yet, in one transaction.

    The rows come in the order of the world, so that two empty databases end alike.
    """
    with transaction.atomic():
        _load_places(world)
        progress("Réseaux et personnes")
        networks = _load_networks(world)
        progress(f"{len(world.structures)} structures")
        structures = _load_structures(world)
        _load_ties(world, structures, networks)
        progress("Équipes, métiers et exercices comptables")
        _load_chantiers(world, structures)
        programmes = {PROGRAMME: load_programme(world.on)}
        _load_people(world, structures, networks, programmes)
        load_joining(world, structures)
        load_networks(world)
        progress("Index de recherche")
        index_structures(structures.values())
        with connection.cursor() as cursor:
            # PostgreSQL plans badly on tables that it thinks are empty.
            cursor.execute("ANALYZE")
        JournalEntry.objects.create(
            verb=VERB,
            target_kind="demo.world",
            target_id=world.size,
            after={"on": world.on.isoformat(), "size": world.size},
        )


def loaded_world() -> tuple[date, str] | None:
    """The day and the size of the world this database holds, or None."""
    entry = JournalEntry.objects.filter(verb=VERB).order_by("-pk").first()
    if entry is None:
        return None
    return date.fromisoformat(entry.after["on"]), entry.after["size"]


def national_network() -> members.Network:
    """The network that relays the private needs of the world."""
    return members.Network.objects.get(slug=NATIONAL)


def holds_other_data() -> bool:
    """Whether the database holds people or structures that no demo put there."""
    return loaded_world() is None and (
        User.objects.exists() or members.Organisation.objects.exists()
    )


def empty_database() -> None:
    """Delete everything but the schema and the public referential of territories.

    Whoever calls makes sure that the database is a demo.
    """
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    kept |= {m._meta.db_table for m in (members.Region, members.Department, members.Commune)}
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with transaction.atomic():
        statements = connection.ops.sql_flush(
            no_style(), sorted(set(tables) - kept), reset_sequences=True, allow_cascade=False
        )
        connection.ops.execute_sql_flush(statements)


def _load_places(world: World) -> None:
    members.Region.objects.bulk_create(
        (
            members.Region(code=row.code, name=row.name, folded_name=fold_place_name(row.name))
            for row in read_regions()
        ),
        ignore_conflicts=True,
    )
    members.Department.objects.bulk_create(
        (
            members.Department(code=row.code, name=row.name, region_id=row.region)
            for row in read_departments()
        ),
        ignore_conflicts=True,
    )
    invented = {commune.insee for commune in world.communes}
    used = {structure.insee for structure in world.structures} - invented
    known = set(members.Commune.objects.filter(pk__in=used).values_list("pk", flat=True))
    rows = [
        members.Commune(
            insee=commune.insee,
            name=commune.name,
            folded_name=fold_place_name(commune.name),
            department_id=commune.department,
            postcodes=commune.postcode,
            population=commune.population,
            latitude=commune.latitude,
            longitude=commune.longitude,
        )
        for commune in world.communes
    ]
    if used - known:
        rows += [
            members.Commune(
                insee=row.insee,
                name=row.name,
                folded_name=fold_place_name(row.name),
                department_id=row.department,
                postcodes=" ".join(row.postcodes),
                population=row.population,
                latitude=row.lat,
                longitude=row.lon,
            )
            for row in read_communes()
            if row.insee in used - known
        ]
    _create(members.Commune, rows, ignore_conflicts=True)


def _load_networks(world: World) -> dict[str, members.Network]:
    found: dict[str, members.Network] = {}
    for has_parent in (False, True):
        rows = [
            members.Network(
                slug=spec.slug,
                name=spec.name,
                parent=found[spec.parent] if spec.parent else None,
            )
            for spec in world.networks
            if (spec.parent is not None) is has_parent
        ]
        found |= {row.slug: row for row in _create(members.Network, rows)}
    return found


# What carries a structure of the demo; an association carries any other.
COMPANIES = {Kind.EI, Kind.ETTI, Kind.ENTREPRISE}


def _load_structures(world: World) -> dict[tuple[str, str], members.Structure]:
    names = {spec.siren: spec.organisation_name for spec in reversed(world.structures)}
    carrier = members.Organisation.Carrier
    carriers = {
        spec.siren: carrier.COMPANY if spec.kind in COMPANIES else carrier.ASSOCIATION
        for spec in world.structures
    }
    organisations = {
        row.siren: row
        for row in _create(
            members.Organisation,
            (
                members.Organisation(siren=siren, name=names[siren], carrier=carriers[siren])
                for siren in dict.fromkeys(spec.siren for spec in world.structures)
            ),
        )
    }
    rows = _create(
        members.Structure,
        (
            members.Structure(
                organisation=organisations[spec.siren],
                siret=spec.siret,
                kind=spec.kind,
                name=spec.name,
                postcode=spec.postcode,
                city=spec.city,
                commune_id=spec.insee,
                department_id=spec.department,
                latitude=spec.latitude,
                longitude=spec.longitude,
                source=members.Structure.Source.DEMO,
                is_claimed=spec.is_claimed,
            )
            for spec in world.structures
        ),
    )
    return {(row.siret, row.kind): row for row in rows}


def _load_ties(
    world: World,
    structures: dict[tuple[str, str], members.Structure],
    networks: dict[str, members.Network],
) -> None:
    """Conventions, papers, memberships and agreements."""
    since = date(world.on.year - 2, 1, 1)
    conventions, papers, memberships, sharings = [], [], [], []
    for spec in world.structures:
        structure = structures[spec.key]
        if spec.convention is not None:
            conventions.append(
                members.Convention(
                    structure=structure,
                    number=spec.convention.number,
                    state=members.Convention.State.VALIDE,
                    starts_on=spec.convention.starts_on,
                    ends_on=spec.convention.ends_on,
                    posts_cfte=spec.convention.posts_cfte,
                )
            )
        papers += [
            members.Certification(structure=structure, name=name, valid_until=until)
            for name, until in spec.certifications
        ]
        memberships += [
            members.Membership(network=networks[slug], structure=structure, starts_on=since)
            for slug in spec.networks
        ]
        sharings += [
            members.SharingAgreement(
                structure=structure,
                network=networks[sharing.network],
                figure_class=sharing.figure_class,
                may_see=sharing.may_see,
                may_compose=sharing.may_compose,
                starts_on=since,
            )
            for sharing in spec.sharings
        ]
    _create(members.Convention, conventions)
    _create(members.Certification, papers)
    _create(members.Membership, memberships)
    _create(members.SharingAgreement, sharings)


def _load_chantiers(world: World, structures: dict[tuple[str, str], members.Structure]) -> None:
    specs = [(spec, chantier) for spec in world.structures for chantier in spec.chantiers]
    rows = _create(
        members.Chantier,
        (
            members.Chantier(
                structure=structures[spec.key],
                name=chantier.name,
                declared_cfte=chantier.declared_cfte,
                can_lead=chantier.can_lead,
            )
            for spec, chantier in specs
        ),
    )
    pairs = [(row, chantier) for row, (_, chantier) in zip(rows, specs, strict=True)]
    since = date(world.on.year, 1, 1)
    _create(members.Activity, _each(pairs, _activities))
    _create(members.Crew, _each(pairs, _crews))
    _create(members.CapacityBooking, _each(pairs, _bookings))
    _create(AccountingYear, _each(pairs, _accounts))
    _create(YearStatement, _each(pairs, _statements))
    _create(
        members.SeasonalProfile,
        (
            members.SeasonalProfile(
                chantier=row, percent_by_month=list(chantier.percent_by_month), valid_from=since
            )
            for row, chantier in pairs
            if chantier.percent_by_month
        ),
    )


def _each[R](
    pairs: list[tuple[members.Chantier, ChantierSpec]],
    rows_of: Callable[[members.Chantier, ChantierSpec], Iterator[R]],
) -> Iterator[R]:
    for row, chantier in pairs:
        yield from rows_of(row, chantier)


def _activities(row: members.Chantier, chantier: ChantierSpec) -> Iterator[members.Activity]:
    for spec in chantier.activities:
        yield members.Activity(
            chantier=row,
            trade=spec.trade,
            certainty=Certainty.GUESSED if spec.is_guessed else Certainty.KNOWN,
            proficiency=spec.proficiency,
            reach_km=spec.reach_km,
            crafts=list(spec.crafts),
        )


def _crews(row: members.Chantier, chantier: ChantierSpec) -> Iterator[members.Crew]:
    for spec in chantier.crews:
        yield members.Crew(
            chantier=row,
            name=spec.name,
            places=spec.places,
            weekly_minutes=spec.weekly_minutes,
            trades=list(spec.trades),
            has_vehicle=spec.has_vehicle,
        )


def _bookings(row: members.Chantier, chantier: ChantierSpec) -> Iterator[members.CapacityBooking]:
    for spec in chantier.bookings:
        yield members.CapacityBooking(
            chantier=row,
            first_month=spec.first_month,
            months=spec.months,
            cfte=spec.cfte,
            reason=spec.reason,
        )


def _accounts(row: members.Chantier, chantier: ChantierSpec) -> Iterator[AccountingYear]:
    for spec in chantier.accounts:
        yield AccountingYear(
            chantier=row,
            first_month=spec.first_month,
            months=spec.months,
            charges_cents=spec.charges_cents,
            receipts_cents=spec.receipts_cents,
            derogation=spec.derogation,
            derogation_reference=spec.derogation_reference,
            derogation_ends_on=spec.derogation_ends_on,
            basis=spec.basis,
        )


def _statements(row: members.Chantier, chantier: ChantierSpec) -> Iterator[YearStatement]:
    """Each year as three figures of the basis that it has, stated by nobody named."""
    for spec in chantier.accounts:
        yield YearStatement(
            chantier=row,
            first_month=spec.first_month,
            months=spec.months,
            basis=spec.basis,
            charges_cents=spec.charges_cents,
            receipts_cents=spec.receipts_cents,
            amounts={UNDETAILED: spec.charges_cents, SALES: spec.receipts_cents},
        )


def _load_people(
    world: World,
    structures: dict[tuple[str, str], members.Structure],
    networks: dict[str, members.Network],
    programmes: dict[str, members.Programme],
) -> None:
    # One hash for all, with a fixed salt: hashing takes longer than the rest, and the password
    # is printed on a page anyway.
    password = make_password(PASSWORD, salt="mondededemonstrationcordee")
    users = _create(
        User,
        (
            User(email=spec.email, display_name=spec.display_name, password=password)
            for spec in world.people
        ),
    )
    _create(
        EmailAddress,
        (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users),
    )
    since = timezone.make_aware(datetime.combine(world.on, time(9, 0)))
    _create(
        members.RoleSeat,
        (
            members.RoleSeat(
                person=user,
                role=role,
                network=networks[spec.network] if spec.network else None,
                structure=structures[spec.structure] if spec.structure else None,
                programme=programmes[spec.programme] if spec.programme else None,
                region_id=spec.region,
                department_id=spec.department,
                since=since,
            )
            for user, spec in zip(users, world.people, strict=True)
            for role in (spec.role, spec.also)
            if role is not None
        ),
    )


def _create[M: models.Model](
    model: type[M], rows: Iterable[M], *, ignore_conflicts: bool = False
) -> list[M]:
    manager = model._default_manager
    return manager.bulk_create(list(rows), batch_size=_BATCH, ignore_conflicts=ignore_conflicts)

"""Digests of the week and campaigns at 750 and 10,000 structures, each against a simple way.

The country is that of the ranking bench: seeded, trades and reaches skewed as they are. Digests are
compared with asking for one structure at a time, by the same rules, in the same run; a campaign
with drawing the same mails and nothing else. What is told twice is counted, and must be nothing.
Seconds are those of the processor, so that a machine with other work measures the same.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

SIZES = (750, 10_000)
# As many as the bench of the ranking asks: every open lot of the country in our trades.
PACKAGES = 5_000
SAMPLE = 40
MEMBERS = 750
LYON = (45.76, 4.84)
# A Monday of winter, half past seven in Paris.
NOW = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)
WEEK = timedelta(days=7)


def run(arguments: Sequence[str] = ()) -> int:
    """Measure each size in a scratch base; 1 where something was told twice."""
    parser = argparse.ArgumentParser(prog="./go bench mobilisation")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--packages", type=int, default=PACKAGES)
    options = parser.parse_args(list(arguments))
    worst = 0
    for size in options.sizes:
        # A child each: peaks of memory do not add up, nor caches help the next one.
        child = os.fork()
        if child == 0:
            os._exit(_alone(size, options.packages))
        worst = max(worst, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    return worst


def _alone(size: int, packages: int) -> int:
    with tempfile.TemporaryDirectory(prefix="cordee-bench-") as folder:
        os.environ["CORDEE_STATE"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        setup_test_environment()
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            call_command("migrate", verbosity=0)
        build(size, packages)
        sent_twice = digests(size, packages)
        campaign(min(size, MEMBERS))
    return 1 if sent_twice else 0


@dataclass
class Cost:
    """Seconds and queries of what ran inside `measured`."""

    seconds: float = 0.0
    queries: int = 0


@contextmanager
def measured() -> Iterator[Cost]:
    from django.db import connection

    cost = Cost()

    def count(execute: Callable[..., Any], *rest: Any) -> Any:
        cost.queries += 1
        return execute(*rest)

    with connection.execute_wrapper(count):
        began = time.process_time()
        yield cost
        cost.seconds = time.process_time() - began


def digests(size: int, packages: int) -> int:
    """Time the run for all but a sample, then the sample one by one; returns what came twice."""
    from cordee.mobilisation.digests import selection, sending
    from cordee.mobilisation.digests.selection import owners_of
    from cordee.mobilisation.models import DigestChoice, DigestItem
    from cordee.opportunities.verdicts import open_possible

    pks = list(DigestChoice.objects.order_by("pk").values_list("pk", flat=True))
    apart = pks[:: max(1, len(pks) // SAMPLE)][:SAMPLE]
    on = NOW.date()
    warm = _owners(apart[:1], on)
    # What runs first is compiled once a process.
    selection.select_for(warm, selection.open_work(on=on, now=NOW), on=on)
    sample = _owners(apart, on)
    together = selection.select_for(sample, selection.open_work(on=on, now=NOW), on=on)
    for owner, its in zip(sample, together, strict=True):
        work = selection.open_work(on=on, now=NOW, around=[owner.choice.structure_id])
        alone = selection.select_for([owner], work, on=on)[0]
        assert _told(alone) == _told(its), f"{owner.choice}: two ways, two digests"
    DigestChoice.objects.filter(pk__in=apart).update(is_on=False)
    before = peak_mb()
    with measured() as many:
        issues = sending.run(NOW)
    after = peak_mb()
    DigestChoice.objects.filter(pk__in=apart).update(is_on=True)
    with measured() as one_by_one:
        for pk in apart:
            (owner,) = owners_of([DigestChoice.objects.get(pk=pk)], on=on)
            work = selection.open_work(on=on, now=NOW, around=[owner.choice.structure_id])
            sending._settle([pk], work, open_possible(NOW), on=on, now=NOW)
    recipients = len(pks) - len(apart)
    print(f"\nDigests: {size:,} structures, {packages:,} open packages", flush=True)
    print(f"{'':<26}{'seconds':>9}{'ms each':>9}{'queries':>9}{'each':>8}")
    _line("in columns", many, recipients)
    _line("one structure at a time", one_by_one, len(apart))
    ratio = (one_by_one.seconds / len(apart)) / (many.seconds / recipients)
    print(
        f"ratio {ratio:.1f}; {issues:,} issues, "
        f"{DigestItem.objects.count():,} lines; peak memory {after:,.0f} MB "
        f"({after - before:+,.0f} MB by the run)"
    )
    second_run = sending.run(NOW + timedelta(minutes=15))
    next_week = sending.run(NOW + WEEK)
    twice = sent_twice()
    print(
        f"run again at once: {second_run} issues; the week after: {next_week:,} issues; "
        f"told twice: {twice}",
        flush=True,
    )
    return twice + second_run


def _owners(pks: Sequence[int], on: Any) -> list[Any]:
    from cordee.mobilisation.digests.selection import owners_of
    from cordee.mobilisation.models import DigestChoice

    return owners_of(list(DigestChoice.objects.filter(pk__in=pks).order_by("pk")), on=on)


def _told(found: Any) -> list[tuple[int, dict[str, Any]]]:
    return [(item.opportunity.pk, item.facts) for item in found.items]


def sent_twice() -> int:
    """Lines beyond the first of a structure and an opportunity, and mails beyond one an issue."""
    from django.db.models import Count

    from cordee.base.mail.models import OutgoingMail
    from cordee.mobilisation.models import Digest, DigestItem

    pairs = DigestItem.objects.order_by().values("structure", "opportunity")
    lines = sum(each["n"] - 1 for each in pairs.annotate(n=Count("pk")).filter(n__gt=1))
    mails = OutgoingMail.objects.filter(kind="digest").count()
    return lines + abs(mails - Digest.objects.count())


def campaign(members: int) -> None:
    """Time the ranked list of a network, then its mails, against drawing these mails alone."""
    from django.db.models import Count

    from cordee.accounts.models import User
    from cordee.base.mail import outbox
    from cordee.base.mail.models import OutgoingMail
    from cordee.members.models import Network
    from cordee.mobilisation.actions import campaigns, relaying
    from cordee.mobilisation.campaigns.access import RelayPost
    from cordee.mobilisation.models import DigestItem, Recipient
    from cordee.opportunities.models import Opportunity

    post = RelayPost(Network.objects.get(slug="banc"), is_staff=True)
    by = User.objects.get(email="equipe@exemple.fr")
    now = NOW + timedelta(hours=3)  # within office hours
    # What most members were told of: the list is long.
    items = DigestItem.objects.filter(structure__memberships__network=post.network).order_by()
    most = items.values("opportunity").annotate(n=Count("pk")).order_by("-n", "opportunity")[0]
    opportunity = Opportunity.objects.get(pk=most["opportunity"])
    with measured() as listing:
        made = campaigns.start_campaign(
            post=post, opportunities=[opportunity], by=by, now=now, on=now.date()
        )
    made.recipients.update(state=Recipient.State.CHOSEN)
    listed = made.recipients.count()
    before = OutgoingMail.objects.count()
    draw, drawing = outbox.draw, 0.0

    def timed(*arguments: Any) -> tuple[str, str, str]:
        nonlocal drawing
        began = time.process_time()
        drawn = draw(*arguments)
        drawing += time.process_time() - began
        return drawn

    campaigns.send_campaign(campaign=made, post=post, by=by, now=now, on=now.date())
    with measured() as sending:
        outbox.draw = timed
        try:
            relaying.relay(now=now, campaign=made)
        finally:
            outbox.draw = draw
    mails = OutgoingMail.objects.count() - before
    print(f"\nCampaign of a network of {members:,}: {listed:,} members concerned")
    print(f"{'':<26}{'seconds':>9}{'ms each':>9}{'queries':>9}{'each':>8}")
    _line("ranked list", listing, members)
    _line("mails written", sending, max(1, mails))
    print(
        f"{mails / sending.seconds:,.0f} mails a second; "
        f"ratio to drawing their text alone {sending.seconds / max(drawing, 1e-9):.1f}"
    )


def _line(name: str, cost: Cost, each: int) -> None:
    print(
        f"{name:<26}{cost.seconds:>9.2f}{1e3 * cost.seconds / each:>9.2f}"
        f"{cost.queries:>9,}{cost.queries / each:>8.2f}",
        flush=True,
    )


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- The world ----------------------------------------------------------------------------------


def build(size: int, packages: int) -> None:
    """Structures with a director and a digest each, a network of 750 neighbours, open packages."""
    from cordee.accounts.models import User
    from cordee.members.models import Membership, Network, RoleSeat
    from cordee.mobilisation.models import DigestChoice

    structures = _structures(size)
    people = User.objects.bulk_create(
        (User(email=f"direction{n}@exemple.fr", password="!") for n in range(size)), batch_size=500
    )
    staff = User.objects.create(email="equipe@exemple.fr", password="!")
    network = Network.objects.create(name="Banc", slug="banc")
    RoleSeat.objects.create(person=staff, role="network_staff", network=network)
    RoleSeat.objects.bulk_create(
        (
            RoleSeat(person=person, role="director", structure=structure)
            for person, structure in zip(people, structures, strict=True)
        ),
        batch_size=500,
    )
    Membership.objects.bulk_create(
        Membership(network=network, structure=each, starts_on=NOW.date() - WEEK)
        for each in sorted(structures, key=_from_lyon)[:MEMBERS]
    )
    DigestChoice.objects.bulk_create(
        (
            DigestChoice(
                structure=each,
                chosen_by=person,
                chosen_at=NOW - WEEK,
                settled_until=NOW - WEEK,
            )
            for each, person in zip(structures, people, strict=True)
        ),
        batch_size=500,
    )
    _open_work(packages)


def _from_lyon(structure: Any) -> float:
    """A network has its ground: members all over the country would leave a campaign empty."""
    return float(structure.distance_km(*LYON))


def _structures(size: int) -> list[Any]:
    """The rows of the country of the ranking bench, with their trades and crews."""
    from benchmarks import rank_country
    from cordee.members.models import Activity, Chantier, Crew, Organisation, Structure

    (block,) = rank_country.country(size, block_rows=size)
    carrier = Organisation.objects.create(siren="900000000", name="Banc")
    kinds = [block.profiles[its["profile"]].kind for its in block.structures]
    structures = Structure.objects.bulk_create(
        (
            Structure(
                organisation=carrier,
                siret=f"9{row:013d}",
                kind=kind,
                name=f"Structure {row}",
                latitude=float(block.latitude_deg[row]),
                longitude=float(block.longitude_deg[row]),
            )
            for row, kind in enumerate(kinds)
        ),
        batch_size=500,
    )
    chantiers = Chantier.objects.bulk_create(
        (Chantier(structure=each, name=each.name) for each in structures), batch_size=500
    )
    activities, crews = [], []
    for row, (its, chantier) in enumerate(zip(block.structures, chantiers, strict=True)):
        for skill in block.skills[its["first_skill"] : its["end_skill"]]:
            activities.append(
                Activity(
                    chantier=chantier,
                    trade=block.trades[skill["trade"]],
                    certainty="known" if skill["certainty"] == 2 else "guessed",
                    proficiency=int(skill["proficiency"]),
                    reach_km=int(skill["reach_km"]),
                )
            )
        if its["capacity_row"] >= 0:
            crews.append(Crew(chantier=chantier, name="Équipe", places=6 + row % 8))
    Activity.objects.bulk_create(activities, batch_size=500)
    Crew.objects.bulk_create(crews, batch_size=500)
    return structures


def _open_work(count: int) -> None:
    """Open notices of one package each, near structures, as the ranking bench draws them."""
    from benchmarks import rank_country
    from cordee.opportunities.models import (
        Breakdown,
        NoticeVersion,
        Opportunity,
        Publication,
        Reading,
        WorkPackage,
    )

    drawn = rank_country.packages(count)
    # Far enough that the week after still finds them open.
    deadlines = [NOW + WEEK + timedelta(days=3 + n % 40) for n in range(count)]
    made = Opportunity.objects.bulk_create(
        (
            Opportunity(
                title=f"{each.trade} {n}",
                buyer_name="Commune de Saint-Aubin",
                deadline=deadline,
                source="boamp",
                lots_count=1,
            )
            for n, (each, deadline) in enumerate(zip(drawn, deadlines, strict=True))
        ),
        batch_size=500,
    )
    publications = Publication.objects.bulk_create(
        (Publication(opportunity=o, source="boamp", source_id=f"banc-{o.pk}") for o in made),
        batch_size=500,
    )
    versions = NoticeVersion.objects.bulk_create(
        (
            NoticeVersion(
                publication=each,
                format="boamp_mapa",
                kind="call",
                sha256=f"{each.pk:064x}",
                packed_content=b"",
                imported_from="banc.json",
            )
            for each in publications
        ),
        batch_size=500,
    )
    readings = Reading.objects.bulk_create(
        (Reading(version=each, reader_version="banc", data={}) for each in versions),
        batch_size=500,
    )
    breakdowns = Breakdown.objects.bulk_create(
        (
            Breakdown(opportunity=o, number=1, reading=reading, origin="reading")
            for o, reading in zip(made, readings, strict=True)
        ),
        batch_size=500,
    )
    WorkPackage.objects.bulk_create(
        (
            WorkPackage(
                breakdown=breakdown,
                position=1,
                label=each.label,
                trade=each.trade,
                latitude=each.latitude_deg,
                longitude=each.longitude_deg,
                first_month=each.first_month,
                months=each.months,
                need_cfte=each.need_cfte,
                amount_cents=each.amount_cents,
                reserved="INSERTION" if each.eligible_kinds else "",
            )
            for breakdown, each in zip(breakdowns, drawn, strict=True)
        ),
        batch_size=500,
    )

"""Writes of rankings."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.models import Network
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem
from cordee.mobilisation.models.rankings import NightRanking, Ranking
from cordee.opportunities.models import Breakdown, WorkPackage


@transaction.atomic
def rank_structures(*, breakdown: Breakdown, viewer: Viewer, by: User | None) -> Ranking:
    """Rank who could answer each package of a breakdown, and keep the ranking with its inputs.

    A ranking shows each structure by itself, so it is made of figures that may also be seen.
    Raises `problem.NotComposable` where a package has no place, time or size.
    """
    packages = problem.engine_packages(breakdown.packages.all(), on=viewer.on)
    params = problem.params_for(packages)
    shown = viewer.asker.shown_only
    field, others = problem.ranked_candidates(packages, viewer=shown, params=params)
    ranking = Ranking.objects.create(
        breakdown=breakdown,
        network=viewer.network,
        made_by=by,
        computed_for=viewer.on,
        engine_version=problem.ENGINE_VERSION,
        inputs=problem.problem_json(packages, field, params=params),
        rows=problem.ranking_of(packages, field, params=params, others=others),
    )
    journal.record(
        "mobilisation.rank_structures",
        ranking,
        by=by,
        after={"breakdown": breakdown.pk, "packages": len(packages)},
    )
    return ranking


@transaction.atomic
def keep_night_ranking(
    *,
    package: WorkPackage,
    network: Network | None,
    listed: problem.Listed,
    known: Mapping[str, problem.CandidateRow],
    version: str,
    on: date,
) -> NightRanking:
    """Keep the night's list of one package in the place of the last one; no journal line."""
    kept, _ = NightRanking.objects.update_or_create(
        package=package,
        network=network,
        defaults={
            "computed_for": on,
            "engine_version": problem.ENGINE_VERSION,
            "blocks_version": version,
            "compared": listed.compared,
            "ranked": listed.ranked,
            "set_aside": dict(listed.set_aside),
            "rows": [
                {**asdict(known[name]), **note}
                for name, note in listed.notes.items()
                if name in known
            ],
        },
    )
    return kept


@transaction.atomic
def drop_night_rankings(*, packages: QuerySet[WorkPackage], networks: QuerySet[Network]) -> int:
    """Forget the night's lists of all but these packages and networks; returns how many."""
    gone = NightRanking.objects.exclude(
        Q(package__in=packages), Q(network__isnull=True) | Q(network__in=networks)
    )
    return gone.delete()[0]

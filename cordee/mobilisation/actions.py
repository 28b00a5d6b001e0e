"""Every write of the room that means something."""

from datetime import date

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem
from cordee.mobilisation.models import Ranking
from cordee.opportunities.models import Breakdown


@transaction.atomic
def rank_structures(*, breakdown: Breakdown, viewer: Viewer, by: User | None, on: date) -> Ranking:
    """Rank who could answer each package of a breakdown, and keep the ranking with its inputs.

    A ranking shows each structure by itself, so it is made of figures that may also be seen.
    Raises `problem.NotComposable` where a package has no place, time or size.
    """
    packages = problem.engine_packages(breakdown.packages.all(), on=on)
    params = problem.params_for(packages)
    field = problem.engine_candidates(
        packages, viewer=viewer, on=on, params=params, shown_only=True
    )
    ranking = Ranking.objects.create(
        breakdown=breakdown,
        network=viewer.network,
        made_by=by,
        computed_for=on,
        engine_version=problem.ENGINE_VERSION,
        inputs=problem.problem_json(packages, field, params=params),
        rows=problem.ranking_of(packages, field, params=params),
    )
    journal.record(
        by=by,
        verb="mobilisation.rank_structures",
        target=ranking,
        after={"breakdown": breakdown.pk, "packages": len(packages)},
    )
    return ranking

"""Who may see a ranking. Each docstring is the rule."""

from cordee.members.models import Network
from cordee.members.sharing import Viewer
from cordee.mobilisation.models import Ranking
from cordee.opportunities.models import Breakdown


def ranking_for(viewer: Viewer, breakdown: Breakdown) -> Ranking | None:
    """The newest ranking made as this viewer sees figures: her network's, or her own.

    A ranking made for another network holds figures shared with that one; it is never shown here.
    """
    rankings = Ranking.objects.filter(breakdown=breakdown)
    network: Network | None = viewer.network
    if network is not None:
        return rankings.filter(network=network).first()
    return rankings.filter(network__isnull=True, made_by=viewer.user).first()

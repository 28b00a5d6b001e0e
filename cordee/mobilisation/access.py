"""Who may see a ranking. Each docstring is the rule."""

from cordee.members.sharing import Viewer
from cordee.mobilisation.models import NightRanking, Ranking
from cordee.mobilisation.pages import Night
from cordee.opportunities.models import Breakdown


def ranking_for(viewer: Viewer, breakdown: Breakdown) -> Ranking | None:
    """The newest ranking made as this viewer sees figures: their network's, or their own.

    Of an earlier cut of the opportunity where there is none of this one: it says so itself.
    A ranking made for another network holds figures shared with that one; it is never shown here.
    """
    # The inputs weigh a hundred times the rows, and no page shows them.
    rankings = (
        Ranking.objects.filter(breakdown__opportunity=breakdown.opportunity_id)
        .defer("inputs")
        .order_by("-breakdown__number", "-made_at", "-pk")
    )
    if viewer.network is not None:
        return rankings.filter(network=viewer.network).first()
    return rankings.filter(network__isnull=True, made_by=viewer.user).first()


def night_for(viewer: Viewer, breakdown: Breakdown) -> Night | None:
    """The lists of the night as this viewer's network sees figures, else as everybody does.

    Those of another network are never shown. Only for who may open the opportunity.
    """
    kept = NightRanking.objects.filter(package__breakdown=breakdown).select_related("package")
    if viewer.network is not None:
        own = Night.of(list(kept.filter(network=viewer.network)))
        if own is not None:
            return own
    return Night.of(list(kept.filter(network__isnull=True)))


def found_for(viewer: Viewer, breakdown: Breakdown | None) -> tuple[Ranking | Night | None, bool]:
    """The ranking that somebody asked for, else that of the night; and whether it is the latter."""
    if breakdown is None:
        return None, False
    asked = ranking_for(viewer, breakdown)
    if asked is not None:
        return asked, False
    night = night_for(viewer, breakdown)
    return night, night is not None

"""What a structure did with others, counted for its self-positioning."""

from collections.abc import Collection
from datetime import date

from django.urls import reverse

from cordee.agreement.phases import EDITABLE, Phase
from cordee.alliances.models import Alliance, AllianceParty
from cordee.base.ui import french
from cordee.members.evidence import Counter, Proof, first_counted, since
from cordee.members.models import Structure

WON = (Phase.SIGNED, Phase.DELIVERY)
FILED = tuple(set(Phase) - EDITABLE - {Phase.ABANDONED})


def _counter(label: str, phases: Collection[Phase], noun: str, words: str) -> Counter:
    def count(structure: Structure, on: date) -> Proof | None:
        """Alliances opened since then where it said yes and stayed."""
        inside = AllianceParty.State.INTERESTED
        rows = Alliance.objects.filter(phase__in=phases, made_at__date__gte=first_counted(on))
        found = rows.filter(parties__structure=structure, parties__state=inside).count()
        told, url = f"{words} {since(on)}", reverse("alliances:list")
        return Proof(french.count(found, noun), told, url) if found else None

    return Counter(label, count)


COUNTERS = {
    "alliances.filed": _counter("offres déposées à plusieurs", FILED, "offre", "à plusieurs"),
    "alliances.won": _counter("marchés obtenus à plusieurs", WON, "marché", "à plusieurs"),
}

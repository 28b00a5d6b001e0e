"""Whom an urgent call reaches: those who did it before, among the members of the network."""

from collections import Counter
from datetime import date, datetime, timedelta

from cordee.base.masking import band
from cordee.members.models import Activity, Network, Structure
from cordee.members.models.capacity import Certainty
from cordee.mobilisation.models import UrgentCall, UrgentCallReach
from cordee.opportunities.models import ContractHolder

WELL_DONE = 2
"""From this proficiency on (0 to 3), a trade is one that the structure knows how to do."""

MAILED_A_WEEK = 2
"""How many calls a structure gets by mail in seven days; the others wait on its page."""

ASKED_A_WEEK = 2
"""How many calls a structure may make in seven days."""

WEEK = timedelta(days=7)


def peers(
    *, network: Network, structure: Structure, trade: str, on: date
) -> dict[int, UrgentCallReach.Why]:
    """Members other than the asker and its organisation, by id, with why each may know.

    By a trade declared and well done, or by a contract held in this trade whose holder has the
    same SIREN. Competitors are not left out: the question carries nothing they could use (RULE-38),
    and who did it before is who can answer.
    """
    members = (
        Structure.objects.of_network(network, on)
        .active()
        .exclude(organisation=structure.organisation_id)
    )
    done = Activity.objects.filter(
        trade=trade, certainty=Certainty.KNOWN, proficiency__gte=WELL_DONE
    )
    by_trade = members.filter(pk__in=done.values("chantier__structure"))
    found = dict.fromkeys(by_trade.values_list("pk", flat=True), UrgentCallReach.Why.TRADE)
    held = ContractHolder.objects.filter(contract__trade=trade).exclude(siret="")
    sirens = {siret[:9] for siret in held.values_list("siret", flat=True).distinct()}
    for pk, siret in members.values_list("pk", "siret"):
        if pk not in found and siret[:9] in sirens:
            found[pk] = UrgentCallReach.Why.CONTRACT
    return found


def peer_count(count: int) -> str:
    """How many, in bands, never who (decision 18); none is told apart: it cannot be sent."""
    return f"{band(count)} structures" if count else "aucune structure"


def at_weekly_limit(*, structures: set[int], now: datetime) -> set[int]:
    """Those of these structures that got their calls of the week by mail."""
    recent = UrgentCallReach.objects.filter(
        structure__in=structures, is_mailed=True, at__gt=now - WEEK
    )
    counts = Counter(recent.values_list("structure", flat=True))
    return {pk for pk, count in counts.items() if count >= MAILED_A_WEEK}


def may_ask(*, structure: Structure, now: datetime) -> bool:
    """Whether a structure may make one more call this week."""
    made = UrgentCall.objects.filter(structure=structure, at__gt=now - WEEK)
    return made.count() < ASKED_A_WEEK

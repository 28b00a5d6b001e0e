"""What would become of a draft if it were sent now: said in the list, before anything leaves.

Of what this network did alone: a draft costs nothing, so it would be a way to find whom another
network asks, or how often. Its page says what happens then, and never to whom (decision 17).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.utils import timezone

from cordee.accounts import mailing
from cordee.mobilisation.actions.relaying import LAST_MAIL
from cordee.mobilisation.campaigns import mail_times
from cordee.mobilisation.campaigns.access import RelayPost, people_of
from cordee.mobilisation.campaigns.mail_times import rooms
from cordee.mobilisation.models import Campaign, Recipient


class Fate(Enum):
    NOW = ("Courrier tout de suite", "")
    MORNING = ("Courrier au prochain jour ouvré, 8\u202fh", "attente")
    CAP = ("Assez de courriers cette semaine\u00a0: plus tard", "attente")
    CALL = ("À appeler\u00a0: personne n’a de compte", "tel")
    CALL_CAP = ("À appeler\u00a0: trop de courriers d’ici la fin", "tel")
    ALREADY = ("Déjà sollicitée par votre réseau\u00a0: pas de second courrier", "prive")
    FOREIGN = ("Plus dans votre réseau ou votre territoire", "vigilance")

    def __init__(self, label: str, icon: str) -> None:
        self.label, self.icon = label, icon

    @property
    def is_mail(self) -> bool:
        """Whether something is written to the user, now or later."""
        return self in (Fate.NOW, Fate.MORNING, Fate.CAP)


@dataclass(frozen=True, slots=True)
class Forecast:
    """By id of recipient; the campaigns are those of the network itself that asked already."""

    fates: Mapping[int, Fate]
    asked_by: Mapping[int, Campaign]

    def counted(self, chosen: Sequence[Recipient]) -> list[tuple[Fate, int]]:
        """How many structures meet each fate; one asked twice meets the kindest."""
        best: dict[int, Fate] = {}
        order = list(Fate)
        for each in chosen:
            fate = self.fates[each.pk]
            known = best.get(each.structure_id)
            if known is None or order.index(fate) < order.index(known):
                best[each.structure_id] = fate
        counts = Counter(best.values())
        return [(fate, counts[fate]) for fate in Fate if counts[fate]]


def forecast(
    campaign: Campaign, recipients: Collection[Recipient], *, post: RelayPost, now: datetime
) -> Forecast:
    """The fate of each recipient of a draft, in a fixed number of queries."""
    structures = {each.structure_id: each.structure for each in recipients}
    mine = set(
        post.members(on=timezone.localdate(now))
        .filter(pk__in=structures)
        .values_list("pk", flat=True)
    )
    relayed = Recipient.objects.relayed().filter(
        campaign__network=campaign.network, structure__in=structures
    )
    asked = {
        (row.structure_id, row.opportunity_id): row.campaign
        for row in relayed.select_related("campaign__by").order_by("-relayed_at", "-pk")
    }
    people = people_of(structures.values())
    everybody = [person for some in people.values() for person in some]
    wanting = mailing.people_who_want(everybody, kind="asks")
    room = rooms(structures, now, network=campaign.network)
    is_open = mail_times.is_open(now)
    fates = {}
    for each in recipients:
        if each.structure_id not in mine:
            fate = Fate.FOREIGN
        elif (each.structure_id, each.opportunity_id) in asked:
            fate = Fate.ALREADY
        elif not any(person.pk in wanting for person in people[each.structure_id]):
            fate = Fate.CALL
        elif room[each.structure_id] > now:
            leaves_at = mail_times.next_opening(room[each.structure_id])
            late = leaves_at > campaign.answers_close_at - LAST_MAIL
            fate = Fate.CALL_CAP if late else Fate.CAP
        else:
            fate = Fate.NOW if is_open else Fate.MORNING
        fates[each.pk] = fate
    by = {
        each.pk: asked[each.structure_id, each.opportunity_id]
        for each in recipients
        if fates[each.pk] is Fate.ALREADY
    }
    return Forecast(fates, by)

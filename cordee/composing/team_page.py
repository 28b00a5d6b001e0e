"""What the first page of a team says: who does what, what stays to confirm, what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from cordee.accounts.models import User
from cordee.base.ui import french, months
from cordee.composing import pages
from cordee.composing.models import Proposal
from cordee.composing.problem.sentences import AssumptionSentence
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.members.today.way_back import coming_back
from cordee.mobilisation.conversations import access as conversations
from cordee.opportunities.models import Opportunity

MOST_TO_CONFIRM = 2
# A small team links each name; a larger one, on the page of the proof.
MOST_LINKED = 3
OLD_AFTER = timedelta(days=30)


@dataclass(slots=True)
class ToConfirm:
    """What stays to confirm of one structure: how to ask it, and its telephone.

    `ask_url` is "" where the user may not ask; `ask_words` names the button.
    """

    structure_id: int
    name: str
    span: str = ""
    guesses: list[AssumptionSentence] = field(default_factory=list)
    phone: str = ""
    ask_url: str = ""
    ask_words: str = "Demander cette réponse"

    @property
    def phrases(self) -> list[tuple[str, str]]:
        """What is not known of it and how far, said once for the same months.

        Months are left out where they are those of the whole contract.
        """
        return self._phrases(unsaid=self.span)

    @property
    def question(self) -> str:
        """What is asked, as the message says it; nobody else of the team is named (RULE-38)."""
        asked = "\u202f; ".join(f"{self.name} {what}" for what, _ in self._phrases(unsaid=""))
        return f"{asked}. Est-ce juste\u202f?"

    def _phrases(self, *, unsaid: str) -> list[tuple[str, str]]:
        same: dict[tuple[str, str], list[str]] = {}
        for each in self.guesses:
            when = "" if each.when == unsaid else each.when
            same.setdefault((when, each.certainty), []).append(each.phrase)
        return [
            (f"{french.series(what)} {when}".strip(), how) for (when, how), what in same.items()
        ]


def to_confirm(
    page: pages.Page, shown: pages.Shown, viewer: Viewer, *, may_ask: bool
) -> list[ToConfirm]:
    """By structure, what a team rests on. A fixed number of queries, whatever the team.

    Who relays for a network writes to its member; who directs a structure, to their network. Both
    read the message before it leaves.
    """
    found: dict[int, ToConfirm] = {}
    names = {row.structure_id: row.name for row in shown.team.rows}
    span = months.spans(page.posed.months)
    for guess in shown.guesses:
        pk = guess.structure_id
        one = found.setdefault(pk, ToConfirm(pk, names.get(pk, ""), span))
        one.guesses.append(guess)
    if may_ask and found and isinstance(viewer.user, User):
        opportunity = page.composition.breakdown.opportunity
        here = reverse("composing:detail", args=[page.composition.pk])
        _ask(list(found.values()), opportunity, viewer.user, viewer.on, here)
    return list(found.values())


def _ask(
    rows: Sequence[ToConfirm], opportunity: Opportunity, person: User, on: date, here: str
) -> None:
    ids = [row.structure_id for row in rows]
    phones = dict(Structure.objects.filter(pk__in=ids).values_list("pk", "phone"))
    posts = conversations.posts_to_write_from(person, opportunity)
    members = {
        pk
        for post in posts
        for pk in conversations.members_to_write(person, post, on=on)
        .filter(pk__in=ids)
        .values_list("pk", flat=True)
    }
    own = list(Structure.objects.directed_by(person))
    has_network = not posts and any(
        conversations.counterparts_of(each, opportunity, person, on=on) for each in own[:1]
    )
    for row in rows:
        row.phone = phones.get(row.structure_id, "")
        if row.structure_id in {each.pk for each in own}:
            of_accounts = any(each.is_of_accounts for each in row.guesses)
            route = "economics:state" if of_accounts else "members:sheet"
            row.ask_url = coming_back(reverse(route, args=[row.structure_id]), here)
            row.ask_words = "Dire mes recettes" if of_accounts else "Le dire dans ma fiche"
        elif row.structure_id in members:
            address = reverse("conversations:write", args=[opportunity.pk, row.structure_id])
            text = f"Bonjour,\n\nPour répondre à ce marché à plusieurs\u00a0: {row.question}"
            row.ask_url = f"{address}?{urlencode({'text': text})}"
        elif has_network:
            address = reverse("conversations:ask", args=[opportunity.pk])
            text = f"Bonjour,\n\nPouvez-vous demander à {row.name}\u00a0: {row.question}"
            row.ask_url = f"{address}?{urlencode({'text': text})}"


class TeamPage:
    """What the first page adds to a team, to one reader; `proposal` is that team kept, if it is."""

    def __init__(
        self,
        page: pages.Page,
        shown: pages.Shown,
        viewer: Viewer,
        *,
        proposal: Proposal | None,
        may_ask: bool,
    ) -> None:
        composition = page.composition
        self.rests_on = to_confirm(page, shown, viewer, may_ask=may_ask)
        self.shown = self.rests_on[:MOST_TO_CONFIRM]
        # How many structures more are named on the page of the proof.
        self.more = len(self.rests_on) - len(self.shown)
        self.own_ids = viewer.structure_ids
        self.is_linked = may_ask and len(shown.team.rows) <= MOST_LINKED
        self.proposal = proposal
        # The invented valley is read by everybody, and redone by nobody.
        self.is_changed = may_ask and composition.is_outdated
        self.is_old = may_ask and viewer.on - composition.computed_for > OLD_AFTER

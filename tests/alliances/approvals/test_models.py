"""An alliance keeps the model of the text that it approved, until somebody chooses the new one."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from cordee.accounts.models import JournalEntry
from cordee.alliances.approvals import actions
from cordee.alliances.dossier_builder import group_convention
from cordee.alliances.models import Alliance
from cordee.alliances.state.approval_chain import chain_faults
from cordee.alliances.state.current import state_of
from cordee.base.documents.rewording import reworded
from cordee.dossier.texts import MODEL
from cordee.members.models import Organisation
from tests.alliances.makers import Rope
from tests.strict_client import StrictClient

Make = Callable[..., Rope]


def approved_before(rope: Make) -> Rope:
    """All approved while the first model was the only one."""
    team = rope().to_documents()
    Alliance.objects.update(paper_model=1)
    for key in team.members:
        team.approve(key)
    return team


def test_who_approved_the_first_model_keeps_it_until_somebody_chooses(
    rope: Make, client: StrictClient
) -> None:
    team = approved_before(rope)
    assert len(state_of(team.fresh, now=team.now).approved) == len(team.members)
    text = group_convention(team.fresh, on=team.on).plain_text()
    assert "Répond au plus de" in text
    client.force_login(team.leader)
    here = reverse("alliances:new_model", args=[team.alliance.pk])
    assert here in client.get(reverse("alliances:approvals", args=[team.alliance.pk])).text
    page = client.get(here).text
    assert "Répond au plus de" in page
    assert "pas des plafonds" in page
    client.post(here)
    assert team.fresh.paper_model == MODEL
    assert "pas des plafonds" in group_convention(team.fresh, on=team.on).plain_text()
    assert state_of(team.fresh, now=team.now).approved == set()
    assert chain_faults(team.alliance) == ()
    assert JournalEntry.objects.filter(verb="alliances.choose_new_model").count() == 1
    assert "déjà celui du dernier modèle" in client.get(here).text


def test_a_new_alliance_reads_the_newest_model_and_keeps_what_it_approves(rope: Make) -> None:
    team = rope().to_documents()
    assert team.fresh.paper_model is None
    team.approve("jardins")
    assert team.fresh.paper_model == MODEL
    team.approve("toits")
    assert len(state_of(team.fresh, now=team.now).approved) == 2
    actions.choose_new_model(alliance=team.fresh, by=team.leader)
    assert not JournalEntry.objects.filter(verb="alliances.choose_new_model").exists()


def test_what_changes_is_said_place_by_place(rope: Make) -> None:
    team = approved_before(rope)
    before = group_convention(team.fresh, on=team.on)
    after = group_convention(team.fresh, on=team.on, model=MODEL)
    assert reworded(before, before) == []
    changes = reworded(before, after)
    headings = {change.heading for change in changes}
    assert {"2. Forme du groupement et solidarité", "3. Mandataire"} <= headings
    assert "1. Objet" not in headings


def test_a_choice_made_after_approval_asks_everybody_again(
    rope: Make, client: StrictClient
) -> None:
    team = rope().to_documents()
    for key in team.members:
        team.approve(key)
    client.force_login(team.leader)
    here = reverse("alliances:common_terms", args=[team.alliance.pk])
    page = client.get(here).text
    assert "À la majorité des autres\u00a0: plus de la moitié des voix suffit" in page
    version = {"version": team.fresh.version}
    # What stands is what the model says: to keep it is no change.
    client.post(here, version | {"exclusion": "", "notice": ""})
    assert len(state_of(team.fresh, now=team.now).approved) == len(team.members)
    refused = client.post(here, version | {"exclusion": "{{ 7*7 }} <w:t>"})
    assert team.fresh.version == version["version"]
    assert "Une réponse est à corriger" in refused.text
    client.post(here, version | {"exclusion": "majorite", "insurance_cents": "1 500 000"})
    state = state_of(team.fresh, now=team.now)
    assert (state.approved, state.accepted) == (set(), set())
    text = group_convention(team.fresh, on=team.on).plain_text()
    assert "à la majorité de leurs voix" in text
    assert "au moins 1\u202f500\u202f000,00\u202f€ par sinistre" in text
    history = client.get(reverse("alliances:table_history", args=[team.alliance.pk])).text
    assert "Exclusion\u00a0: À l’unanimité des autres → À la majorité des autres" in history
    # Somebody who began from the version before reads what was chosen since, and not its slug.
    clash = client.post(here, version | {"exclusion": "", "insurance_cents": "2"}).text
    assert "ici\u00a0: «\u00a0au moins 1\u202f500\u202f000,00\u202f€ par sinistre" in clash
    client.force_login(team.directors["toits"])
    share = client.get(reverse("alliances:share", args=[team.alliance.pk, team.party("toits").pk]))
    assert "À la majorité des autres" in share.text
    assert "Quinze jours" not in share.text
    team.accept_all()
    approving = reverse("alliances:approve", args=[team.alliance.pk, team.party("toits").pk])
    page = client.get(approving).text
    assert "À la majorité des autres" in page
    assert "Quinze jours" in page


def test_who_approved_the_first_model_is_not_asked_what_it_does_not_say(
    rope: Make, client: StrictClient
) -> None:
    team = approved_before(rope)
    client.force_login(team.leader)
    here = reverse("alliances:common_terms", args=[team.alliance.pk])
    page = client.get(here).text
    assert "exclure un membre" not in page
    assert "Le nouveau modèle laisse d’autres choix" in page
    client.post(here, {"version": team.fresh.version, "exclusion": "majorite"})
    assert len(state_of(team.fresh, now=team.now).approved) == len(team.members)


@pytest.fixture
def as_before(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Take the base back to what it was before models had numbers; put right afterwards."""

    def back() -> None:
        MigrationExecutor(connection).migrate(
            [("alliances", "0020_what_allows_a_change_of_members")]
        )

    yield back
    forward()


def forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_a_base_made_before_keeps_the_text_of_each_approval(
    as_before: Callable[[], None], rope: Make
) -> None:
    team = approved_before(rope)
    sha = team.sha()
    as_before()
    forward()
    assert team.fresh.paper_model == 1
    assert team.sha() == sha
    assert len(state_of(team.fresh, now=team.now).approved) == len(team.members)


def test_a_legal_person_called_otherwise_signs_from_the_third_model_on(rope: Make) -> None:
    team = rope().to_documents()
    own = team.party("jardins").structure
    Organisation.objects.filter(pk=own.organisation_id).update(name="CCAS du Val", carrier="PUBLIC")
    for model, is_named in ((2, False), (3, True)):
        text = group_convention(team.fresh, on=team.on, model=model).plain_text()
        assert ("CCAS du Val" in text) is is_named
        assert own.name in text

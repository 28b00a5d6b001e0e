"""How a real installation gets its first network, its first person and its first trades."""

from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.members.models import Activity, Network, RoleSeat
from cordee.members.sharing import Viewer
from cordee.rules.crafts import TRADE as FINISHING
from tests.members.makers import make_structure
from tests.strict_client import StrictClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territories_loaded")]


@pytest.fixture
def territories_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading the communes of France is another test's subject."""
    monkeypatch.setattr("cordee.base.terminal.prepare_base", lambda progress: None)


def run(*words: str) -> str:
    said = StringIO()
    call_command(*words, stdout=said, stderr=StringIO())
    return said.getvalue()


def test_an_invited_person_chooses_a_password_and_signs_in(
    client: StrictClient, settings: Any
) -> None:
    settings.SITE_ADDRESS = "https://cordee.exemple.fr"
    run("open_network", "mon-reseau", "Mon réseau")
    said = run("invite", "Nadia@Reseau.example", "--role=network_staff", "--network=mon-reseau")
    link = urlsplit(said.split()[-1])
    assert (link.scheme, link.netloc) == ("https", "cordee.exemple.fr")
    form = client.get(link.path, follow=True)
    address = form.redirect_chain[-1][0]
    chosen = {"password1": "sept-lampes-de-cuivre", "password2": "sept-lampes-de-cuivre"}
    client.post(address, chosen)
    visitor = StrictClient()
    credentials = {"login": "nadia@reseau.example", "password": "sept-lampes-de-cuivre"}
    visitor.post("/compte/connexion/", credentials)
    assert visitor.get("/annuaire/").status_code == 200
    viewer = Viewer.of(User.objects.get(email="nadia@reseau.example"), timezone.localdate())
    assert (viewer.network, viewer.is_network_staff) == (Network.objects.get(), True)


def test_inviting_twice_gives_one_account_and_one_seat() -> None:
    run("open_network", "mon-reseau", "Mon réseau")
    for _ in range(2):
        run("invite", "nadia@reseau.example", "--role=delegate", "--network=mon-reseau")
    assert (User.objects.count(), RoleSeat.objects.count()) == (1, 1)


def test_the_journal_keeps_both_acts_without_the_address() -> None:
    run("open_network", "mon-reseau", "Mon réseau")
    run("invite", "nadia@reseau.example", "--role=delegate", "--network=mon-reseau")
    lines = JournalEntry.objects.order_by("pk")
    assert [line.verb for line in lines] == ["members.open_network", "members.grant_seat"]
    assert "nadia" not in str([(line.before, line.after) for line in lines])


def test_a_delegation_names_its_parent() -> None:
    run("open_network", "mon-reseau", "Mon réseau")
    run("open_network", "sud", "Mon réseau Sud", "--parent=mon-reseau")
    assert Network.objects.get(slug="sud").parent == Network.objects.get(slug="mon-reseau")


def test_a_director_is_seated_in_her_structure() -> None:
    structure = make_structure()
    run("invite", "ines@jardins.example", "--role=director", f"--structure={structure.siret}")
    assert Viewer.of(User.objects.get(), timezone.localdate()).structure_ids == {structure.pk}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["nadia", "--role=buyer"], "Saisissez une adresse"),
        (["a@b.example", "--role=network_staff"], "Ce rôle se tient dans un réseau"),
        (["a@b.example", "--role=director"], "Ce rôle se tient dans une structure"),
        (["a@b.example", "--role=delegate", "--network=x"], "--network x : ce réseau n’est pas"),
        (["a@b.example", "--role=director", "--structure=1"], "cette structure n’est pas"),
    ],
)
def test_a_wrong_invitation_says_why_and_leaves_nothing(words: Any, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        run("invite", *words)
    assert not User.objects.exists()


def test_an_identifier_taken_is_not_given_to_another_network() -> None:
    run("open_network", "mon-reseau", "Mon réseau")
    with pytest.raises(CommandError, match="déjà celui de « Mon réseau »"):
        run("open_network", "mon-reseau", "Un autre")


def test_a_structure_is_told_its_trades() -> None:
    structure = make_structure("Les Jardins")
    said = run("declare_activity", structure.siret, "espaces-verts", "proprete", "--reach-km=25")
    assert said.splitlines()[0].startswith("Les Jardins : Espaces verts")
    held = Activity.objects.filter(chantier__structure=structure).values_list("trade", "reach_km")
    assert set(held) == {("espaces-verts", 25), ("proprete", 25)}
    run("declare_activity", structure.siret, f"{FINISHING}:sols,peinture")
    run("declare_activity", structure.siret, FINISHING)
    assert Activity.objects.get(trade=FINISHING).crafts == ["sols", "peinture"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["jonglage"], "jonglage : métier inconnu. Connus : "),
        (["espaces-verts", "--reach-km=0"], "espaces-verts : "),
        (["espaces-verts", "--kind=EI"], "sortes connues, ACI"),
    ],
)
def test_a_wrong_activity_says_why_and_leaves_nothing(words: Any, reason: str) -> None:
    structure = make_structure(kind="ACI")
    before = Activity.objects.count()
    with pytest.raises(CommandError, match=reason):
        run("declare_activity", structure.siret, *words)
    assert Activity.objects.count() == before

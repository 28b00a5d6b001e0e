"""A signature service outside: what it is sent, what it says, and nothing more."""

from collections.abc import Callable
from io import StringIO
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from cordee.alliances.approvals import signature_service
from cordee.alliances.models import SignatureRequest
from tests.alliances.makers import Rope

Make = Callable[..., Rope]


class Notary:
    """An invented service, which keeps what it is sent."""

    name = "Notaire d’essai"
    is_there = True
    sent: ClassVar[list[signature_service.ToSign]] = []
    says: ClassVar[signature_service.Outcome | None] = None

    def ask(self, document: signature_service.ToSign) -> str:
        self.sent.append(document)
        return f"essai-{document.sha256[:8]}"

    def outcome(self, reference: str) -> signature_service.Outcome:
        if self.says is None:
            raise signature_service.NotAvailable("Le service ne répond pas. Réessayez demain.")
        return self.says


@pytest.fixture
def notary(settings: Any) -> type[Notary]:
    settings.SIGNATURE_SERVICE = f"{__name__}.Notary"
    Notary.sent.clear()
    Notary.says = None
    return Notary


def all_approved(rope: Make) -> Rope:
    team = rope(members=2).to_documents()
    for key in team.members:
        team.approve(key)
    return team


def ask(team: Rope) -> SignatureRequest:
    return signature_service.ask_signature(alliance=team.fresh, by=team.leader, now=team.now)


def fetch(team: Rope, row: SignatureRequest) -> SignatureRequest:
    return signature_service.fetch_signature(request=row, by=team.leader, now=team.now)


def test_without_a_service_nothing_is_signed_and_the_page_says_so(
    rope: Make, signed_in_client: Any
) -> None:
    team = all_approved(rope)
    assert isinstance(signature_service.service(), signature_service.NoService)
    with pytest.raises(ValidationError, match="Aucun service de signature"):
        ask(team)
    page = signed_in_client(team.leader).get(
        reverse("alliances:approvals", args=[team.alliance.pk])
    )
    told = page.content.decode()
    assert "Elle n’est pas qualifiée" in told
    assert "Faire signer" not in told
    assert SignatureRequest.objects.count() == 0


def test_the_service_gets_the_very_text_and_who_signs_it(rope: Make, notary: Any) -> None:
    team = all_approved(rope)
    row = ask(team)
    assert ask(team).pk == row.pk, "the same document is the same request"
    sent = notary.sent[0]
    assert sent.sha256 == team.sha() == row.document_sha256
    assert sent.content.startswith(b"%PDF-")
    assert [(each.name, each.email) for each in sent.signers] == [
        ("Signataire jardins", "jardins@exemple.fr"),
        ("Signataire toits", "toits@exemple.fr"),
    ]


def test_nothing_is_sent_before_every_member_approved(rope: Make, notary: Any) -> None:
    team = rope(members=2).to_documents()
    team.approve("jardins")
    with pytest.raises(ValidationError, match="approuve d’abord"):
        ask(team)
    assert notary.sent == []


def test_a_level_is_the_one_that_the_service_says(rope: Make, notary: Any) -> None:
    team = all_approved(rope)
    row = ask(team)
    with pytest.raises(ValidationError, match="ne répond pas"):
        fetch(team, row)
    notary.says = signature_service.Outcome(state=signature_service.State.WAITING)
    assert fetch(team, row).state == "waiting"
    notary.says = signature_service.Outcome(state=signature_service.State.SIGNED)
    with pytest.raises(ValidationError, match="ne dit pas ce que vaut"):
        fetch(team, row)
    notary.says = signature_service.Outcome(
        state=signature_service.State.SIGNED, level=signature_service.Level.ADVANCED
    )
    row = fetch(team, row)
    assert (row.state, row.level) == ("signed", "advanced")
    notary.says = signature_service.Outcome(state=signature_service.State.REFUSED)
    assert fetch(team, row).state == "signed", "what is ended is ended"


def test_a_signature_of_an_earlier_text_is_shown_as_such(
    rope: Make, notary: Any, signed_in_client: Any
) -> None:
    team = all_approved(rope)
    row = ask(team)
    notary.says = signature_service.Outcome(
        state=signature_service.State.SIGNED, level=signature_service.Level.QUALIFIED
    )
    fetch(team, row)
    client = signed_in_client(team.leader)
    page = reverse("alliances:approvals", args=[team.alliance.pk])
    assert "pour une version qui a changé" not in client.get(page).content.decode()
    team.name_signatory("toits", name="Une autre")
    told = client.get(page).content.decode()
    assert "signature qualifiée" in told
    assert "pour une version qui a changé depuis" in told


def test_the_base_refuses_a_level_without_a_signature(rope: Make, notary: Any) -> None:
    row = ask(all_approved(rope))
    with pytest.raises(IntegrityError), transaction.atomic():
        SignatureRequest.objects.filter(pk=row.pk).update(level="qualified")


def test_what_is_no_service_is_refused(settings: Any) -> None:
    settings.SIGNATURE_SERVICE = "collections.OrderedDict"
    with pytest.raises(TypeError, match="SIGNATURE_SERVICE"):
        signature_service.service()


# --- The paper, and the command -----------------------------------------------------------------


def test_the_convention_is_taken_away_with_its_approvals(rope: Make, signed_in_client: Any) -> None:
    team = all_approved(rope)
    saved = signed_in_client(team.directors["toits"]).get(
        reverse("alliances:approved_paper", args=[team.alliance.pk])
    )
    assert saved.content.startswith(b"%PDF-")
    assert saved.headers["Content-Disposition"].startswith("attachment")


def verify(*arguments: str) -> str:
    told = StringIO()
    call_command("verify_approvals", *arguments, stdout=told)
    return told.getvalue()


def test_the_command_says_in_french_whether_chains_are_whole(rope: Make) -> None:
    assert verify() == "Aucune approbation à vérifier.\n"
    team = all_approved(rope)
    whole = "chaîne entière, 2 lignes ; textes approuvés gardés et conformes : 2 sur 2"
    assert verify() == f"{team.alliance.pk} : {whole}.\n"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE alliances_approval SET kind = 'take_back' WHERE sequence = 1")
    with pytest.raises(CommandError, match="1 chaîne sur 1 est rompue"):
        verify()
    with pytest.raises(CommandError, match="rompue"):
        verify(str(team.alliance.pk))
    with pytest.raises(CommandError, match="Aucune alliance ailleurs"):
        verify("ailleurs")

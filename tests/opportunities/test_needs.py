"""A need from its first question to its end: who sees it when, and who is written to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.base.ui import french
from cordee.members.models import Network
from cordee.mobilisation.night import open_packages
from cordee.notices.notice import NeedKind
from cordee.opportunities.access import opportunities_for, published_opportunities_for
from cordee.opportunities.actions.needs import (
    decide_need,
    drop_old_drafts,
    keep_own_need,
    revise_need,
    start_draft,
)
from cordee.opportunities.models import (
    Audience,
    NeedDraft,
    NoticeVersion,
    Opportunity,
    Stage,
    superseded,
)
from cordee.opportunities.need_content import typed_of
from tests.members.makers import join, make_network, make_person, make_structure
from tests.opportunities.makers import import_records, need, need_content, post_need

pytestmark = pytest.mark.django_db
LIST, NEEDS = "/opportunites/", "/opportunites/besoins/"
DEADLINE = f"{timezone.localdate() + timedelta(days=30)}"

WHAT: dict[str, dict[str, str]] = {
    "contract": {"title": "Tondre un parc", "buyer": "Confiserie du Songe"},
    "quote": {"title": "Laver des vitres", "buyer": "Confiserie", "quantity": "200 m²"},
    "subcontractor": {"title": "Poser le paillage", "buyer": "A", "main_contract": "Un parc"},
    "labour": {
        "title": "Jardinière",
        "buyer": "Paysages",
        "people": "3",
        "contract": "inconnu",
        "rome": "A1203",
    },
    "sponsorship": {"title": "Un comptable", "buyer": "B", "giving": "skills", "for_whom": "ACI"},
    "project": {"title": "Des jardins", "buyer": "Fondation", "for_whom": "Toute structure"},
}
WHERE = {"trade": "espaces-verts", "place": "Éragnes", "deadline": DEADLINE}


@pytest.fixture
def company(valley: Any) -> User:
    return make_person("entreprise@exemple.fr", role="company")


def mails(kind: str) -> list[tuple[str, str]]:
    rows = OutgoingMail.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("recipient", "subject"))


def write(client: Any, kind: str, networks: list[int], **where: str) -> Any:
    """Every step as a person takes them; the answer to the last one."""
    started = client.post(f"{NEEDS}nouveau/", {"kind": kind})
    base = started["Location"].removesuffix("quoi/")
    for step, typed in (
        ("quoi", WHAT[kind]),
        ("ou", WHERE | where),
        ("qui", {"networks": networks}),
    ):
        assert client.get(f"{base}{step}/").status_code == 200
        done = client.post(f"{base}{step}/", typed)
        assert done.status_code == 302, (step, done.content.decode())
    assert client.get(f"{base}verifier/").status_code == 200
    return client.post(f"{base}verifier/")


@pytest.mark.parametrize("kind", list(WHAT))
def test_each_kind_is_written_in_four_steps(
    kind: str, company: User, network: Network, nadia: User, signed_in_client: Any
) -> None:
    """Each asks its own questions; the network's people are written to, once."""
    done = write(signed_in_client(company), kind, [network.pk])
    private = Opportunity.objects.get()
    assert done["Location"] == f"{NEEDS}{private.pk}/"
    assert (private.need_kind, private.created_by, private.source) == (kind, company, "private")
    assert [trade.trade for trade in private.trades.all()] == ["espaces-verts"]
    breakdown = private.latest_breakdown()
    assert breakdown is not None
    assert breakdown.packages.exists() is NeedKind(kind).is_work
    assert private.deadline is not None
    # A subject has no narrow space.
    until = french.day(timezone.localdate(private.deadline), timezone.localdate())
    until = until.replace("\u202f", " ")
    asked = f"À relire avant le {until} : besoin de {private.buyer_name}, {private.title}"
    assert mails("need_readers") == [(nadia.email, asked)]
    page = signed_in_client(company).get(done["Location"]).content.decode()
    assert "En relecture" in page


def test_a_step_with_an_error_keeps_what_is_typed(
    company: User, network: Network, signed_in_client: Any
) -> None:
    client = signed_in_client(company)
    base = client.post(f"{NEEDS}nouveau/", {"kind": "contract"})["Location"].removesuffix("quoi/")
    wrong = client.post(f"{base}quoi/", {"title": "Des coffrets", "buyer": ""})
    assert wrong.status_code == 422
    assert "Des coffrets" in wrong.content.decode()
    client.post(f"{base}quoi/", WHAT["contract"])
    assert "Tondre un parc" in client.get(f"{base}quoi/").content.decode()
    lost = client.post(f"{base}ou/", WHERE | {"place": "Nulle-Part"})
    assert lost.status_code == 422
    past = client.post(f"{base}ou/", WHERE | {"deadline": "2020-01-01"})
    assert "Ce jour est passé" in past.content.decode()
    # The last step leads back to the first one that lacks an answer.
    assert client.get(f"{base}verifier/")["Location"] == f"{base}ou/"
    assert Opportunity.objects.count() == 0


def test_what_one_does_not_know_stays_unknown(
    company: User, network: Network, signed_in_client: Any
) -> None:
    write(signed_in_client(company), "labour", [network.pk], trade="inconnu")
    notice = Opportunity.objects.get().current().notice
    assert notice.need is not None
    assert (notice.trades, notice.need.contract, notice.duration) == ((), None, None)


def test_the_page_of_a_need_that_is_no_work_speaks_of_no_team(
    company: User, network: Network, signed_in_client: Any
) -> None:
    client = signed_in_client(company)
    write(client, "labour", [network.pk])
    address = f"{LIST}{Opportunity.objects.get().pk}/"
    page = "".join(client.get(address + tab).content.decode() for tab in ("", "avis/"))
    assert "Des personnes à recruter" in page
    assert "Dernier jour pour répondre" in page
    for words in ("Former l’équipe", "Le plafond reste à vérifier", "Composer une alliance"):
        assert words not in page


def test_sent_twice_is_one_need(company: User, network: Network, signed_in_client: Any) -> None:
    client = signed_in_client(company)
    first = write(client, "contract", [network.pk])
    draft = NeedDraft.objects.get()
    again = client.post(f"{NEEDS}brouillons/{draft.pk}/verifier/")
    assert again["Location"] == first["Location"]
    assert Opportunity.objects.count() == 1


def test_nobody_but_author_and_readers_sees_it_before(
    company: User, network: Network, nadia: User, signed_in_client: Any
) -> None:
    """Page, lots, list, search, export, ranking: for the members only once it is published."""
    member = make_structure("Membre")
    join(member, network)
    director = make_person("direction@membre.example", role="director", structure=member)
    private, on = post_need(company, network), timezone.localdate()
    page = f"{LIST}{private.pk}/"
    places = [page, f"{page}lots/", reverse("mobilisation:ranking", args=[private.pk])]

    def seen(person: User) -> tuple[bool, bool, bool, list[int]]:
        client = signed_in_client(person)
        exported = client.get(f"{LIST}export/?delai=toutes").getvalue().decode()
        listed = client.get(f"{LIST}?q=coffrets").content.decode()
        return (
            opportunities_for(person, on=on).filter(pk=private.pk).exists(),
            private.title in exported,
            private.title in listed,
            [client.get(place).status_code for place in places],
        )

    assert seen(director) == (False, False, False, [404, 404, 404])
    for person in (company, nadia):
        # A need that is not published is theirs to read, and mobilises nobody yet.
        assert seen(person) == (True, True, True, [200, 200, 404])
        assert not published_opportunities_for(person, on=on).exists()
    assert not open_packages(timezone.now()).exists()
    decide_need(state="published", audience=private.audiences.get(), by=nadia, now=timezone.now())
    assert seen(director) == (True, True, True, [200, 200, 200])
    assert open_packages(timezone.now()).count() == 1
    decide_need(
        state="refused",
        audience=private.audiences.get(),
        words="Trop loin",
        by=nadia,
        now=timezone.now(),
    )
    assert seen(director) == (False, False, False, [404, 404, 404])


def test_each_network_decides_for_itself(company: User, network: Network, nadia: User) -> None:
    other = make_network("Autre réseau")
    reader = make_person("relit@autre.example", role="delegate", network=other)
    insider = make_structure("Chez l’autre")
    join(insider, other)
    director = make_person("direction@autre.example", role="director", structure=insider)
    private, now, on = post_need(company, network, other), timezone.now(), timezone.localdate()
    one, two = private.audiences.order_by("pk")
    assert (one.network, two.network) == (network, other)
    decide_need(state="published", audience=one, by=nadia, now=now)
    assert not opportunities_for(director, on=on).exists()
    assert private.audiences.published().get().network == network
    decide_need(state="asked", audience=two, words="Quels jours ?", by=reader, now=now)
    assert mails("need_author") == [
        (company.email, f"Votre besoin est publié : {private.title}"),
        (company.email, f"À répondre, une question sur votre besoin : {private.title}"),
    ]
    revise_need(
        opportunity=private,
        content=need_content(text="Les mardis."),
        networks=[],
        by=company,
        now=now,
    )
    states = dict(private.audiences.values_list("network", "state"))
    assert states == {network.pk: "published", other.pk: "pending"}
    assert {recipient for recipient, _ in mails("need_readers")} == {nadia.email, reader.email}
    assert sum(recipient == reader.email for recipient, _ in mails("need_readers")) == 2
    assert "Quels jours" not in str(list(JournalEntry.objects.values_list("after", "before")))


def test_what_was_said_first_is_said_again(company: User, network: Network) -> None:
    """A first version taken up again after a second one is what the need says."""
    private, now = post_need(company, network), timezone.now()
    for title in ("Tondre", "Semer", "Tondre", "Semer", "Semer"):
        found = revise_need(
            opportunity=private, content=need_content(title=title), networks=[], by=company, now=now
        )
        assert (found.pk, found.title) == (private.pk, title)
        assert Opportunity.objects.get(pk=private.pk).current().notice.title == title
    versions = NoticeVersion.objects.of_opportunity(private)
    assert versions.count() == 5
    assert found.latest_breakdown() == found.breakdown


def test_whoever_reads_over_publishes_her_own(network: Network, nadia: User) -> None:
    """And is read over elsewhere like everybody."""
    other = make_network("Autre réseau")
    private = post_need(nadia, other, network)
    states = dict(private.audiences.values_list("network", "state"))
    assert states == {network.pk: "published", other.pk: "pending"}
    assert mails("need_readers") == []


def test_a_reason_is_said(company: User, network: Network, nadia: User) -> None:
    audience = post_need(company, network).audiences.get()
    with pytest.raises(ValidationError, match="Dites à l’auteur"):
        decide_need(state="refused", audience=audience, words="  ", by=nadia, now=timezone.now())
    audience.refresh_from_db()
    assert audience.state == Audience.State.PENDING


def test_the_page_of_who_reads_over(
    company: User, network: Network, nadia: User, signed_in_client: Any
) -> None:
    client, private = signed_in_client(nadia), post_need(company, network)
    assert "besoin à relire" in client.get(f"{NEEDS}a-relire/").content.decode()
    audience = private.audiences.get()
    url = f"{NEEDS}a-relire/{audience.pk}/"
    assert "Confiserie du Songe" in client.get(url).content.decode()
    assert client.post(url, {"decision": "refuse", "words": ""}).status_code == 422
    done = client.post(url, {"decision": "refuse", "words": "Hors de notre région"})
    assert done.status_code == 302
    mine = signed_in_client(company).get(f"{NEEDS}{private.pk}/").content.decode()
    assert "Hors de notre région" in mine


def test_closing_and_withdrawing_follow_public_notices(
    company: User, network: Network, nadia: User, signed_in_client: Any
) -> None:
    private, gone = post_need(company, network), post_need(company, network)
    for one in (private, gone):
        decide_need(state="published", audience=one.audiences.get(), by=nadia, now=timezone.now())
    client = signed_in_client(company)
    client.post(f"{NEEDS}{private.pk}/pourvu/", {"filled_by": "Les Jardins du Songe"})
    client.post(f"{NEEDS}{private.pk}/pourvu/", {"filled_by": "Une autre"})
    client.post(f"{NEEDS}{gone.pk}/retirer/")
    client.post(f"{NEEDS}{gone.pk}/retirer/")
    private.refresh_from_db()
    gone.refresh_from_db()
    assert (private.stage, gone.stage) == (Stage.AWARDED, Stage.CANCELLED)
    assert private.publications.get().versions.count() == 2
    assert [
        winner.name for outcome in private.current().outcomes for winner in outcome.winners
    ] == ["Les Jardins du Songe"]
    page = signed_in_client(nadia).get(f"{LIST}{private.pk}/").content.decode()
    assert "Les Jardins du Songe" in page
    with pytest.raises(ValidationError, match="ne change plus"):
        revise_need(
            opportunity=private, content=need_content(), networks=[], by=company, now=timezone.now()
        )
    # An ended need is written again without typing it all.
    again = client.post(f"{NEEDS}{gone.pk}/corriger/")
    assert "Conditionnement de coffrets" in client.get(again["Location"]).content.decode()


def test_a_correction_is_a_version_and_keeps_the_rest(
    company: User, network: Network, signed_in_client: Any
) -> None:
    client = signed_in_client(company)
    write(client, "contract", [network.pk])
    private = Opportunity.objects.get()
    base = client.post(f"{NEEDS}{private.pk}/corriger/")["Location"].removesuffix("quoi/")
    client.post(f"{base}quoi/", WHAT["contract"] | {"title": "Tondre trois parcs"})
    client.post(f"{base}ou/", WHERE | {"months": "4"})
    assert "déjà choisis" in client.get(f"{base}qui/").content.decode()
    client.post(f"{base}qui/", {})
    client.post(f"{base}verifier/")
    private.refresh_from_db()
    assert (private.title, private.months) == ("Tondre trois parcs", 4)
    assert private.publications.get().versions.count() == 2
    assert private.audiences.count() == 1


def test_a_need_kept_for_oneself_is_seen_by_nobody_until_it_is_addressed(
    company: User, network: Network, nadia: User, signed_in_client: Any
) -> None:
    """Written by its author's own plan: no network reads it, nor a word of it leaves."""
    content = need_content(
        deadline=DEADLINE,
        places=[{"commune": "38003", "city": "Éragnes", "department": "38"}],
        need={"kind": "subcontractor", "main_contract": "Un parc"},
        social_clause={"kind": "execution", "hours": 300},
    )
    on, now = timezone.localdate(), timezone.now()
    private = keep_own_need(content=content, network=network, by=company, now=now)
    assert not private.audiences.exists()
    assert not OutgoingMail.objects.exists()
    assert not opportunities_for(nadia, on=on).filter(pk=private.pk).exists()
    client = signed_in_client(company)
    assert "adressé à personne" in client.get(f"{NEEDS}{private.pk}/").content.decode()
    before = private.latest_breakdown()
    base = client.post(f"{NEEDS}{private.pk}/corriger/")["Location"].removesuffix("quoi/")
    assert "déjà choisis" not in client.get(f"{base}qui/").text
    client.post(f"{base}qui/", {"networks": [network.pk]})
    client.post(f"{base}verifier/")
    assert private.audiences.get().network == network
    assert len(mails("need_readers")) == 1
    # The hours that it asks are still there: what was composed of it holds.
    after = private.latest_breakdown()
    assert before is not None
    assert after is not None
    assert not superseded([before.pk])
    assert after.packages.get().sizes["insertion_hours"]["value"] == 300


def test_an_imported_need_is_published_in_its_network(
    network: Network, nadia: User, tmp_path: Path
) -> None:
    import_records(tmp_path, need(), network=network)
    audience = Audience.objects.get()
    assert (audience.network, audience.state) == (network, Audience.State.PUBLISHED)


def test_typed_and_read_back_is_the_same() -> None:
    content = need_content(need={"kind": "contract"}, text="Les mardis.", amount_euros=1200.5)
    typed = typed_of(content)
    assert typed["quoi"]["amount"] == "1200,50"
    assert typed["ou"]["months"] == "3"


def test_old_drafts_go(company: User) -> None:
    draft = start_draft(kind=NeedKind.QUOTE, by=company)
    assert drop_old_drafts(timezone.now()) == 0
    NeedDraft.objects.filter(pk=draft.pk).update(changed_at=timezone.now() - timedelta(days=31))
    assert drop_old_drafts(timezone.now()) == 1
    assert drop_old_drafts(timezone.now()) == 0


def test_the_pages_take_a_fixed_number_of_queries(
    company: User, network: Network, nadia: User, count_queries: Any
) -> None:
    for _ in range(3):
        post_need(company, network)
    few = [count_queries(f"{NEEDS}", company), count_queries(f"{NEEDS}a-relire/", nadia)]
    for _ in range(20):
        post_need(company, network)
    many = [count_queries(f"{NEEDS}", company), count_queries(f"{NEEDS}a-relire/", nadia)]
    assert many == few

"""A subcontractor reads its own part: no page, file, feed or mail tells it of the others."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from cordee.agreement import PartyRole
from cordee.agreement.phases import Phase
from cordee.alliances import access as alliance_access
from cordee.alliances.files import actions as files_actions
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.legal_form import actions as legal_form_actions
from cordee.alliances.messages import actions as messages_actions
from cordee.alliances.messages import relay
from cordee.alliances.models import Alliance, AllianceTask, Withdrawal
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.planning import actions as planning_actions
from cordee.alliances.requirements import lot_of
from cordee.alliances.withdrawals import actions as withdrawals_actions
from cordee.alliances.withdrawals import leaving
from cordee.base.mail.models import OutgoingMail
from cordee.base.ui import french
from cordee.members.models import Structure
from tests.alliances.makers import PDF, Rope
from tests.api.conftest import Program, key_of
from tests.base.documents.reading import docx_text, pdf_text
from tests.members.makers import make_network, make_person
from tests.strict_client import CSRF_TOKEN, StrictClient

pytestmark = pytest.mark.django_db
Make = Callable[..., Rope]
SAID, FILE, TASK = "Le béton coûte trop cher", "chiffrage-toits.pdf", "Relancer les Toits"


# --- Everything that one may ask of an alliance -------------------------------------------------


def patterns(
    of: Any = None, space: str = "", above: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each route about an alliance, by its name, with what it is asked with."""
    for each in get_resolver().url_patterns if of is None else of:
        wanted = (*above, *each.pattern.converters)
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from patterns(each.url_patterns, inner, wanted)
        elif isinstance(each, URLPattern) and space == "alliances:" and "pk" in wanted:
            yield f"{space}{each.name}", wanted


def addresses(team: Rope) -> Iterator[str]:
    alliance, terms = team.fresh, team.terms
    parties = [team.party(key).pk for key in ("jardins", "toits", "mirel")]
    kept: dict[str, list[Any]] = {
        "pk": [alliance.pk],
        "party_pk": parties,
        "about_pk": parties[1:2],
        "line": [line.key for line in terms.lines[:2]],
        "number": [alliance.version],
        "key": ["convention", "attri1-1", "justificatifs", *(f"dc4-{pk}-1" for pk in parties[1:])],
        "task_pk": list(alliance.tasks.values_list("pk", flat=True)),
        "file_pk": list(alliance.files.values_list("pk", flat=True)),
        "message_pk": list(alliance.messages.values_list("pk", flat=True)),
        "withdrawal_pk": list(alliance.withdrawals.values_list("pk", flat=True)),
        "coordinator_pk": list(alliance.coordinators.values_list("pk", flat=True)),
        "text_pk": list(alliance.approved_texts.values_list("pk", flat=True)),
        "extension": ["pdf", "docx"],
    }
    found = sorted(patterns())
    assert len(found) > 80, "the walk does not find the routes of an alliance"
    for name, wanted in found:
        for values in product(*(kept[each] for each in wanted)):
            yield reverse(name, kwargs=dict(zip(wanted, values, strict=True)))


def shown_by(answer: Any) -> str:
    """Every word of an answer, in whatever shape it comes."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    if "zip" in kind:
        files = zipfile.ZipFile(io.BytesIO(body))
        return "".join(
            docx_text(files.read(name)) for name in files.namelist() if name.endswith(".docx")
        )
    if "pdf" in kind and body.rstrip().endswith(b"%%EOF"):  # what a test stores is none
        return pdf_text(body)
    if "wordprocessingml" in kind:
        return docx_text(body)
    # A token that is drawn at random says anything: « 37h », one time in a thousand.
    return CSRF_TOKEN.sub(r"\1", body.decode("utf-8", "replace"))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def everything(team: Rope, key: str, *within: str) -> Iterator[tuple[str, str]]:
    """What somebody gets from each route, or from those of `within`, read and written to, from the
    API, and by mail."""
    client = StrictClient()
    client.force_login(team.directors[key])
    for address in [*addresses(team), reverse("journal", args=["alliance", team.alliance.pk])]:
        if within and not any(part in address for part in within):
            continue
        for method in ("get", "post"):
            with transaction.atomic():
                answer = getattr(client, method)(address, follow=True)
                transaction.set_rollback(True)
            yield f"{method} {address}", shown_by(answer)
    program = Program(key_of(team.directors[key], "act")[1])
    root = f"/api/v1/alliances/{team.alliance.pk}/"
    for path in ("/api/v1/alliances/", root):
        yield path, program.get(path).content.decode()
    for mail in OutgoingMail.objects.filter(for_person=team.directors[key].pk):
        yield f"mail {mail.key}", f"{mail.subject} {mail.text} {mail.html}"
    yield "list", client.get(reverse("alliances:list")).content.decode()


def secrets(team: Rope, key: str, known: set[str]) -> set[str]:
    """What somebody must not read: who the others are and what they said, amounts but their own."""
    terms = team.terms
    own = team.party(key).key
    mine = {cell.cents for cell in terms.cells_of(own)} | {terms.share_cents(own)}
    lots = {line.lot for line in terms.lines}
    mine |= {
        sum(c.cents or 0 for c in terms.cells_of(own) if terms.line(c.line).lot == lot)
        for lot in lots
    }
    amounts = {cell.cents for cell in terms.cells} | {line.price_cents for line in terms.lines}
    for party in terms.parties:
        amounts |= {terms.share_cents(party.key), terms.own_cents(party.key)}
    amounts |= {terms.price_cents}
    found = {SAID, FILE, TASK}
    rounded = {french.euros(cents, rounded=True) for cents in mine if cents}
    for cents in amounts - mine - {0, None}:
        found |= {french.euros(cents), str(cents), french.euros(cents, rounded=True)} - rounded
    for other, structure in team.structures.items():
        if other not in known | {key}:
            found |= {structure.shown_name, structure.siret, f"Signataire {other}"}
    return {squeezed(each) for each in found}


def leaks(team: Rope, key: str, known: set[str], *within: str) -> list[str]:
    hidden = secrets(team, key, known)
    return [
        f"{where} tells {secret}"
        for where, text in everything(team, key, *within)
        for secret in hidden
        if secret in squeezed(text)
    ]


def talk(team: Rope) -> Rope:
    """A message, a file and a task of the others; every amount is one that nobody else has."""
    terms = team.terms
    for number, cell in enumerate(terms.cells):
        terms = terms.with_cell(replace(cell, cents=(cell.cents or 0) + 101 + 17 * number))
    messages_actions.write(
        alliance=team.fresh, text=SAID, side="x", by=team.leader, now=team.later(minutes=-9)
    )
    for party in terms.parties:
        row = team.alliance.parties.get(pk=int(party.key))
        if party.role is PartyRole.SUBCONTRACTOR and row != team.party("mirel"):
            messages_actions.write(
                alliance=team.fresh,
                text=f"{SAID}.",
                side="x",
                about=row,
                by=team.leader,
                now=team.later(minutes=-9),
            )
    files_actions.add_file(
        alliance=team.alliance,
        name=FILE,
        content=PDF,
        words="",
        brought_for="x",
        by=team.leader,
        now=team.now,
    )
    for title, owner in ((TASK, team.party("toits")), ("Notre tâche", team.party("mirel"))):
        planning_actions.save_task(
            task=AllianceTask(alliance=team.alliance, title=title, due_on=team.on, owner=owner),
            by=team.leader,
            now=team.now,
        )
    relay.run(timezone.now())
    return team


def test_of_who_answers_alone_no_route_tells_one_subcontractor_of_another(rope: Make) -> None:
    team = talk(rope().alone_to_documents())
    for key in team.inside:
        team.approve(key)
    assert leaks(team, "mirel", {"jardins"}) == []
    # The holder reads them all: the walk has eyes.
    holder = StrictClient()
    holder.force_login(team.directors["jardins"])
    looked = ("/tableau/", "/messages/", "/fichiers/", "/temps/", "/attri1-1/", "/justificatifs/")
    pages = [each for each in addresses(team) if each.endswith((*looked, "/signataires/", ".csv"))]
    seen = squeezed(" ".join(shown_by(holder.get(each)) for each in pages))
    named = {SAID, FILE, TASK, "Les Toits du Val", "Les Peintres du Val", "Signataire toits"}
    price = french.euros(team.terms.price_cents)
    assert {each for each in (*named, price) if squeezed(each) not in seen} == set()


def test_a_convention_approved_before_one_answered_alone_stays_closed_to_it(
    rope: Make, signed_in_client: Any
) -> None:
    """It named every member with its amount; the agreement that came after names none."""
    team = rope().to_documents(company=True)
    team.approve("toits")
    before = team.alliance.approved_texts.get()
    team.answer_alone().accept_all().name_signatory("mirel")
    team.approve("jardins")
    now = team.alliance.approved_texts.exclude(pk=before.pk).get()

    def answers(key: str) -> list[int]:
        client = signed_in_client(team.directors[key])
        kept = [
            reverse("alliances:approved_text", args=[team.alliance.pk, text.pk])
            for text in (before, now)
        ]
        codes = [client.get(path).status_code for path in kept]
        proof = client.get(reverse("alliances:proof", args=[team.alliance.pk])).content.decode()
        assert [path in proof for path in kept] == [code == 200 for code in codes]
        return codes

    assert (answers("jardins"), answers("mirel"), answers("toits")) == (
        [200, 200],
        [404, 200],
        [404, 200],
    )


@pytest.mark.parametrize("leaver", ["toits", "jardins", "mirel"])
def test_filed_and_somebody_leaves_it_learns_no_more(rope: Make, leaver: str) -> None:
    """Another subcontractor, the candidate, itself: with who would take the place."""
    team = rope().alone_to_filed()
    director = team.directors[leaver]
    row = leaving.announce(party=team.party(leaver), reason="Partie.", by=director, now=team.now)
    if leaver != "jardins":
        wanted = {"plan": Withdrawal.Plan.REPLACEMENT, "structure": newcomer(team)}
        withdrawals_actions.plan(withdrawal=row, **wanted, by=team.leader, now=team.now)
    asked = {"request_text": "Nous proposons La Nouvelle du Val.", "sent_on": team.on}
    Withdrawal.objects.filter(pk=row.pk).update(**asked)
    assert leaks(team, "mirel", {"jardins"}, "/retraits/", "/quitter/") == []
    told = [text for where, text in everything(team, "mirel", f"/retraits/{row.pk}/")]
    assert any("Le retrait" in text for text in told) is (leaver != "toits")


def newcomer(team: Rope) -> Structure:
    return team.structure("nouvelle", "La Nouvelle du Val", "EI")


def test_of_a_group_a_subcontractor_knows_its_member_and_who_leads(rope: Make) -> None:
    team = rope().gather().bring_company().step(Phase.SPLIT).share_out().accept_all()
    assert team.terms.lead == team.party("jardins").key
    assert leaks(talk(team), "mirel", {"toits", "jardins"}) == []


def test_it_does_what_is_asked_of_it(rope: Make, signed_in_client: Any) -> None:
    """From its yes to its approval, by its own pages."""
    team = rope().gather().bring_company().step(Phase.SPLIT).share_out().answer_alone()
    party, line = team.party("mirel"), team.terms.lines[0].key
    mine = signed_in_client(team.directors["mirel"])
    at = [team.alliance.pk]

    def page(name: str, *more: Any) -> str:
        return re.sub(r"<[^>]+>", " ", mine.get(reverse(name, args=[*at, *more])).content.decode())

    home = page("alliances:detail")
    assert "À faire maintenant\u00a0: accepter votre part" in home
    assert "Les Jardins du Val" in home
    assert "Le tableau" not in home
    assert "Modifier" in page("alliances:share", party.pk)
    typed = {"version": team.fresh.version, "montant": "1 234,56", "euros": "1 234,56"}
    cell = reverse("alliances:table_cell", args=[*at, party.pk, line])
    assert mine.post(cell, typed).headers["Location"] == reverse(
        "alliances:share", args=[*at, party.pk]
    )
    assert team.terms.cell(party.key, line).cents == 123_456
    old = {**typed, "version": team.fresh.version - 1, "euros": "5"}
    assert (
        "a changé pendant que vous écriviez" in mine.post(cell, old, follow=True).content.decode()
    )
    mine.post(reverse("alliances:accept", args=[*at, party.pk]), {"version": team.fresh.version})
    team.accept_all()
    for key in team.inside:
        team.name_signatory(key)
    team.step(Phase.MANDATE).step(Phase.DOCUMENTS)
    assert "approuver l’accord de sous-traitance" in page("alliances:detail")
    listed = page("alliances:documents")
    assert "DC4" in listed
    assert "Accord de principe" in listed
    assert "Annexe" not in listed
    assert "J’approuve" in page("alliances:approve", party.pk)
    team.approve("mirel")
    assert "Rien ne vous est demandé" in page("alliances:detail")


def rival(team: Rope) -> Alliance:
    """Another team on the same lot, of another network."""
    network = make_network("Réseau d’à côté")
    leader = make_person("ailleurs@exemple.fr", role="network_staff", network=network)
    breakdown = team.opportunity.latest_breakdown()
    assert breakdown is not None
    return start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="L’autre équipe",
        start=Start(
            origin=Alliance.Origin.SCRATCH,
            structures=[team.structure("voisine", "La Voisine du Val", "ACI")],
        ),
        network=network,
        by=leader,
        now=team.now,
    )


def ask(team: Rope, other: Alliance, key: str, role: PartyRole) -> Any:
    leader = other.coordinators.get().person
    row = invitations_actions.add_party(
        alliance=other, structure=team.structures[key], role=role, by=leader, now=team.now
    )
    invitations_actions.invite(party=row, by=leader, now=team.now)
    return row


def test_it_serves_two_rivals_and_is_a_candidate_against_none(rope: Make) -> None:
    """RULE-38: the law lets it work for both; it reads the table of neither."""
    team = rope().gather().bring_company()
    other = rival(team)
    by = {"by": team.directors["mirel"], "now": team.now}
    row = ask(team, other, "mirel", PartyRole.SUBCONTRACTOR)
    invitations_actions.answer_invitation(party=row, is_yes=True, **by)
    for one in (team.fresh, other):
        assert not alliance_access.taking_part_for(team.directors["mirel"], one.pk).reads_shares
    # A member of one is no subcontractor of the other.
    member = ask(team, other, "toits", PartyRole.SUBCONTRACTOR)
    with pytest.raises(ValidationError, match="déjà candidate"):
        invitations_actions.answer_invitation(
            party=member, is_yes=True, by=team.directors["toits"], now=team.now
        )
    # Made a member by somebody else, it reads no table as long as it serves the other.
    legal_form_actions.change_place(
        party=team.party("mirel"),
        role=PartyRole.MEMBER,
        of=None,
        base=team.fresh.version,
        by=team.leader,
        now=team.now,
    )
    access = alliance_access.taking_part_for(team.directors["mirel"], team.alliance.pk)
    assert (access.reads_shares, access.reads_paper) == (False, False)
    invitations_actions.answer_invitation(party=row, is_yes=False, **by)
    assert alliance_access.inside_for(team.directors["mirel"], team.alliance.pk).reads_shares

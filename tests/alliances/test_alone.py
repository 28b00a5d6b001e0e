"""One structure answers alone with subcontractors: its whole life, from opening to delivery."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cordee.agreement import Cell, PartyRole, Reason
from cordee.agreement.changes import fingerprint
from cordee.agreement.phases import Phase
from cordee.alliances import revisions
from cordee.alliances.filing import actions as filing_actions
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.legal_form import actions
from cordee.alliances.models import Filing, Withdrawal
from cordee.alliances.state.approval_chain import approved_now
from cordee.alliances.state.current import accepted_keys, names_of
from cordee.alliances.withdrawals import actions as withdrawals_actions
from cordee.alliances.withdrawals import leaving
from cordee.alliances.withdrawals.mails import draft
from cordee.base.ui import french
from cordee.rules.groups import GroupForm
from tests.alliances.makers import PDF, Rope

Make = Callable[..., Rope]
Plan, State = Withdrawal.Plan, Withdrawal.State
GROUP_WORDS = re.compile(r"[Gg]roupement|[Mm]andataire|[Mm]embre|la convention")
# The pages of an alliance, where nothing may speak of a group that is not there.
PAGES = (
    *(
        "alliances:detail",
        "alliances:table",
        "alliances:planning",
        "alliances:reasons",
        "alliances:subcontracts",
    ),
    *(
        "alliances:signatories",
        "alliances:approvals",
        "alliances:filing",
        "alliances:withdrawals",
        "alliances:documents",
    ),
)


def text_of(response: Any) -> str:
    told = re.sub(r"<head.*?</head>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(told.replace("\u202f", " ").replace("\u00a0", " ").split())


@pytest.fixture
def visit(signed_in_client: Any) -> Callable[[Rope, str], Client]:
    return lambda team, key: signed_in_client(
        team.leader if key == "leader" else team.directors[key]
    )


def url(name: str, team: Rope, *more: object) -> str:
    return reverse(name, args=[team.alliance.pk, *more])


def accepting(team: Rope) -> set[str]:
    """Those whose acceptance is of the terms as they are."""
    keys = accepted_keys(team.fresh, team.terms)
    return {key for key in team.inside if team.party(key).key in keys}


def waiting(team: Rope) -> set[str]:
    """Those whose approval does not stand, or is not there."""
    approved = approved_now(team.fresh, on=team.on)
    return {key for key in team.inside if team.party(key).key not in approved}


def test_from_a_group_to_a_filed_bid_of_one(rope: Make, visit: Any) -> None:
    """The whole life through the pages: nobody leads, and no page says that somebody does."""
    team = rope().gather().bring_company().step(Phase.SPLIT).share_out()
    team.accept_all()
    price, before = team.terms.price_cents, team.terms
    leader = visit(team, "leader")
    jardins = team.party("jardins").key
    # What it would change is read before it is done.
    page = text_of(leader.get(url("alliances:answer_alone", team) + f"?candidat={jardins}"))
    assert "Les Jardins du Val répondent seuls ?" in page
    assert "Il n’y a ni groupement, ni mandataire." in page
    assert "Payé par l’acheteur, dès qu’il est accepté (DC4)." in page
    assert team.terms == before, "a reading changes nothing"
    sent = {"candidat": jardins, "version": team.fresh.version}
    done = leader.post(url("alliances:answer_alone", team), sent)
    assert done.headers["Location"] == url("alliances:legal_form", team)
    terms = team.terms
    assert terms.holder is not None
    assert terms.share_cents(jardins) == price
    assert sum(terms.own_cents(party.key) for party in terms.parties) == price
    assert terms.own_cents(jardins) == before.own_cents(jardins)
    assert accepted_keys(team.fresh, terms) == set(), "each of them is concerned"
    # The second click finds another version, and does nothing.
    leader.post(url("alliances:answer_alone", team), sent)
    assert team.terms == terms
    forms = text_of(leader.get(url("alliances:legal_form", team)))
    assert "Les Jardins du Val répondent seuls, les autres sous-traitent" in forms
    assert "Répondre plutôt en groupement" in forms
    chosen, _, advice = forms.partition("Nous conseillions : groupement conjoint")
    assert "Forme choisie : candidat seul, avec des sous-traitants" in chosen
    assert "Chacun répond de sa part" in advice
    assert "Notre conseil" not in forms

    mine = visit(team, "toits")
    share = text_of(mine.get(url("alliances:share", team, team.party("toits").pk)))
    assert "Candidat Les Jardins du Val" in share
    assert "Mandataire" not in share
    team.accept_all()
    whole = text_of(leader.get(url("alliances:team", team)))
    assert "candidat seul, avec des sous-traitants" in whole
    detail = text_of(leader.get(url("alliances:detail", team)))
    assert "La répartition est acceptée" in detail
    leader.post(url("alliances:move", team), {"etape": "mandate"})
    detail = text_of(leader.get(url("alliances:detail", team)))
    assert "La suite : dire qui signe" in detail
    whole = text_of(leader.get(url("alliances:team", team)))
    assert "Les Toits du Val n’ont pas encore dit qui signe" in whole, "a DC4 bears both names"
    for key in team.inside:
        team.name_signatory(key)
    assert "Chacun a dit qui signe" in text_of(leader.get(url("alliances:detail", team)))
    leader.post(url("alliances:move", team), {"etape": "documents"})
    assert team.fresh.step is Phase.DOCUMENTS

    listed = text_of(leader.get(url("alliances:documents", team)))
    assert "Accord de principe de sous-traitance" in listed
    assert listed.count("DC4") >= 3
    read = text_of(leader.get(url("alliances:document", team, "convention")))
    assert "Les Jardins du Val répond seul à la consultation" in read
    approvals = text_of(leader.get(url("alliances:approvals", team)))
    assert "4 signataires doivent encore approuver l’accord de sous-traitance" in approvals
    asked = text_of(mine.get(url("alliances:approve", team, team.party("toits").pk)))
    assert "J’approuve l’accord de sous-traitance" in asked
    assert "Votre part" in asked
    for name in PAGES:
        assert not GROUP_WORDS.findall(text_of(leader.get(url(name, team)))), name
    behind = [each for each in team.terms.parties if each.of and team.terms.share_cents(each.key)]
    for name in ("alliances:table", "alliances:team", "alliances:detail"):
        told = text_of(leader.get(url(name, team)))
        assert told.count("dont ") >= len(behind) > 0, "shares that stand one in the other"
    assert "n’a pas encore approuvé l’accord" in text_of(leader.get(url("alliances:filing", team)))
    for key in team.inside:
        team.approve(key)
    paper = leader.get(url("alliances:approved_paper", team))
    assert "accord-sous-traitance-approbations.pdf" in paper.headers["Content-Disposition"]
    ready = text_of(leader.get(url("alliances:filing", team)))
    assert "Si le prix est au résultat" in ready
    # The candidate files it itself; a subcontractor may not.
    values = {"number": "R-7", "day": team.on, "time": "00:00", "quand-meme": "oui"}
    receipt = SimpleUploadedFile("recu.pdf", PDF, "application/pdf")
    assert mine.post(url("alliances:filing", team), values).status_code == 404
    filed = visit(team, "jardins").post(
        url("alliances:filing", team), values | {"receipt": receipt}
    )
    assert filed.status_code == 302
    assert Filing.objects.get().price_cents == price
    told = text_of(leader.get(url("alliances:filing", team)))
    assert "L’offre ne change plus sans l’acheteur." in told
    for name in (
        "alliances:filing",
        "alliances:withdrawals",
        "alliances:result",
        "alliances:detail",
    ):
        assert not GROUP_WORDS.findall(text_of(leader.get(url(name, team)))), name
    team.win().sign()
    filing_actions.hand_over(alliance=team.fresh, by=team.leader, now=team.now)
    assert team.fresh.step is Phase.DELIVERY


def test_undone_by_a_version_the_group_and_its_acceptances_are_back(rope: Make) -> None:
    team = rope().gather().bring_company().step(Phase.SPLIT).share_out().accept_all()
    before, number = team.terms, team.alliance.version
    team.answer_alone("toits")
    # The company worked for the Toits already, and does the same for the same.
    assert accepting(team) == {"mirel"}
    revisions.return_to(
        alliance=team.fresh, number=number, base=team.alliance.version, by=team.leader, now=team.now
    )
    assert team.terms == before
    assert accepted_keys(team.fresh, before) == {team.party(key).key for key in team.inside}


def test_who_answers_alone_weighs_what_it_keeps_and_what_it_answers_for(
    rope: Make, visit: Any
) -> None:
    team = rope().gather().step(Phase.SPLIT).share_out().answer_alone()
    holder, helper = team.party("jardins"), team.party("toits")
    kept, whole = (
        french.euros(cents, rounded=True).replace("\u202f", " ")
        for cents in (team.terms.own_cents(holder.key), team.terms.price_cents)
    )
    page = text_of(visit(team, "jardins").get(url("alliances:decide", team, holder.pk)))
    assert f"Vous : {kept} HT, et vous répondez des {whole}" in page
    assert "Votre part : " in text_of(
        visit(team, "toits").get(url("alliances:decide", team, helper.pk))
    )
    assert "d’après ce que Cordée sait" not in page


def test_back_to_a_group_by_the_page(rope: Make, visit: Any) -> None:
    team = rope().gather().bring_company().step(Phase.SPLIT).share_out().answer_alone()
    leader = visit(team, "leader")
    page = url("alliances:answer_together", team)
    assert "aujourd’hui, Les Jardins du Val répondent seuls" in text_of(leader.get(page))
    keys = {key: team.party(key).key for key in team.inside}
    sent = {"form": "CONJOINT", "lead": keys["peintres"], "version": team.fresh.version}
    wrong = leader.post(page, sent | {"members": [keys["toits"]]})
    assert "Le mandataire est l’un des membres" in text_of(wrong)
    done = leader.post(page, sent | {"members": [keys["toits"], keys["peintres"]]})
    assert done.status_code == 302
    terms = team.terms
    assert (terms.holder, terms.form, terms.lead) == (None, GroupForm.CONJOINT, keys["peintres"])
    assert {m.key for m in terms.members} == {keys[k] for k in ("jardins", "toits", "peintres")}
    assert terms.party(keys["mirel"]).of == keys["jardins"]
    assert sum(terms.share_cents(m.key) for m in terms.members) == terms.price_cents
    assert leader.get(page).status_code == 302, "there is no sole holder any more"


def test_what_is_refused(rope: Make) -> None:
    team = rope().gather()
    base = {"base": team.fresh.version, "by": team.leader, "now": team.now}
    with pytest.raises(ValidationError, match="l’une des structures"):
        actions.answer_alone(alliance=team.alliance, holder="0", **base)
    with pytest.raises(ValidationError, match="parmi les sous-traitants"):
        actions.answer_together(
            alliance=team.alliance, members=["0"], form=GroupForm.CONJOINT, lead="0", **base
        )
    team.share_out()
    with pytest.raises(ValidationError, match="modifié le tableau entre-temps"):
        actions.answer_alone(alliance=team.fresh, holder=team.party("toits").key, **base)
    team.answer_alone()
    base["base"] = team.fresh.version
    with pytest.raises(ValidationError, match="l’un des membres"):
        actions.answer_together(
            alliance=team.alliance,
            members=[team.party("toits").key],
            form=GroupForm.CONJOINT,
            lead=team.party("peintres").key,
            **base,
        )


def test_who_comes_next_works_for_the_candidate(rope: Make, visit: Any) -> None:
    team = rope(members=2).gather().share_out().answer_alone()
    page = visit(team, "leader").get(url("alliances:add_party", team)).content.decode()
    assert '<option value="subcontractor" selected' in page
    row = invitations_actions.add_party(
        alliance=team.fresh,
        structure=team.structures["mirel"],
        role=PartyRole.SUBCONTRACTOR,
        by=team.leader,
        now=team.now,
    )
    assert team.terms.party(row.key).of == team.party("jardins").key


def test_who_comes_back_or_is_called_makes_no_group_unasked(rope: Make) -> None:
    team = rope().gather().share_out().answer_alone()
    jardins = team.party("jardins").key
    for is_yes in (False, True):
        invitations_actions.answer_invitation(
            party=team.party("toits"), is_yes=is_yes, by=team.directors["toits"], now=team.now
        )
    back = team.terms.party(team.party("toits").key)
    assert (back.role, back.of) == (PartyRole.SUBCONTRACTOR, jardins)
    invitations_actions.call_in(
        alliance=team.fresh, structure=team.structures["mirel"], by=team.leader, now=team.now
    )
    called = team.terms.party(team.party("mirel").key)
    assert (called.role, called.of) == (PartyRole.SUBCONTRACTOR, jardins)
    assert team.terms.holder is not None


def test_an_approval_falls_when_its_own_amount_or_signatory_moves(rope: Make) -> None:
    team = rope().alone_to_documents()
    for key in team.inside:
        team.approve(key)
    team.name_signatory("peintres", name="Une autre")
    assert waiting(team) == {"peintres"}
    team.approve("peintres")
    company = team.party("mirel").key
    cell = next(iter(team.terms.cells_of(company)))
    team.write(team.terms.with_cell(replace(cell, cents=(cell.cents or 0) + 1)))
    asked = set(team.inside) - accepting(team)
    assert asked == {"jardins", "mirel"}, "its own deal, and that of who pays it"
    with pytest.raises(ValidationError) as refused:
        team.file()
    assert "Mirel Travaux n’a pas encore accepté sa part." in refused.value.messages
    assert waiting(team) == asked, "the others read nothing that moved"
    team.accept_all()
    for key in asked:
        team.approve(key)
    team.file()


# --- Withdrawals, by phase (RULE-39) ------------------------------------------------------------


def tell(team: Rope, key: str) -> Withdrawal:
    return leaving.announce(
        party=team.party(key), reason="Équipe partie.", by=team.directors[key], now=team.now
    )


def plan(team: Rope, row: Withdrawal, which: str, **values: Any) -> Withdrawal:
    return withdrawals_actions.plan(
        withdrawal=row, plan=which, **values, by=team.leader, now=team.now
    )


def agree_and_answer(team: Rope, row: Withdrawal) -> None:
    row.refresh_from_db()
    after = withdrawals_actions.proposed_of(row)
    for party in withdrawals_actions.concerned(row, team.terms, after):
        person = next(p for k, p in team.directors.items() if team.structures[k] == party.structure)
        withdrawals_actions.agree(
            withdrawal=row,
            party=party,
            read=fingerprint(after, party.key),
            by=person,
            now=team.now,
        )
    days: dict[str, Any] = {"by": team.leader, "now": team.now}
    withdrawals_actions.send(withdrawal=row, request_text="x", sent_on=team.on, **days)
    withdrawals_actions.answer(withdrawal=row, is_accepted=True, answered_on=team.on, **days)


def test_filed_a_subcontractor_falls_out_and_the_buyer_is_written_to(
    rope: Make, visit: Any
) -> None:
    team = rope().alone_to_filed()
    leader = visit(team, "leader")
    told = text_of(leader.get(url("alliances:leave", team, team.party("toits").pk)))
    assert "L’offre ne change plus sans l’acheteur." in told
    assert "La cause vient-elle du groupe" not in told
    row = tell(team, "toits")
    page = text_of(leader.get(url("alliances:withdrawal", team, row.pk)))
    assert "Le candidat le fait lui-même" in page
    assert "Quel membre" not in page
    plan(team, row, Plan.ONE)
    row.refresh_from_db()
    assert row.path == "REQUEST"
    letter = draft(
        row, team.fresh, team.terms, withdrawals_actions.proposed_of(row), names_of(team.fresh)
    )
    assert "Nous ferons ce travail nous-mêmes" in letter
    assert "Le candidat\u00a0: Les Jardins du Val" in letter
    assert not GROUP_WORDS.findall(letter)
    price, kept = team.terms.price_cents, team.terms.own_cents(team.party("jardins").key)
    gone = team.terms.share_cents(team.party("toits").key)
    agree_and_answer(team, row)
    assert team.terms.own_cents(team.party("jardins").key) == kept + gone
    assert team.terms.share_cents(team.party("jardins").key) == price
    assert not GROUP_WORDS.findall(text_of(leader.get(url("alliances:withdrawal", team, row.pk))))
    team.win()
    with pytest.raises(ValidationError, match="n’ont pas encore approuvé l’accord"):
        team.sign()
    for key in team.inside:
        team.approve(key)
    team.sign()


def test_filed_without_its_candidate_there_is_no_offer(rope: Make, visit: Any) -> None:
    team = rope().alone_to_filed()
    row = tell(team, "jardins")
    page = text_of(visit(team, "leader").get(url("alliances:withdrawal", team, row.pk)))
    assert "sans lui, il n’y a plus d’offre" in page
    assert "La structure reste, ou le candidat retire son offre." in page
    with pytest.raises(ValidationError, match="plus d’offre"):
        plan(team, row, Plan.REPLACEMENT, structure=team.structures["mirel"])


def test_signed_another_subcontractor_comes_by_a_dc4(rope: Make) -> None:
    team = rope().alone_to_filed().win().sign()
    other = team.structure("autres", "Autres Travaux", "EI")
    row = tell(team, "mirel")
    plan(team, row, Plan.REPLACEMENT, structure=other)
    row.refresh_from_db()
    assert row.path == "DC4"
    mine = team.terms.share_cents(team.party("mirel").key)
    agree_and_answer(team, row)
    assert team.terms.share_cents(team.party("autres").key) == mine
    assert team.terms.party(team.party("autres").key).of == team.party("jardins").key


def test_the_last_subcontractor_gone_the_candidate_goes_on(rope: Make, visit: Any) -> None:
    team = rope(members=2)
    team.gather().step(Phase.SPLIT).share_out().answer_alone().accept_all()
    for key in team.inside:
        team.name_signatory(key)
    team.step(Phase.MANDATE).step(Phase.DOCUMENTS)
    for key in team.inside:
        team.approve(key)
    team.file()
    row = tell(team, "toits")
    plan(team, row, Plan.ONE)
    agree_and_answer(team, row)
    assert team.terms.holder is not None
    page = text_of(visit(team, "leader").get(url("alliances:approvals", team)))
    assert "Il n’y a plus rien à approuver" in page
    agreed = visit(team, "leader").get(url("alliances:document", team, "convention"))
    assert agreed.status_code == 404, "it has nobody to agree with"
    team.win().sign()
    assert team.fresh.step is Phase.SIGNED


def test_supplied_with_staff_one_goes_from_the_split_to_the_contract_without_a_group(
    rope: Make,
) -> None:
    """Nobody else signs or approves; who supplies staff leaves without a DC4 (RULE-40)."""
    team = rope(members=1).gather()
    team.structure("coup", "Coup de Main", "AI")
    team.bring("coup", PartyRole.STAFFING, "jardins").step(Phase.SPLIT)
    mine, theirs = team.party("jardins").key, team.party("coup").key
    cells = [Cell(party=mine, line=row.key, cents=row.price_cents) for row in team.terms.lines]
    given = Cell(party=theirs, line=cells[0].line, cents=100_00)
    team.write(replace(team.terms, cells=(*cells, given))).accept_all()
    team.step(Phase.MANDATE)
    team.name_signatory("jardins")
    team.step(Phase.DOCUMENTS)
    with pytest.raises(ValidationError, match="pas d’accord à approuver"):
        team.approve("jardins")
    team.file()
    team.win().sign()
    row = tell(team, "coup")
    plan(team, row, Plan.ONE)
    row.refresh_from_db()
    assert row.path == "REQUEST"
    letter = draft(
        row, team.fresh, team.terms, withdrawals_actions.proposed_of(row), names_of(team.fresh)
    )
    assert "du personnel mis à disposition, présenté dans l’offre" in letter
    assert not re.search("sous-trait|DC4", letter)
    agree_and_answer(team, row)
    assert team.terms.holder is not None
    assert not team.fresh.approvals.exists()


def test_a_group_whose_other_member_leaves_answers_alone_once_it_agrees(rope: Make) -> None:
    """Nobody is made a sole candidate unseen: it accepts and reads that it answers for all."""
    team = rope(members=2).gather().bring_company().step(Phase.SPLIT).share_out().accept_all()
    invitations_actions.remove_party(party=team.party("jardins"), by=team.leader, now=team.now)
    terms = team.terms
    assert terms.holder == terms.party(team.party("toits").key)
    assert terms.form is not None, "what the group had chosen is no longer asked of anybody"
    assert team.party("toits").key not in accepted_keys(team.fresh, terms)
    # Nobody chose that form: the next to come makes the group of two that it was.
    invitations_actions.call_in(
        alliance=team.fresh, structure=team.structures["peintres"], by=team.leader, now=team.now
    )
    assert team.terms.party(team.party("peintres").key).role is PartyRole.MEMBER
    assert team.terms.holder is None


def test_reasons_of_who_subcontracts(rope: Make, visit: Any) -> None:
    """RULE-38: what the candidate lacks; not that the risk is too large, since it bears it."""
    team = rope().gather().share_out().answer_alone()
    leader = visit(team, "leader")
    page = url("alliances:reasons", team)
    told = text_of(leader.get(page))
    assert "Le candidat n’a pas assez d’équipes pour le tout" in told
    assert "Un sous-traitant reste libre de travailler pour un autre candidat." in told
    assert "le risque" not in told.lower()
    sent = {"reasons": ["trades"], "words": "", "version": team.fresh.version}
    assert leader.post(page, sent).status_code == 302
    assert team.terms.reasons == frozenset({Reason.TRADES})

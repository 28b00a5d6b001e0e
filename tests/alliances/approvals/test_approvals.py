"""Who approves what, when, and what becomes of it when the convention moves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from cordee.accounts.actions import erase_account
from cordee.accounts.models import JournalEntry
from cordee.accounts.second_factor import Proof
from cordee.agreement.chain import Identity, KeptText, identity_sha256
from cordee.agreement.life import obstacles
from cordee.agreement.phases import Phase
from cordee.alliances.access import access_for
from cordee.alliances.approvals import actions
from cordee.alliances.approvals.pages import approvals_page, signing_rows
from cordee.alliances.dossier_builder import group_convention
from cordee.alliances.models import AllianceParty, Approval, ApprovalIdentity, ApprovedText
from cordee.alliances.state.approval_chain import (
    approved_convention,
    chain_faults,
    kept_convention,
    trace_of,
)
from cordee.alliances.state.current import may_sign, names_of, signing_of, state_of
from cordee.base.documents import canonical_text, text_sha256
from cordee.base.mail.models import OutgoingMail
from cordee.base.written_once import ImmutableRow
from cordee.members.models import Structure
from cordee.rules.parameters import UnknownParameter
from tests.alliances.makers import Rope

Make = Callable[..., Rope]


def everyone(party: AllianceParty) -> bool:
    return True


def rename(team: Rope, name: str = "Les Toits du Val d’Or") -> None:
    Structure.objects.filter(pk=team.structures["toits"].pk).update(name=name)


def rewrite(sql: str, values: list[object]) -> None:
    """What somebody with the base in their hands could do, behind the back of the application."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_each_member_approves_what_it_read(rope: Make) -> None:
    team = rope().to_documents()
    row = team.approve("jardins")
    assert (row.sequence, row.method, row.document_sha256) == (1, "password", team.sha())
    assert (row.identity.name, row.identity.function) == ("Signataire jardins", "présidente")
    team.approve("toits")
    state = state_of(team.fresh, now=team.now)
    assert state.approved == {team.party("jardins").key, team.party("toits").key}
    missing = obstacles(replace(state, has_receipt=True), Phase.FILED, names_of(team.alliance))
    said = [each.text for each in missing]
    assert said == ["Les Peintres du Val n’ont pas encore approuvé la convention."]


def test_approving_twice_is_once(rope: Make) -> None:
    team = rope().to_documents()
    assert team.approve("jardins").pk == team.approve("jardins").pk
    assert Approval.objects.count() == 1


def test_a_word_changed_makes_every_approval_fall(rope: Make) -> None:
    team = rope().to_documents()
    for key in team.members:
        team.approve(key)
    common = replace(team.terms.common, payment="Chacun est payé par l’acheteur.")
    team.write(replace(team.terms, common=common))
    assert state_of(team.fresh, now=team.now).approved == set()
    assert chain_faults(team.alliance) == (), "an approval that fell is still a proof"


def test_another_signatory_makes_every_approval_fall(rope: Make) -> None:
    team = rope().to_documents()
    team.approve("jardins")
    team.name_signatory("toits", name="Une autre")
    assert state_of(team.fresh, now=team.now).approved == set()


def test_a_pin_is_no_term_and_moves_nothing(rope: Make) -> None:
    team = rope().to_documents()
    team.approve("jardins")
    cell = next(iter(team.terms.cells))
    team.write(team.terms.with_cell(replace(cell, pinned=True)))
    assert state_of(team.fresh, now=team.now).approved == {team.party("jardins").key}


def test_what_moved_since_it_was_read_is_not_approved(rope: Make) -> None:
    team = rope().to_documents()
    read = team.sha()
    team.name_signatory("toits", name="Une autre")
    with pytest.raises(ValidationError, match="a changé depuis que vous l’avez lue"):
        team.approve("jardins", document_sha256=read)


def test_an_identity_proved_too_long_ago_is_asked_again(rope: Make) -> None:
    team = rope().to_documents()
    with pytest.raises(ValidationError, match="trop longtemps"):
        team.approve("jardins", proof=Proof("password", team.now - timedelta(minutes=6)))


def test_it_is_said_why_one_cannot_approve_yet(rope: Make) -> None:
    team = rope().gather().bring_company().step(Phase.SPLIT).share_out()
    with pytest.raises(ValidationError, match="on prépare le dossier"):
        team.approve("jardins")
    with pytest.raises(ValidationError, match="Seuls les membres"):
        team.approve("mirel")


def test_after_filing_nobody_approves_nor_takes_back(rope: Make) -> None:
    team = rope().to_filed()
    with pytest.raises(ValidationError, match="L’offre est déposée"):
        team.approve("jardins")
    with pytest.raises(ValidationError, match="gelée"):
        actions.take_back_approval(
            party=team.party("jardins"),
            proof=Proof("password", team.now),
            by=team.directors["jardins"],
            now=team.now,
        )
    with pytest.raises(ValidationError, match="gelée"):
        team.name_signatory("toits", name="Une autre")


def test_a_sheet_corrected_after_filing_takes_no_approval_away(rope: Make) -> None:
    """Nobody could approve again then: the contract would never be signed."""
    team = rope().to_filed()
    everybody = {team.party(key).key for key in team.members}
    text = canonical_text(group_convention(team.fresh, on=team.on))
    filed = approvals_page(access_for(team.leader, team.alliance.pk), on=team.on)
    rename(team)
    assert state_of(team.fresh, now=team.now).approved == everybody
    page = approvals_page(access_for(team.leader, team.alliance.pk), on=team.on)
    assert (page["sha256"], page["waiting"]) == (filed["sha256"], 0)
    assert (filed["has_drifted"], page["has_drifted"]) == (False, True)
    assert page["filed"] is not None
    paper = approved_convention(team.fresh, on=team.on, seen=everyone)
    assert canonical_text(paper) == page["filed"].content == text, "the paper is the text that left"
    assert "qui ne valent plus" not in paper.plain_text()
    rewrite("DELETE FROM alliances_approvedtext", [])
    today = group_convention(team.fresh, on=team.on)
    assert canonical_text(
        approved_convention(team.fresh, on=team.on, seen=everyone)
    ) == canonical_text(today)


def test_taking_back_adds_a_line_and_loses_none(rope: Make) -> None:
    team = rope().to_documents()
    team.approve("jardins")
    actions.take_back_approval(
        party=team.party("jardins"),
        proof=Proof("password", team.now),
        by=team.directors["jardins"],
        now=team.now,
    )
    assert [row.kind for row in team.alliance.approvals.all()] == ["approve", "take_back"]
    assert state_of(team.fresh, now=team.now).approved == set()
    assert team.approve("jardins").sequence == 3
    assert chain_faults(team.alliance) == ()


def test_the_application_neither_changes_nor_deletes_a_line(rope: Make) -> None:
    row = rope().to_documents().approve("jardins")
    row.document_sha256 = "0" * 64
    for write in (row.save, row.delete, Approval.objects.all().delete):
        with pytest.raises(ImmutableRow):
            write()


def test_a_line_changed_in_the_base_is_seen(rope: Make) -> None:
    team = rope().to_documents()
    row = team.approve("jardins")
    team.approve("toits")
    rewrite("UPDATE alliances_approval SET document_sha256 = %s WHERE id = %s", ["0" * 64, row.pk])
    (fault,) = chain_faults(team.fresh)
    assert (fault.sequence, fault.sentence) == (
        1,
        "Son contenu n’est plus celui qui a été approuvé.",
    )


def test_the_last_line_taken_away_is_seen_by_the_journal(rope: Make) -> None:
    team = rope().to_documents()
    team.approve("jardins")
    row = team.approve("toits")
    rewrite("DELETE FROM alliances_approvalidentity WHERE approval_id = %s", [row.pk])
    rewrite("DELETE FROM alliances_approval WHERE id = %s", [row.pk])
    (fault,) = chain_faults(team.fresh)
    assert (fault.sequence, fault.sentence) == (
        2,
        "Le journal note cette ligne, et elle n’est plus là.",
    )


def test_the_base_refuses_a_second_chain(rope: Make) -> None:
    team = rope().to_documents()
    row = team.approve("jardins")
    copied = Approval.objects.get(pk=row.pk)
    copied.pk, copied._state.adding = None, True
    copied.sequence, copied.sha256 = 2, "1" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        copied.save()


def test_erasing_an_account_keeps_the_proof_and_takes_the_name(rope: Make) -> None:
    team = rope().to_documents()
    row = team.approve("jardins")
    team.approve("toits")
    mail = OutgoingMail.objects.get(recipient="jardins@exemple.fr", subject__contains="approbation")
    who = Identity(name=row.identity.name, function=row.identity.function, key=row.identity.key)
    assert who.key in mail.text, "the receipt holds the key"
    erase_account(person=team.directors["jardins"], by=None)
    identity = ApprovalIdentity.objects.get(approval=row)
    assert (identity.name, identity.function, identity.key, identity.person) == ("", "", "", None)
    assert identity.erased_at is not None
    assert chain_faults(team.fresh) == ()
    text = team.alliance.approved_texts.get()
    told = kept_convention(text, counts=True, seen=everyone).plain_text()
    assert who.name in told, "the contract of the others keeps its signatories (decision 33)"
    assert "nom effacé avec le compte" in told.partition("Approbations")[2]
    assert identity_sha256(who) == Approval.objects.get(pk=row.pk).identity_sha256
    kept = JournalEntry.objects.filter(verb="alliances.approve").values_list("after", flat=True)
    assert all("Signataire" not in str(after) for after in kept)


def test_a_name_erased_without_saying_so_is_refused_by_the_base(rope: Make) -> None:
    row = rope().to_documents().approve("jardins")
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalIdentity.objects.filter(approval=row).update(erased_at=row.at)


# --- The text that was approved ---------------------------------------------------------------


def test_the_text_is_kept_once_and_is_read_again_whatever_sheets_say(rope: Make) -> None:
    team = rope().to_documents()
    for key in team.members:
        row = team.approve(key)
    (text,) = team.alliance.approved_texts.all()
    assert text_sha256(text.content) == text.sha256 == row.document_sha256
    before = group_convention(team.fresh, on=team.on)
    rename(team)
    again = kept_convention(text, counts=False, seen=everyone)
    assert canonical_text(again) == canonical_text(before) == text.content
    assert "Val d’Or" not in again.plain_text().partition("Approbations")[0]
    assert "Un autre texte a pris la place de celui-ci." in again.plain_text()
    assert (
        again.plain_text().count("Signataire toits")
        == before.plain_text().count("Signataire toits") + 1
    ), "once more, on the page of approvals"
    team.approve("jardins")
    assert team.alliance.approved_texts.count() == 2
    assert chain_faults(team.fresh) == ()


def test_a_text_stands_or_falls_with_its_approval(
    rope: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = rope().to_documents()
    with monkeypatch.context() as patch:
        patch.setattr(actions, "write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            team.approve("jardins")
    assert not ApprovedText.objects.exists()
    team.approve("jardins")
    text = ApprovedText.objects.get()
    for write in (text.save, text.delete, ApprovedText.objects.all().delete):
        with pytest.raises(ImmutableRow):
            write()
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovedText(alliance=text.alliance, sha256=text.sha256, content="{}").save()


def test_a_text_changed_or_taken_away_is_seen_and_one_never_kept_is_no_fault(rope: Make) -> None:
    team = rope().to_documents()
    team.approve("jardins")
    assert trace_of(team.fresh).kept == {1: KeptText.WHOLE}
    rewrite("UPDATE alliances_approvedtext SET content = replace(content, %s, %s)", ["Val", "Mal"])
    trace = trace_of(team.fresh)
    assert (trace.kept, trace.texts) == ({1: KeptText.CHANGED}, {})
    assert [fault.sentence for fault in trace.faults] == [
        "Le texte gardé n’est plus celui qui a été approuvé."
    ]
    rewrite("DELETE FROM alliances_approvedtext", [])
    assert [fault.sentence for fault in chain_faults(team.fresh)] == [
        "Le journal note que ce texte est gardé, et il n’est plus là."
    ]
    for entry in JournalEntry.objects.filter(verb="alliances.approve"):
        del entry.after["text"]
        JournalEntry.objects.filter(pk=entry.pk).update(after=entry.after)
    trace = trace_of(team.fresh)
    assert (trace.kept, trace.faults) == ({1: KeptText.NEVER}, ())


# --- Who signs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"power": "board"}, "Donnez la date de l’acte"),
        ({"power": "council"}, "la date du vote, ou du prochain conseil"),
        ({"power": "board", "power_on": timedelta(days=3)}, "du jour où il est pris"),
    ],
)
def test_an_act_is_dated(rope: Make, values: dict[str, object], said: str) -> None:
    team = rope().gather()
    if isinstance(values.get("power_on"), timedelta):
        values = values | {"power_on": team.on + values["power_on"]}
    with pytest.raises(ValidationError, match=said):
        team.name_signatory("jardins", **values)


def test_a_council_may_vote_after_filing_and_before_the_signature(rope: Make) -> None:
    team = rope().gather().step(Phase.SPLIT).share_out().accept_all()
    for key in team.members[1:]:
        team.name_signatory(key)
    late = team.on + timedelta(days=365)
    team.name_signatory("jardins", power="council", next_council_on=late)
    access, row = access_for(team.leader, team.alliance.pk), team.party("jardins")
    (shown,) = (one for one in signing_rows(access, on=team.on) if one.party == row)
    found = [(each.code, each.weight) for each in shown.findings]
    assert found == [("ACT_AFTER_FILING", "WARNING")]
    # A page is read by the law of its own day: that of before April 2016 is not known.
    with pytest.raises(UnknownParameter, match="2016-03-31"):
        signing_rows(access, on=date(2016, 3, 31))
    team.step(Phase.MANDATE).step(Phase.DOCUMENTS)
    for key in team.members:
        team.approve(key)
    team.file()
    team.win()
    with pytest.raises(ValidationError, match="Le vote du conseil manque"):
        team.sign()
    with pytest.raises(ValidationError, match="gelée"):
        team.name_signatory("jardins", name="Une autre", power="council", power_on=team.on)
    more = {"carrier": "COMPANY", "may_compete": False}
    team.name_signatory("jardins", power="council", power_on=team.on, **more)
    row = AllianceParty.objects.get(pk=team.party("jardins").pk)
    # The act that was awaited is noted, and nothing else.
    assert (row.structure.organisation.carrier, row.may_compete) == ("PUBLIC", True)
    assert team.sign().fresh.step is Phase.SIGNED


@pytest.mark.parametrize(
    ("carrier", "power", "codes"),
    [
        # A commune is known by what it is, whatever is ticked.
        ("PUBLIC", "legal", ["UNFIT_CAPACITY"]),
        ("COMPANY", "board", ["UNFIT_CAPACITY"]),
        ("COMPANY", "delegation", []),
        ("ASSOCIATION", "council", ["UNFIT_CAPACITY"]),
    ],
)
def test_who_signs_depends_on_what_the_organisation_is(
    rope: Make, carrier: str, power: str, codes: list[str]
) -> None:
    team = rope().gather()
    day = None if power == "legal" else team.on
    team.name_signatory("toits", carrier=carrier, power=power, power_on=day)
    row = AllianceParty.objects.get(pk=team.party("toits").pk)
    assert [each.code for each in signing_of(row, files_on=None, on=team.on)] == codes
    assert may_sign(row, files_on=None, on=team.on) is not bool(codes)


def test_a_public_carrier_is_asked_about_its_price_and_its_interest(rope: Make) -> None:
    team = rope().gather()
    team.name_signatory("toits", power="council", power_on=team.on, may_compete=False)
    (found,) = signing_of(team.party("toits"), files_on=team.on, on=team.on)
    assert (found.code, found.weight) == ("PUBLIC_CANDIDATE", "QUESTION")
    assert "355563" in found.articles[0]


def test_only_the_act_that_the_power_needs_is_kept(rope: Make) -> None:
    team = rope().gather()
    team.name_signatory("jardins", power="legal", power_on=team.on, next_council_on=team.on)
    row = AllianceParty.objects.get(pk=team.party("jardins").pk)
    assert (row.power_on, row.next_council_on) == (None, None)

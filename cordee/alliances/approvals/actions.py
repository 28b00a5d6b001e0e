"""Writes of the mandate: who signs for each party, and who approves the convention."""

import secrets
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.accounts.second_factor import Proof
from cordee.agreement import Terms
from cordee.agreement.chain import Identity, genesis, identity_sha256, link_sha256
from cordee.agreement.phases import Phase
from cordee.alliances.dossier_builder import group_convention
from cordee.alliances.frame.mails import write
from cordee.alliances.models import (
    Alliance,
    AllianceParty,
    Approval,
    ApprovalIdentity,
    ApprovedText,
)
from cordee.alliances.models.parties import SIGNATORY
from cordee.alliances.revisions import locked, refuse_frozen
from cordee.alliances.state import approval_chain
from cordee.alliances.state.current import accepted_keys, filing_day, may_sign
from cordee.base.documents import canonical_text
from cordee.base.documents import document_sha256 as fingerprint_of
from cordee.dossier.texts import MODEL

# How long a password given again counts as "just before".
FRESH = timedelta(minutes=5)
Kind, Power = Approval.Kind, AllianceParty.Power


@transaction.atomic
def name_signatory(
    *,
    party: AllianceParty,
    name: str,
    function: str,
    power: str,
    power_on: date | None,
    next_council_on: date | None,
    carrier: str = "",
    may_compete: bool = False,
    by: User,
    on: date,
) -> None:
    """Say who signs for a party, and by which act. Another name makes all approvals fall.

    `carrier`: what its organisation is; empty leaves it. Once the offer left, the act that was
    awaited is noted, and nothing else. Raises `ValidationError` where an act is dated from a day to
    come, or the offer left.
    """
    alliance = locked(party.alliance)
    party = alliance.parties.select_related("structure__organisation").get(pk=party.pk)
    was = (party.signatory_name, party.signatory_function, party.power, party.has_act)
    is_awaited = was == (name.strip(), function.strip(), power, False) and power_on is not None
    has_left = alliance.step.is_frozen and not is_amended(alliance)
    if has_left and not is_awaited:
        refuse_frozen(alliance)
    party.name_signatory(name=name, function=function, power=power, power_on=power_on, on=on)
    if power in {Power.BOARD, Power.DELEGATION} and power_on is None:
        raise ValidationError({"power_on": "Donnez la date de l’acte."})
    if power == Power.COUNCIL and power_on is None and next_council_on is None:
        raise ValidationError(
            {"next_council_on": "Donnez la date du vote, ou du prochain conseil."}
        )
    is_council = power == Power.COUNCIL
    party.next_council_on = next_council_on if is_council and power_on is None else None
    if not has_left:
        party.may_compete = may_compete
    party.full_clean()
    party.save(update_fields=[*SIGNATORY, "next_council_on", "may_compete"])
    organisation = party.structure.organisation
    is_other = not has_left and carrier not in ("", organisation.carrier)
    if is_other:
        organisation.carrier = carrier
        organisation.full_clean()
        organisation.save(update_fields=["carrier"])
    noted = {"party": party.pk, "power": power} | ({"carrier": carrier} if is_other else {})
    journal.record("alliances.name_signatory", alliance, by=by, after=noted)


@transaction.atomic
def approve(
    *, party: AllianceParty, document_sha256: str, proof: Proof, by: User, now: datetime
) -> Approval:
    """A signer's representative approves the convention that they read, as it stands.

    Or the agreement of a sole holder, where one answers alone.

    Twice is once. Raises `ValidationError` where the convention moved since, where it is not time,
    or where the representative did not prove again who they are.
    """
    alliance = locked(party.alliance)
    party = alliance.parties.get(pk=party.pk)
    terms = alliance.terms
    on = timezone.localdate(now)
    if reasons := hindrances(alliance, party, terms, on=on):
        raise ValidationError(list(reasons))
    document = group_convention(alliance, on=on)
    if fingerprint_of(document) != document_sha256:
        raise ValidationError(
            terms.arrangement.pick(
                group="La convention a changé depuis que vous l’avez lue. Relisez-la.",
                sole="L’accord a changé depuis que vous l’avez lu. Relisez-le.",
            )
        )
    # A minute ahead is allowed: clocks of two machines differ by seconds.
    if proof.at is not None and not now - FRESH <= proof.at <= now + timedelta(minutes=1):
        raise ValidationError("Votre identité a été redemandée il y a trop longtemps.")
    # The same text again by the same party: its line is there, a second one proves nothing more.
    if party.key in approval_chain.approved_keys(alliance, document_sha256):
        return approval_chain.last_by_party(alliance)[party.key]
    # Kept once: whoever reads it later can hash it again.
    ApprovedText.objects.get_or_create(
        alliance=alliance,
        sha256=document_sha256,
        defaults={"content": canonical_text(document)},
    )
    if alliance.paper_model is None:
        # What one approved is the text of all, until somebody chooses another model.
        alliance.paper_model = MODEL
        alliance.save(update_fields=["paper_model"])
    made = _append(alliance, party, Kind.APPROVE, document_sha256, proof, by=by, now=now)
    # With the key of this receipt they can prove later that it was them, even once erased here.
    receipt = {
        "alliance": alliance,
        "approval": made,
        "identity": made.identity,
        "structure": str(party),
        "paper": terms.arrangement.paper,
    }
    write(by, "approved", receipt, f"{made.pk}:{by.pk}")
    return made


@transaction.atomic
def take_back_approval(*, party: AllianceParty, proof: Proof, by: User, now: datetime) -> None:
    """Take one's approval back before filing: the chain gets a line more, and loses none."""
    alliance = locked(party.alliance)
    party = alliance.parties.get(pk=party.pk)
    refuse_frozen(alliance)
    last = approval_chain.last_by_party(alliance).get(party.key)
    if last is None or last.kind != Kind.APPROVE:
        return
    _append(alliance, party, Kind.TAKE_BACK, last.document_sha256, proof, by=by, now=now)


@transaction.atomic
def choose_new_model(*, alliance: Alliance, by: User) -> None:
    """Take the newest model for the common paper; all approve again where its words differ.

    Raises `ValidationError` once the offer left.
    """
    alliance = locked(alliance)
    refuse_frozen(alliance)
    before, alliance.paper_model = alliance.paper_model, MODEL
    if before in (None, MODEL):
        return
    alliance.save(update_fields=["paper_model"])
    journal.record(
        "alliances.choose_new_model",
        alliance,
        by=by,
        before={"model": before},
        after={"model": MODEL},
    )


def hindrances(
    alliance: Alliance, party: AllianceParty, terms: Terms, *, on: date
) -> tuple[str, ...]:
    """Why a party cannot approve now; empty where it can."""
    mine = terms.find(party.key)
    arrangement = terms.arrangement
    if not terms.has_paper:
        return ("Le candidat s’engage seul : il n’y a pas d’accord à approuver.",)
    if mine is None or mine not in terms.signers:
        return (
            arrangement.pick(
                group="Seuls les membres du groupement approuvent la convention.",
                sole="Seuls le candidat et ses sous-traitants approuvent l’accord.",
            ),
        )
    if alliance.step is not Phase.DOCUMENTS and not is_amended(alliance):
        return (
            f"{arrangement.paper.capitalize()} s’approuve à l’étape « on prépare le dossier »."
            if alliance.step.is_editable
            else f"L’offre est déposée : {arrangement.paper} ne s’approuve plus.",
        )
    found = []
    if party.key not in accepted_keys(alliance, terms):
        found.append("Acceptez d’abord votre part.")
    if not may_sign(party, files_on=filing_day(alliance), on=on):
        found.append("Dites d’abord qui signe, et de quel droit.")
    if arrangement.has_form and (terms.form is None or terms.lead is None):
        found.append("Il manque la forme du groupement ou le mandataire.")
    return tuple(found)


def is_amended(alliance: Alliance) -> bool:
    """Whether the terms changed with the buyer's agreement since filing, and nobody signed yet."""
    if not alliance.step.is_frozen:
        return False
    filing = getattr(alliance, "filing", None)
    return filing is not None and alliance.version > filing.revision.number


def _append(
    alliance: Alliance,
    party: AllianceParty,
    kind: Approval.Kind,
    document_sha256: str,
    proof: Proof,
    *,
    by: User,
    now: datetime,
) -> Approval:
    """One line more at the end of the chain; the alliance is locked, so that it never forks."""
    last = alliance.approvals.order_by("sequence").last()
    who = Identity(
        # Salted by a random key: once erased, the name cannot be found again by trying names.
        name=party.signatory_name,
        function=party.signatory_function,
        key=secrets.token_hex(32),
    )
    row = Approval(
        alliance=alliance,
        party=party,
        sequence=1 if last is None else last.sequence + 1,
        kind=kind,
        revision=alliance.revision(),
        document_sha256=document_sha256,
        at=now,
        method=proof.method,
        authenticated_at=proof.at,
        identity_sha256=identity_sha256(who),
        # Each line seals the one before: to change one is to rewrite all that follow.
        previous_sha256=genesis(str(alliance.pk)) if last is None else last.sha256,
    )
    row.sha256 = link_sha256(approval_chain.link_of(row))
    row.full_clean(exclude=["alliance", "party", "revision"])
    row.save(force_insert=True)
    ApprovalIdentity.objects.create(
        approval=row, name=who.name, function=who.function, key=who.key, person=by
    )
    journal.record(
        approval_chain.APPROVE if kind == Kind.APPROVE else approval_chain.TAKE_BACK,
        alliance,
        by=by,
        after={"party": party.pk, "sequence": row.sequence, "sha256": row.sha256}
        | ({"text": document_sha256} if kind == Kind.APPROVE else {}),
    )
    return row


def erase_identities_of(person: User, *, now: datetime) -> None:
    """Part of erasing an account: the person's name leaves the proofs, the chain stays whole."""
    ApprovalIdentity.objects.filter(person=person).update(
        name="", function="", key="", erased_at=now
    )

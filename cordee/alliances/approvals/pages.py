"""What the pages of those who sign and of approvals show; views count nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cordee.agreement.chain import KeptText
from cordee.alliances.access import AllianceAccess
from cordee.alliances.approvals.access import reads_text_of
from cordee.alliances.approvals.actions import hindrances
from cordee.alliances.models import AllianceParty, Approval, ApprovedText
from cordee.alliances.state import approval_chain
from cordee.alliances.state.approval_chain import convention_sha256, filed_sha256
from cordee.alliances.state.current import filing_day, signing_of
from cordee.base.documents import short_fingerprint
from cordee.dossier.texts import MODEL
from cordee.rules.findings import Finding, blocks


@dataclass(frozen=True, slots=True)
class Signing:
    """One party on the page of those who sign."""

    party: AllianceParty
    name: str
    is_own: bool
    is_member: bool
    findings: Sequence[Finding]

    @property
    def is_ready(self) -> bool:
        return not self.findings

    @property
    def is_blocked(self) -> bool:
        return blocks(tuple(self.findings))


def signing_rows(access: AllianceAccess, *, on: date) -> list[Signing]:
    """Those who take part, with who signs for each; those who sign the common paper first.

    A subcontractor reads its own line alone.
    """
    alliance = access.alliance
    terms = alliance.terms
    known = {party.key for party in terms.parties}
    signs = {party.key for party in terms.signers}
    rows, names = access.rows, access.called
    files_on = filing_day(alliance)
    found = [
        Signing(
            row,
            names[row.key],
            access.speaks_for(row),
            row.key in signs,
            signing_of(row, files_on=files_on, on=on),
        )
        for row in rows
        if row.key in known
        and row.state == AllianceParty.State.INTERESTED
        and (access.reads_shares or access.speaks_for(row))
    ]
    return sorted(found, key=lambda each: not each.is_member)


@dataclass(frozen=True, slots=True)
class Approving:
    """One member on the page of approvals."""

    party: AllianceParty
    name: str
    is_own: bool
    last: Approval | None
    stands: bool
    hindrances: Sequence[str]
    # What the last line is about, where it is kept and the user reads it; whether it was ever kept.
    text: ApprovedText | None
    was_kept: bool

    @property
    def has_fallen(self) -> bool:
        """Whether it approved a convention that moved since."""
        last = self.last
        return last is not None and last.kind == Approval.Kind.APPROVE and not self.stands


def text_in(
    trace: approval_chain.Trace, access: AllianceAccess, line: Approval
) -> ApprovedText | None:
    """The text that a line is about, where it is kept, whole, and the user reads it."""
    return trace.texts.get(line.document_sha256) if reads_text_of(access, line) else None


def approvals_page(access: AllianceAccess, *, on: date) -> dict[str, Any]:
    """Members, what each approved, and whether the chain is whole."""
    alliance = access.alliance
    terms = alliance.terms
    today = convention_sha256(alliance, on=on) if terms.has_paper else ""
    sha256 = filed_sha256(alliance) or today if terms.has_paper else ""
    trace = approval_chain.trace_of(alliance)
    last = {str(line.party_id): line for line in trace.rows}
    stands = approval_chain.approved_keys(alliance, sha256)
    rows, names = {row.key: row for row in access.rows}, access.called
    found = []
    for member in terms.signers if terms.has_paper else ():
        row, line = rows[member.key], last.get(member.key)
        if not (access.reads_shares or access.names(row)):
            continue
        found.append(
            Approving(
                row,
                names[member.key],
                access.speaks_for(row),
                line,
                member.key in stands,
                hindrances(alliance, row, terms, on=on) if access.speaks_for(row) else (),
                text_in(trace, access, line) if line is not None else None,
                line is None or trace.kept[line.sequence] is not KeptText.NEVER,
            )
        )
    has_drifted = sha256 != today
    return {
        "sha256": sha256,
        "short": short_fingerprint(sha256),
        "terms": terms,
        "rows": found,
        "waiting": sum(not row.stands for row in found),
        "is_whole": not trace.faults,
        "how_many_lines": len(trace.rows),
        "form": terms.arrangement.form_label(terms),
        # Why nobody has anything to approve, where that is so.
        "nobody": terms.arrangement.pick(
            group="Il n’y a encore aucun membre",
            sole="Il n’y a plus rien à approuver",
            staffed="Le candidat s’engage seul",
        ),
        # Whether today's text is no longer the one that was filed; and that one, where it is kept.
        "has_drifted": has_drifted,
        "filed": trace.texts.get(sha256) if has_drifted else None,
        # Whether a newer model of this text may be chosen.
        "has_new_model": terms.has_paper
        and alliance.step.is_editable
        and (alliance.paper_model or MODEL) != MODEL,
    }

"""The write of a go or no-go, by the structure that takes it."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import AllianceParty, GoDecision
from cordee.rules.findings import Finding, Weight


@transaction.atomic
def decide(
    *,
    party: AllianceParty,
    is_go: bool,
    reason: str,
    new_trade: bool | None,
    new_partner: bool | None,
    findings: Sequence[Finding],
    version: int,
    by: User,
    now: datetime,
) -> GoDecision:
    """A structure decides to go or not; the same decision said again is said once.

    Raises `ValidationError` where something blocks a yes, a no has no reason, or the offer is away.
    """
    if not party.alliance.step.is_editable:
        raise ValidationError(
            f"L’alliance en est à « {party.alliance.step.label} » : cette décision ne change "
            f"plus. Pour partir, annoncez un retrait."
        )
    blocking = [found for found in findings if found.weight is Weight.BLOCK]
    if is_go and blocking:
        raise ValidationError([f"{found.sentence} {found.cure}" for found in blocking])
    last = party.decisions.order_by("-decided_at", "-pk").first()
    new = GoDecision(
        party=party,
        is_go=is_go,
        reason=reason.strip(),
        new_trade=new_trade,
        new_partner=new_partner,
        warnings=[str(found.code) for found in findings],
        version=version,
        decided_at=now,
        decided_by=by,
    )
    if last is not None and _content(last) == _content(new):
        return last
    new.full_clean(exclude=["decided_by"])
    new.save(force_insert=True)
    journal.record(
        "alliances.decide", party.alliance, by=by, after={"party": party.pk, "is_go": is_go}
    )
    return new


def _content(decision: GoDecision) -> list[object]:
    said = ("is_go", "reason", "new_trade", "new_partner", "warnings", "version")
    return [getattr(decision, name) for name in said]

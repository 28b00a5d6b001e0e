"""A message is reported to a network, which answers, and may ask its author to take it back.

The journal keeps who did what, never the words; its lines are not of the alliance.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.messages import report_mails
from cordee.alliances.models import AllianceMessage, AllianceMessageReport
from cordee.alliances.revisions import locked
from cordee.members.models import Network

Outcome = AllianceMessageReport.Outcome


@transaction.atomic
def report(
    *, message: AllianceMessage, network: Network, words: str, by: User, now: datetime
) -> AllianceMessageReport:
    """Ask a network to read one message. Reported by the user already, it is the same report.

    Raises `ValidationError` without a reason, or where the message is not there to read.
    """
    locked(message.alliance)
    held = AllianceMessage.objects.readable().filter(pk=message.pk).first()
    if held is None:
        raise ValidationError("Ce message n’est plus affiché. Il n’y a plus rien à signaler.")
    known: AllianceMessageReport | None = held.reports.filter(by=by).first()
    if known is not None:
        return known
    if not words.strip():
        raise ValidationError("Dites ce qui ne va pas.")
    made = AllianceMessageReport(message=held, network=network, words=words.strip(), by=by, at=now)
    made.full_clean(exclude=["message", "network", "by"])
    made.save(force_insert=True)
    report_mails.notify_reported(made)
    journal.record("alliances.report_message", made, by=by)
    return made


@transaction.atomic
def decide(
    *,
    report: AllianceMessageReport,
    outcome: Outcome,
    answer: str,
    request: str = "",
    by: User,
    now: datetime,
) -> None:
    """Answer who reported it; where a withdrawal is asked, tell its author why. One may decide
    again.

    Raises `ValidationError` without words for both, or where nobody can take it back any more.
    """
    locked(report.message.alliance)
    held = AllianceMessageReport.objects.select_related(
        "message__alliance", "message__by", "network", "by"
    ).get(pk=report.pk)
    asks = outcome == Outcome.ASKED
    if asks and (held.message.by is None or not held.message.text):
        raise ValidationError("Ce message n’a plus de texte. Répondez seulement à qui le signale.")
    held.request = request.strip() if asks else ""
    held.outcome, held.answer = outcome, answer.strip()
    held.decided_at, held.decided_by = now, by
    held.full_clean(exclude=["message", "network", "by", "decided_by"])
    held.save()
    report_mails.notify_decided(held)
    journal.record("alliances.answer_report", held, by=by, after={"outcome": outcome.value})

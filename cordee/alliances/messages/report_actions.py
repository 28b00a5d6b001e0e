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
def keep(*, report: AllianceMessageReport, answer: str, by: User, now: datetime) -> None:
    """Leave the message, and say why to who reported it. Raises `ValidationError` without words."""
    held = _held(report)
    held.request = ""
    _decide(held, Outcome.KEPT, answer, by, now)


@transaction.atomic
def ask_to_withdraw(
    *, report: AllianceMessageReport, answer: str, request: str, by: User, now: datetime
) -> None:
    """Ask who wrote it to take it back, and answer who reported it.

    Raises `ValidationError` without words for both, or where nobody can take it back any more.
    """
    held = _held(report)
    if held.message.by is None or not held.message.text:
        raise ValidationError("Ce message n’a plus de texte. Répondez seulement à qui le signale.")
    held.request = request.strip()
    _decide(held, Outcome.ASKED, answer, by, now)
    report_mails.notify_asked(held)


def _held(report: AllianceMessageReport) -> AllianceMessageReport:
    """The report read again, under the lock of its alliance."""
    locked(report.message.alliance)
    return AllianceMessageReport.objects.select_related(
        "message__alliance", "message__by", "network", "by"
    ).get(pk=report.pk)


def _decide(
    held: AllianceMessageReport, outcome: Outcome, answer: str, by: User, now: datetime
) -> None:
    held.outcome, held.answer = outcome, answer.strip()
    held.decided_at, held.decided_by = now, by
    held.full_clean(exclude=["message", "network", "by", "decided_by"])
    held.save()
    report_mails.notify_answered(held)
    journal.record("alliances.answer_report", held, by=by, after={"outcome": outcome.value})

"""What the thread of an alliance shows of each message, and what one may do with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cordee.accounts.models import User
from cordee.alliances.access import AllianceAccess
from cordee.alliances.messages.access import may_report
from cordee.alliances.models import AllianceMessage, AllianceMessageReport


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message for one reader.

    `asked`: networks that ask the user to take it back. `reported`: what the user reported of it
    themselves.
    """

    message: AllianceMessage
    written_by: str
    is_mine: bool
    may_report: bool
    asked: Sequence[AllianceMessageReport]
    reported: AllianceMessageReport | None


def written_by(access: AllianceAccess, message: AllianceMessage) -> str:
    """Who says it, and to which subcontractor where the team exchanges it with one."""
    about = message.about
    if about is None or not access.reads_shares or message.side == about.structure.shown_name:
        return message.side
    return f"{message.side}, à l’équipe et à {about.structure.shown_name}"


def shown_messages(
    messages: Iterable[AllianceMessage], access: AllianceAccess, person: User
) -> list[ShownMessage]:
    """The rows of a page of the thread: one query for all of them."""
    rows = list(messages)
    reports_of: dict[int, list[AllianceMessageReport]] = {}
    reports = AllianceMessageReport.objects.filter(message__in=[row.pk for row in rows])
    for report in reports.select_related("network").order_by("pk"):
        reports_of.setdefault(report.message_id, []).append(report)
    return [
        ShownMessage(
            message=row,
            written_by=written_by(access, row),
            is_mine=row.by_id == person.pk,
            may_report=may_report(access, row, person),
            asked=[each for each in told if row.by_id == person.pk and row.text and each.request],
            reported=next((each for each in told if each.by_id == person.pk), None),
        )
        for row in rows
        for told in [reports_of.get(row.pk, ())]
    ]

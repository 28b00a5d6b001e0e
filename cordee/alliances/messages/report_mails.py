"""What is written about a message reported: to the network, to who reported it, to its author."""

from django.http import Http404
from django.urls import reverse

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.alliances.access import inside_for
from cordee.alliances.models import AllianceMessageReport
from cordee.members.models import RoleSeat

KIND = "message_reports"
TEMPLATES = {
    "reported": "alliances/mail/message_reported",
    "answered": "alliances/mail/report_answered",
    "asked": "alliances/mail/withdrawal_of_message_asked",
}


def notify_reported(report: AllianceMessageReport) -> None:
    """To those who act for the network: there is something to read; the words stay in Cordée."""
    for person in RoleSeat.objects.of_networks().filter(network=report.network).people():
        _write(person, "reported", report, reverse("alliances:report", args=[report.pk]))


def notify_decided(report: AllianceMessageReport) -> None:
    """To who reported it, what the network answers; to who wrote it, why it asks to take it back,
    where it does. Who reported it is not named."""
    asked = report.message.by if report.outcome == AllianceMessageReport.Outcome.ASKED else None
    for person, name in ((report.by, "answered"), (asked, "asked")):
        if person is not None:
            _write(person, name, report, _thread_of(report, person))


def register() -> None:
    """Called once, when the application starts."""
    mailing.register(
        KIND,
        "Les messages signalés dans une alliance, et leurs réponses",
        why="Un message d’une alliance est signalé.",
    )


def _thread_of(report: AllianceMessageReport, person: User) -> str:
    """The page of the message, for who may still open it."""
    pk = report.message.alliance_id
    try:
        inside_for(person, pk)
    except Http404:
        return ""
    return f"{reverse('alliances:messages', args=[pk])}#message-{report.message_id}"


def _write(person: User, name: str, report: AllianceMessageReport, url: str) -> None:
    moment = (report.decided_at or report.at).isoformat()
    mailing.write_to(
        person,
        kind=KIND,
        template=TEMPLATES[name],
        context={"report": report, "url": url},
        key=f"alliance-report:{report.pk}:{name}:{moment}:{person.pk}",
    )

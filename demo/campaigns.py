"""A campaign of the demo: sent to the valley, answered by some, heard on the telephone once.

The director who can sign in has not answered: they may do it, by the mail of /courrier/ or in
Cordée. A second one waits as a draft.
"""

from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members import models as members
from cordee.mobilisation.actions import answers, campaigns, relaying
from cordee.mobilisation.campaigns import mail_times
from cordee.mobilisation.campaigns.access import posts_of
from cordee.mobilisation.models import Answer, Ask, Campaign
from cordee.opportunities.models import Opportunity
from demo.needs import GARDENER
from demo.people import DOMAIN, PASSWORD
from demo.people_of import director_of
from demo.valley import contract

DELEGATE = f"deleguee@{DOMAIN}"
MESSAGE = (
    "Ce marché est pour la vallée\u00a0: des berges, des murets, des espaces verts.\n"
    "Seul, c’est beaucoup. À trois, c’est notre métier."
)
# Directors without a way in: nobody signs in as them.
DIRECTORS = {
    "Rives et Sentiers": (f"rives@{DOMAIN}", "Aubépine Lavoir"),
    "Val Mirel Environnement": (f"val-mirel@{DOMAIN}", "Côme Bruyant"),
}
# Numbers kept for fiction by the regulator.
PHONES = {
    "Les Jardins de la Verdoire": "04 65 71 20 02",
    "Rives et Sentiers": "04 65 71 20 14",
    "Val Mirel Environnement": "04 65 71 20 31",
    "Pierre et Chaux": "04 65 71 20 45",
    "La Ressourcerie du Col": "04 65 71 20 52",
    "Cuisine du Plateau": "04 65 71 20 68",
}


@transaction.atomic
def load_campaigns(day: date) -> None:
    """Write them as on a day; nothing where the delegate has some already."""
    by = User.objects.filter(email=DELEGATE).first()
    if by is None or Campaign.objects.filter(by=by).exists():
        return
    for name, phone in PHONES.items():
        members.Structure.objects.filter(name=name, phone="").update(phone=phone)
    for name, (email, shown) in DIRECTORS.items():
        _direct(name, email, shown)
    sent_at = _office_morning(day - timedelta(days=2))
    sent = _draft(by, _call("berges"), sent_at, MESSAGE)
    _send(sent, by, sent_at)
    _answer("Rives et Sentiers", Answer.Choice.TEAM, "", sent_at + timedelta(hours=2))
    _answer(
        "Val Mirel Environnement",
        Answer.Choice.NOT_NOW,
        Answer.Reason.TEAM_FULL,
        sent_at + timedelta(hours=5),
    )
    heard = Ask.objects.filter(structure__name="Pierre et Chaux").first()
    if heard is not None:
        answers.record_spoken_answer(
            ask=heard,
            network=sent.network,
            choice=Answer.Choice.EITHER,
            words="Les murets seulement.",
            heard_on=timezone.localdate(sent_at),
            heard_from="coordinatrice",
            by=by,
            now=sent_at + timedelta(hours=6),
        )
    _draft(by, _call("mobilier"), _office_morning(day - timedelta(days=1)))
    for need in Opportunity.objects.filter(title=GARDENER):
        _answer_post(need, by, sent_at)


def _answer_post(need: Opportunity, by: User, now: datetime) -> None:
    """The post of a company, asked of the gardens alone, which have somebody for it."""
    campaign = _draft(by, need, now, only="Les Jardins de la Verdoire")
    _send(campaign, by, now)
    for ask in Ask.objects.filter(opportunity=need).select_related("structure"):
        answers.record_answer(
            ask=ask,
            choice=Answer.Choice.ALONE,
            channel=Answer.Channel.APPLICATION,
            by=director_of(ask.structure),
            now=now + timedelta(hours=3),
        )


def _send(campaign: Campaign, by: User, now: datetime) -> None:
    post, on = posts_of(by)[0], timezone.localdate(now)
    campaigns.send_campaign(campaign=campaign, post=post, by=by, now=now, on=on)
    relaying.relay(now=now, campaign=campaign)


def _call(slug: str) -> Opportunity:
    name = contract(slug).notice
    return Opportunity.objects.get(publications__versions__imported_from__contains=name)


def _office_morning(day: date) -> datetime:
    """Nine o'clock of that day, or of the last working day before."""
    while not mail_times.is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())


def _direct(name: str, email: str, shown: str) -> None:
    password = make_password(PASSWORD, salt="mondededemonstrationcordee")
    person, _ = User.objects.get_or_create(
        email=email, defaults={"display_name": shown, "password": password}
    )
    for structure in members.Structure.objects.filter(name=name):
        members.RoleSeat.objects.get_or_create(
            person=person, role=members.RoleSeat.Role.DIRECTOR, structure=structure
        )


def _draft(
    by: User, opportunity: Opportunity, now: datetime, message: str = "", only: str = ""
) -> Campaign:
    campaign = campaigns.start_campaign(
        post=posts_of(by)[0],
        opportunities=[opportunity],
        by=by,
        now=now,
        on=timezone.localdate(now),
    )
    recipients = campaign.recipients.filter(rank__lte=8)
    if only:
        recipients = campaign.recipients.filter(structure__name=only)
    campaigns.write_campaign(
        campaign=campaign,
        subject=campaign.subject,
        message=message,
        answer_by=campaign.answer_by,
        chosen=set(recipients.values_list("pk", flat=True)),
        by=by,
    )
    return campaign


def _answer(name: str, choice: Answer.Choice, reason: str, now: datetime) -> None:
    ask = Ask.objects.filter(structure__name=name).first()
    if ask is None:
        return
    answers.record_answer(
        ask=ask,
        choice=choice,
        reason=reason,
        channel=Answer.Channel.LINK,
        by=User.objects.get(email=DIRECTORS[name][0]),
        now=now,
    )

"""A campaign: pick, edit the list, write, read the very mail, send; and answering, from the link of
a mail without account, or in Cordée: there a GET records nothing.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cordee.accounts.answer_links import opened_by_link
from cordee.base.found import number
from cordee.base.mail import outbox
from cordee.base.search import index
from cordee.base.ui import french, panels
from cordee.base.ui.forms import posted, render_form
from cordee.members.acting import network_of
from cordee.members.models import Programme, Structure
from cordee.mobilisation.actions import campaigns as actions
from cordee.mobilisation.actions.answers import TooLate, readers_of, record_answer
from cordee.mobilisation.actions.relaying import FIRST, mail_context
from cordee.mobilisation.campaigns import access, answer_page, boards
from cordee.mobilisation.campaigns.access import RelayPost
from cordee.mobilisation.campaigns.answer_page import CHOICES, SLUGS
from cordee.mobilisation.campaigns.forms import CampaignAnswerForm, CampaignMessageForm, RuleForm
from cordee.mobilisation.models import Answer, Ask, Campaign, Recipient
from cordee.mobilisation.models.answers import INTERESTED
from cordee.mobilisation.models.campaigns import end_of
from cordee.opportunities.access import opportunity_for, programme_for, programmes_for
from cordee.opportunities.models import Opportunity, ProgrammeAttachment
from cordee.rules.trades import TRADES

FOUND_AT_MOST = 8


def _post(request: HttpRequest, slug: str = "") -> RelayPost:
    """Of the network named, else of the one the user acts for; 404 for who relays for none."""
    acts_for = network_of(request)
    wanted = slug or (acts_for.slug if acts_for else "")
    for post in access.posts_of(request.user):
        if post.network.slug == wanted:
            return post
    raise Http404


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin from an opportunity (its panel), a programme (its page) or a rule (written here)."""
    now, on = timezone.now(), timezone.localdate()
    asked = request.POST if request.method == "POST" else request.GET
    post = _post(request, asked.get("reseau", ""))
    form = RuleForm(post=post)
    problem = ""
    if request.method == "POST":
        if not {"opportunite", "programme"} & asked.keys():
            form = RuleForm(asked, post=post)
        try:
            wanted = _wanted(request, post, asked, form, now)
            if wanted is not None:
                campaign = actions.start_campaign(
                    post=post, by=request.user, now=now, on=on, **wanted
                )
                return redirect("campaigns:draft", pk=campaign.pk)
        except ValidationError as refused:
            problem = " ".join(refused.messages)
    context = {
        "form": form,
        "post": post,
        "posts": access.posts_of(request.user),
        "programmes": _open_programmes(request, post, on),
        "problem": problem,
    }
    status = 422 if problem or form.errors else 200
    return render(request, "mobilisation/start.html", context, status=status)


def _open_programmes(request: HttpRequest, post: RelayPost, on: date) -> list[Programme]:
    """Programmes of which something open could be relayed."""
    open_ones = access.relayable(request.user, post, on=on, now=timezone.now())
    attached = ProgrammeAttachment.objects.standing().filter(opportunity__in=open_ones)
    return list(programmes_for(request.user).filter(pk__in=attached.values("programme")))


def _wanted(
    request: HttpRequest, post: RelayPost, asked: QueryDict, form: RuleForm, now: datetime
) -> dict[str, Any] | None:
    """What a campaign begins from: an opportunity, a programme or a rule, with what it proposes.

    None where the rule cannot be read; 404 for what this network may not relay.
    """
    on, most = timezone.localdate(now), actions.MOST_OPPORTUNITIES
    if "opportunite" in asked:
        opportunity = opportunity_for(request.user, number(asked["opportunite"]) or 0, on=on)
        if not access.may_relay(post, opportunity):
            raise Http404
        return {"opportunities": [opportunity] if opportunity.is_open(now) else []}
    found = access.relayable(request.user, post, on=on, now=now).order_by("deadline", "pk")
    if "programme" in asked:
        programme = programme_for(request.user, asked["programme"])
        attached = ProgrammeAttachment.objects.standing().filter(programme=programme)
        found = found.filter(pk__in=attached.values("opportunity"))
        return {"opportunities": list(found[:most]), "programme": programme}
    if not form.is_valid():
        return None
    trade, department, days = (
        form.cleaned_data[name] for name in ("metier", "departement", "jours")
    )
    if department is not None:
        found = found.in_department(department.pk)
    # To the end of its last day: what pages say is "in 30 days" is within 30 days.
    until = end_of(on + timedelta(days=days))
    found = found.of_trade(trade).filter(deadline__isnull=False).closing_before(until)
    # One more than a mail lists: the action says that the rule is too wide.
    return {"opportunities": list(found[: most + 1]), "rule": (trade, department, days)}


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The list and the words; each button keeps what is written, then does what it says."""
    on = timezone.localdate()
    campaign = _draft_or_sent(request, pk)
    if isinstance(campaign, HttpResponse):
        return campaign
    post = access.post_in(request.user, campaign.network)
    recipients = _listed(campaign)
    form = CampaignMessageForm(instance=campaign, today=on)
    if request.method == "POST":
        form = CampaignMessageForm(request.POST, instance=campaign, today=on)
        if form.is_valid():
            actions.write_campaign(
                campaign=campaign,
                subject=form.cleaned_data["subject"],
                message=form.cleaned_data["message"],
                answer_by=form.cleaned_data["answer_by"],
                chosen=_chosen(request, recipients),
                by=request.user,
            )
            return _then(request, campaign, post, on)
        ticked = _chosen(request, recipients)
        for each in recipients:
            each.state = Recipient.State.CHOSEN if each.pk in ticked else Recipient.State.LEFT_OUT
    words = request.GET.get("q", "").strip()[:100]
    context = {
        "campaign": campaign,
        "form": form,
        "post": post,
        "groups": _groups(campaign, recipients, post),
        "chosen": len({r.structure_id for r in recipients if r.state == Recipient.State.CHOSEN}),
        "words": words,
        "found": _members_named(post, words, on) if words else [],
        "rule": _rule_words(campaign),
        "where": f"membres de {post.network}"
        + ("" if post.is_whole else ", dans votre territoire"),
    }
    return render_form(request, "mobilisation/draft.html", context)


def _draft_or_sent(request: HttpRequest, pk: int) -> Campaign | HttpResponse:
    """The draft; or the way to the campaign it has become: a back button finds it there."""
    try:
        return access.draft_for(request.user, pk)
    except Http404:
        return redirect("campaigns:campaign", pk=access.campaign_for(request.user, pk).pk)


def _listed(campaign: Campaign) -> list[Recipient]:
    rows = campaign.recipients.select_related("structure__commune", "structure__department")
    return list(rows.select_related("opportunity").order_by("rank", "pk"))


def _chosen(request: HttpRequest, recipients: list[Recipient]) -> set[int]:
    ticked = {number(each) for each in request.POST.getlist("retenues")}
    return {each.pk for each in recipients if each.pk in ticked}


def _then(request: HttpRequest, campaign: Campaign, post: RelayPost, on: date) -> HttpResponse:
    """What the button asked for, once what is written is kept."""
    here = reverse("campaigns:draft", args=[campaign.pk])
    if (added := number(request.POST.get("ajouter", ""))) is not None:
        structure = post.members(on=on).filter(pk=added).first()
        if structure is None:
            raise Http404
        actions.add_to_campaign(campaign=campaign, structure=structure, post=post, on=on)
        messages.success(request, f"{structure} est dans la liste.")
        return redirect(f"{here}#destinataires")
    match request.POST.get("suite"):
        case "relire":
            return redirect("campaigns:preview", pk=campaign.pk)
        case "chercher":
            words = request.POST.get("q", "").strip()[:100]
            query = f"?{urlencode({'q': words})}" if words else ""
            return redirect(f"{here}{query}#ajouter")
    messages.success(request, "Brouillon gardé. Rien n’est envoyé.")
    return redirect(here)


def _members_named(post: RelayPost, words: str, on: date) -> list[Structure]:
    named = Q(pk__in=index.matching(Structure, words)) | Q(siret__startswith=words)
    found = post.members(on=on).filter(named).with_place().order_by("name", "pk")
    return list(found[:FOUND_AT_MOST])


def _groups(
    campaign: Campaign, recipients: list[Recipient], post: RelayPost
) -> list[tuple[Opportunity, list[tuple[Recipient, boards.Fate, Campaign | None]]]]:
    """The list of each opportunity, each member with what would become of their mail now."""
    expected = boards.forecast(campaign, recipients, post=post, now=timezone.now())
    rows: dict[int, list[tuple[Recipient, boards.Fate, Campaign | None]]] = {}
    for each in recipients:
        line = (each, expected.fates[each.pk], expected.asked_by.get(each.pk))
        rows.setdefault(each.opportunity_id, []).append(line)
    opportunities = campaign.opportunities.order_by("deadline", "pk")
    return [(each, rows.get(each.pk, [])) for each in opportunities]


def _rule_words(campaign: Campaign) -> str:
    if campaign.origin != Campaign.Origin.RULE:
        return ""
    where = str(campaign.rule_department or "toute la France")
    trade = TRADES[campaign.rule_trade].short_label
    return f"{trade}, {where}, {campaign.rule_days}{french.THIN}prochains jours"


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The very mail, and who gets it; the one button that sends."""
    now, on = timezone.now(), timezone.localdate()
    campaign = _draft_or_sent(request, pk)
    if isinstance(campaign, HttpResponse):
        return campaign
    post = access.post_in(request.user, campaign.network)
    problem = ""
    if request.method == "POST":
        try:
            actions.send_campaign(campaign=campaign, post=post, by=request.user, now=now, on=on)
            return redirect("campaigns:campaign", pk=campaign.pk)
        except ValidationError as refused:
            problem = " ".join(refused.messages)
    chosen = [each for each in _listed(campaign) if each.state == Recipient.State.CHOSEN]
    expected = boards.forecast(campaign, chosen, post=post, now=now)
    structures = {each.structure_id: each.structure for each in chosen}
    asked = number(request.GET.get("pour", ""))
    shown = structures.get(asked) if asked is not None else None
    shown = shown or next(iter(structures.values()), None)
    subject, text = "", ""
    if shown is not None:
        its = [each for each in chosen if each.structure_id == shown.pk]
        subject, text = outbox.preview(FIRST, mail_context(campaign, shown, its, None))
    fates = expected.counted(chosen)
    context = {
        "campaign": campaign,
        "post": post,
        "problem": problem,
        "fates": fates,
        "by_mail": any(fate.is_mail for fate, _ in fates),
        "structures": list(structures.values()),
        "shown": shown,
        "subject": subject,
        "text": text,
    }
    return render(request, "mobilisation/preview.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a draft; the page says what that means."""
    campaign = access.draft_for(request.user, pk)
    if request.method == "POST":
        actions.drop_draft(campaign=campaign, by=request.user)
        messages.success(request, "Le brouillon est effacé. Rien n’était parti.")
        return redirect("campaigns:home")
    return render(request, "mobilisation/drop.html", {"campaign": campaign})


@require_GET
def panel(request: HttpRequest, opportunity_pk: int) -> HttpResponse:
    """On the page of an opportunity: relay it, read what was relayed, or answer what was asked."""
    now, on = timezone.now(), timezone.localdate()
    opportunity = opportunity_for(request.user, opportunity_pk, on=on)
    posts = [each for each in access.posts_of(request.user) if access.may_relay(each, opportunity)]
    context = {
        "opportunity": opportunity,
        "is_open": opportunity.is_open(now),
        "posts": posts,
        "campaigns": access.campaigns_for(request.user)
        .sent()
        .filter(opportunities=opportunity)
        .select_related("network"),
        "drafts": access.drafts_for(request.user).filter(opportunities=opportunity),
        "asks": access.asks_for(request.user).filter(opportunity=opportunity),
    }
    return panels.shown(
        request, "mobilisation/relay_panel.html", context, title="Relais par les réseaux"
    )


@opened_by_link
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link: the answer it names is prepared, one button sends it."""
    opened, person = access.opened_by(token, now=timezone.now())
    here = reverse("campaigns:answer", args=[token])
    return _answered(request, opened, person, here, Answer.Channel.LINK)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The same, for a director who is signed in."""
    found = access.ask_for(request.user, pk)
    here = reverse("campaigns:ask", args=[found.pk])
    return _answered(request, found, request.user, here, Answer.Channel.APPLICATION)


def _answered(
    request: HttpRequest, ask: Ask, person: Any, here: str, channel: Answer.Channel
) -> HttpResponse:
    now = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    choice = CHOICES.get(asked.get("reponse", ""))
    form = CampaignAnswerForm(posted(request))
    if request.method == "POST" and choice is not None and form.is_valid():
        # Too late, the page itself says so.
        with suppress(TooLate):
            record_answer(
                ask=ask,
                choice=choice,
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
                channel=channel,
                by=person,
                now=now,
            )
        return redirect(here)
    history = list(ask.answers.standing().last_first().select_related("heard_for"))
    last = history[0] if history else None
    # What the user said is no change; a refusal stays in the list, for its reason.
    shown = choice or (last.choice if last and last.choice in INTERESTED else None)
    context = {
        "ask": ask,
        "need": ask.need,
        "structure": ask.structure,
        "here": here,
        "form": form,
        "choice": choice,
        "slug": SLUGS.get(choice, "") if choice else "",
        "send_words": choice.label.lower() if choice else "",
        "is_yes": choice in INTERESTED,
        "others": [
            (each.label, SLUGS[each], *answer_page.HINTS[each])
            for each in Answer.Choice
            if each != shown
        ],
        "last": last,
        "history": history,
        "letters": answer_page.letters_of(ask),
        "readers": french.series([str(network) for network in readers_of(ask)]),
        "is_open": ask.is_open(now),
        "change": answer_page.change_since(ask),
        "is_link": channel is Answer.Channel.LINK,
        "is_unknown": request.method == "POST" and choice is None,
    }
    has_errors = request.method == "POST"
    return render(request, "mobilisation/answer.html", context, status=422 if has_errors else 200)

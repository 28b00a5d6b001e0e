"""« Relance d’attribution »: a panel of the home of a network, its page, a letter to read over."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import number, page_of
from cordee.base.ui.forms import refusals_as_messages
from cordee.delivery.access import letter_name_for
from cordee.delivery.award_letters import actions
from cordee.delivery.award_letters.awards import IN_LETTER, MOST, awards_for
from cordee.members.network_access import desk_for

IN_PANEL, PAGE_SIZE = 10, 20
EDIT = require_http_methods(["GET", "HEAD", "POST"])
# What becomes of a letter, in its order: the column of the day, and the button.
STEPS = {
    "written_on": "J’ai envoyé la lettre",
    "replied_on": "L’entreprise a répondu",
    "gave_work_on": "Elle a donné du travail",
}


@require_safe
def awards(request: SignedInRequest, slug: str) -> HttpResponse:
    """For who works in the network, over the territory that the user follows."""
    desk, on = desk_for(request.user, slug), timezone.localdate()
    found = awards_for(desk, on)
    is_panel = bool(request.headers.get("HX-Request"))
    page = page_of(request, found, IN_PANEL if is_panel else PAGE_SIZE)
    to_write = sum(not (each.letter and each.letter.written_on) for each in found)
    letters = desk.network.award_letters.filter(written_on__year=on.year)
    context = {
        "network": desk.network,
        "to_write": to_write,
        "page": page,
        "more": page.paginator.count - len(page.object_list),
        "totals": letters.aggregate(**{step: Count(step) for step in STEPS}),
        "year": on.year,
        "most": MOST,
    }
    template = "delivery/award_letters/list.html"
    return render(request, f"{template}#panel" if is_panel else template, context)


@EDIT
def letter(request: SignedInRequest, slug: str, award: int) -> HttpResponse:
    """The letter about one award, recent or already written about. Sent here: a member to ask
    whether it may be named, what became of the letter (`etape`), or that this is taken back."""
    desk, now = desk_for(request.user, slug), timezone.now()
    found = next(iter(awards_for(desk, timezone.localdate(now), only=award)), None)
    if found is None:
        raise Http404("Ce marché n’est pas dans votre territoire, ou il n’a plus de clause.")
    if request.method == "POST":
        kept = actions.letter_of(found, desk.network)
        step, asked = request.POST.get("etape"), number(request.POST.get("structure", ""))
        for structure, *_ in found.near:
            if structure.pk == asked:
                actions.ask_name(letter=kept, structure=structure, by=request.user, now=now)
        if step in STEPS:
            on = None if "annuler" in request.POST else timezone.localdate(now)
            with refusals_as_messages(request):
                actions.mark_letter(letter=kept, step=step, on=on, by=request.user)
        return redirect("delivery:award_letter", slug, award)
    steps = [(step, words, getattr(found.letter, step, None)) for step, words in STEPS.items()]
    named = [structure for structure, _, asked in found.near if asked and asked.agrees]
    others = max(0, min(IN_LETTER, len(found.near)) - len(named))
    context = {"network": desk.network, "award": found, "named": named, "unnamed": others}
    parts = {
        "subject": "delivery/award_letters/subject.txt",
        "text": "delivery/award_letters/text.txt",
    }
    context |= {
        name: render_to_string(each, context, request).strip() for name, each in parts.items()
    }
    done = [each for each in steps if each[2]]
    left = [each for each in steps if each[2] is None]
    context |= {"done": done, "next": left[:1], "last": done[-1:]}
    return render(request, "delivery/award_letters/letter.html", context)


@EDIT
def name(request: SignedInRequest, key: int) -> HttpResponse:
    """What a letter would say of a structure, for who directs it: yes or no to this one alone."""
    asked = letter_name_for(request.user, key)
    if request.method == "POST":
        agrees = request.POST.get("reponse") == "oui"
        actions.answer_name(name=asked, agrees=agrees, by=request.user, now=timezone.now())
        messages.success(request, "C’est noté. Vous pouvez changer d’avis ici.")
        return redirect("delivery:letter_name", key)
    return render(request, "delivery/award_letters/name.html", {"asked": asked})

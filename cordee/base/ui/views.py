"""Pages that belong to no room: those of the foot."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base.ui import legal_values, notes
from cordee.rules import parameters


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    ceiling = parameters.rate("ceiling.standard_rate", on=timezone.localdate())
    return render(request, "ui/help.html", {"ceiling": ceiling})


@login_not_required
@require_safe
def note(request: HttpRequest, name: str) -> HttpResponse:
    """One short note on public buying, or the list of them."""
    try:
        title, blocks = notes.note(name)
    except KeyError:
        raise Http404 from None
    context = {"title": title, "blocks": blocks, "is_list": name == notes.LIST}
    return render(request, "ui/note.html", context)


@login_not_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """What the legal values that we count with are about: one page a subject."""
    subjects = legal_values.subjects(timezone.localdate())
    how_many = sum(len(rules) for _, _, rules in subjects)
    return render(request, "ui/sources.html", {"subjects": subjects, "how_many": how_many})


@login_not_required
@require_safe
def sources_about(request: HttpRequest, subject: str) -> HttpResponse:
    """The values of one subject: since when, from which text, when each was last read."""
    for address, name, rules in legal_values.subjects(timezone.localdate()):
        if address == subject:
            return render(request, "ui/sources_about.html", {"subject": name, "rules": rules})
    raise Http404


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people, by whom, on what ground, how long; from the settings."""
    return render(request, "ui/privacy.html", _of_the_instance())


@login_not_required
@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    """Who publishes the site, who directs the publication, who hosts it; from the settings."""
    return render(request, "ui/legal_notice.html", _of_the_instance())


def _of_the_instance() -> dict[str, Any]:
    """What whoever runs this installation said of it; empty where that is not said."""
    return {
        "publisher": settings.PUBLISHER,
        "publication_director": settings.PUBLICATION_DIRECTOR,
        "hosted_by": settings.HOSTED_BY,
        "data_contact": settings.DATA_CONTACT,
        "data_ground": settings.DATA_GROUND,
        "keep_mail_months": settings.KEEP_MAIL_MONTHS,
        "keep_journal_months": settings.KEEP_JOURNAL_MONTHS,
        "keep_conversation_months": settings.KEEP_CONVERSATION_MONTHS,
    }


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/accessibility.html")

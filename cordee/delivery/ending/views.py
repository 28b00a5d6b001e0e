from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from cordee.accounts.requests import SignedInRequest
from cordee.alliances.answer_files.actions import add_past_work
from cordee.delivery import access
from cordee.delivery.access import own_partner
from cordee.delivery.ending.pages import references_of


@require_POST
def write_reference(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """Write it in the dossier of one's own structure; twice is once."""
    found = access.inside_for(request.user, pk)
    partner = own_partner(found, key)
    for each in references_of(found, on=timezone.localdate()):
        if each["partner"] == partner and not each["is_there"]:
            add_past_work(structure=partner.structure, by=request.user, **each["work"])
            messages.success(request, "La référence est dans votre dossier de réponse.")
    return redirect("delivery:contract", pk)

"""Writing a private need."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.notices.notice import NoticeError
from cordee.opportunities import actions
from cordee.opportunities.access import networks_to_address
from cordee.opportunities.forms import PrivateNeedForm


@require_http_methods(["GET", "HEAD", "POST"])
def private_need(request: HttpRequest) -> HttpResponse:
    networks = networks_to_address(request.user)
    if not networks.exists():
        raise PermissionDenied("Écrire un besoin privé demande un rôle dans un réseau.")
    form = PrivateNeedForm(networks, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opportunity = actions.write_private_need(
                content=form.content,
                network=form.cleaned_data["network"],
                by=request.user,  # type: ignore[arg-type]
                on=timezone.localdate(),
            )
        except NoticeError as error:
            form.add_error(None, f"{error.reason} {error.cure}")
        else:
            messages.success(request, "Ce besoin est gardé. Votre réseau peut le voir.")
            return redirect("opportunities:detail", pk=opportunity.pk)
    status = 422 if form.errors else 200
    return render(request, "opportunities/private_need.html", {"form": form}, status=status)

"""Who wrote, who may be named, who proposes improvements, who reviews."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base.found import page_of
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.members.actions.undoable import keep_row
from cordee.practices import access
from cordee.practices.models.sheets import Naming
from cordee.practices.sheets import actions, pages
from cordee.practices.sheets.forms import AnswerForm, ProposalForm, ReviewForm, StructureForm
from cordee.practices.sheets.texts import review_words

EDIT = require_http_methods(["GET", "HEAD", "POST"])
LINES = 20


@EDIT
def authors(request: SignedInRequest, pk: int) -> HttpResponse:
    """Structures credited, and what each direction says of being named."""
    sheet = access.written_sheet_for(request.user, pk)
    form = StructureForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            structure = form.cleaned_data["structure"]
            actions.add_author(sheet=sheet, structure=structure, **by_now(request))
            messages.success(request, f"{structure} est créditée, sans être nommée avant son oui.")
            return redirect("practices:authors", pk)
    own = set(access.structures_written_for(request.user).values_list("pk", flat=True))
    removable = set(access.removable_authors_for(request.user, sheet).values_list("pk", flat=True))
    rows = list(sheet.authors.select_related("structure__department"))
    waiting = sum(not row.is_answered for row in rows)
    silent = french.count(waiting, "structure n’a pas répondu", "structures n’ont pas répondu")
    title = silent if waiting else "Toutes ont dit si on peut les nommer"
    title = title if rows else "Aucune structure n’est créditée"
    context = pages.frame_of(request.user, sheet, title=title) | {
        "form": form,
        "rows": [(row, row.structure_id in own, row.pk in removable) for row in rows],
    }
    return render_form(request, "practices/sheets/authors.html", context)


@require_POST
def remove_author(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    author = access.removable_author_for(request.user, pk, key)
    with refusals_as_messages(request):
        actions.remove_author(author=author, **by_now(request))
        messages.success(request, f"{author.structure} n’est plus créditée.")
    return redirect("practices:authors", pk)


@EDIT
def naming(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """Whether a structure may be named as an author: its direction alone."""
    row = access.naming_for(request.user, pk, key)
    if request.method == "POST":
        _answer_naming(request, row)
        return redirect("practices:naming", pk, key)
    context = {"row": row, "sheet": row.sheet, "title": "Peut-on nommer votre structure\u202f?"}
    return render(request, "practices/sheets/naming.html", context)


def _answer_naming(request: SignedInRequest, row: Naming) -> None:
    is_yes = request.POST.get("answer") == "oui"
    actions.answer_naming(row=row, is_yes=is_yes, **by_now(request))
    said = "Votre structure est nommée" if is_yes else "Votre structure n’est plus nommée"
    messages.success(request, f"{said}, dès maintenant et dans toutes les versions.")


@EDIT
def comments(request: SignedInRequest, pk: int) -> HttpResponse:
    """Improvements proposed, and what became of them."""
    sheet = access.published_sheet_for(request.user, pk)
    form = ProposalForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            actions.propose(sheet=sheet, text=form.cleaned_data["text"], **by_now(request))
            messages.success(request, "Votre proposition est envoyée à qui écrit la fiche.")
            return redirect("practices:comments", pk)
    rows = sheet.comments.in_force().select_related("taken_into", "noted_by")
    waiting = sheet.comments.open().count()
    title = french.count(waiting, "proposition attend", "propositions attendent")
    title = title if waiting else "Aucune proposition n’attend"
    context = pages.frame_of(request.user, sheet, "practices:comments", title) | {
        "form": form,
        "page": page_of(request, rows, LINES),
        "taken_back": sheet.comments.filter(noted_by=request.user, taken_back_at__isnull=False),
    }
    return render_form(request, "practices/sheets/comments.html", context)


@EDIT
def answer(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """Why an improvement does not enter, or what was done instead."""
    comment = access.comment_for(request.user, pk, key)
    form = AnswerForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            actions.answer_comment(comment=comment, **form.cleaned_data, **by_now(request))
            messages.success(request, "Votre réponse est là, pour qui a un compte.")
            return redirect("practices:comments", pk)
    title = "Répondre à cette proposition"
    context = pages.frame_of(request.user, comment.sheet, title=title)
    context |= {"form": form, "comment": comment}
    return render_form(request, "practices/sheets/answer.html", context)


@require_POST
def keep_comment(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    """One's own proposal, taken back or put back; what has its answer stays."""
    comment = access.own_comment_for(request.user, pk, key)
    if comment.is_settled:
        raise Http404("Cette proposition a déjà sa réponse\u00a0: elle reste.")
    keep_row(
        row=comment,
        owner=comment.sheet,
        is_kept=is_kept,
        of="improvement",
        **by_now(request),
    )
    messages.success(request, "Elle est remise." if is_kept else "Elle est retirée.")
    return redirect("practices:comments", pk)


@EDIT
def reviews(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who reviews the version that everybody reads; asked of structures outside the authors."""
    sheet = access.reviewed_sheet_for(request.user, pk)
    version = access.version_of(sheet, sheet.latest_number)
    form = StructureForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            structure = form.cleaned_data["structure"]
            actions.ask_review(version=version, structure=structure, **by_now(request))
            messages.success(request, f"La relecture est demandée à {structure}.")
            return redirect("practices:reviews", pk)
    context = pages.frame_of(request.user, sheet, title=review_words(version))
    context |= {"form": form, "version": version, "rows": version.reviews.all()}
    return render_form(request, "practices/sheets/reviews.html", context)


@EDIT
def review(request: SignedInRequest, key: int) -> HttpResponse:
    """The report of a structure that the user directs: written, then shown or not, named or not."""
    row = access.review_for(request.user, key)
    form = ReviewForm(posted(request))
    if row.delivered_at is None and form.is_valid():
        with refusals_in(form):
            actions.deliver_review(review=row, **form.cleaned_data, **by_now(request))
            messages.success(request, "Votre relecture est remise.")
            return redirect("practices:review", key)
    title = "Votre relecture est remise" if row.delivered_at else "Relire cette monographie"
    report, reservations = pages.report_of(row)
    context = {"row": row, "sheet": row.version.sheet, "version": row.version, "form": form}
    context |= {"title": title, "report": report, "reservations": reservations}
    return render_form(request, "practices/sheets/review.html", context)


@require_POST
def settle_review(request: SignedInRequest, key: int, what: str) -> HttpResponse:
    """Decline it; or, once delivered, say whether everybody reads it and under which name."""
    row = access.review_for(request.user, key)
    with refusals_as_messages(request):
        if what == "refuser":
            actions.decline_review(review=row, **by_now(request))
            messages.success(request, "C’est noté\u00a0: vous ne la relisez pas.")
        elif what == "publication":
            is_yes = request.POST.get("answer") == "oui"
            actions.agree_to_report(review=row, is_yes=is_yes, **by_now(request))
            said = "Tout le monde peut la lire." if is_yes else "Plus personne ne la lit."
            messages.success(request, said)
        elif what == "nom":
            _answer_naming(request, row)
        else:
            raise Http404("Cette page n’existe pas, ou plus.")
    return redirect("practices:review", key)

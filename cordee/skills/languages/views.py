"""« Langues »: what who learns may read in another language, translated by one file for each."""

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base.files import MOST_SOUND_BYTES, play
from cordee.base.limits import takes_files
from cordee.base.tables import csv_response, csv_text
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_as_messages, render_form
from cordee.members.actions.undoable import keep_row
from cordee.skills import access
from cordee.skills.frameworks.forms import TableForm
from cordee.skills.frameworks.tables import MOST_BYTES
from cordee.skills.languages import actions
from cordee.skills.languages.sentences import (
    COLUMNS,
    FRENCH_CODE,
    LANGUAGES,
    Language,
    flat,
    read_translations,
    rows_of,
    sentences_of,
)
from cordee.skills.tabs import frame_of

HERE = "skills:frameworks"


@require_safe
def languages(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.taught_structure_for(request.user, pk)
    sentences = flat(sentences_of(structure))
    kept = Counter(
        row.language
        for row in structure.translations.all()
        if sentences.get(row.code) == row.french
    )
    count = french.count(len(kept), "langue commencée")
    context = frame_of(request.user, structure, HERE) | {
        "title": count if kept else "Tout est encore en français",
        "rows": [(each, kept[each.code]) for each in LANGUAGES.values()],
        "all": len(sentences),
    }
    return render(request, "skills/languages/list.html", context)


@takes_files(MOST_SOUND_BYTES)
@require_POST
def record(request: SignedInRequest, pk: int, language: str) -> HttpResponse:
    """Keep one sentence read aloud."""
    structure = access.taught_structure_for(request.user, pk)
    code = request.POST.get("code", "")
    with refusals_as_messages(request):
        actions.record(
            structure=structure,
            language=_known(language).code,
            code=code,
            french=flat(sentences_of(structure)).get(code, ""),
            file=request.FILES.get("file"),
            **by_now(request),
        )
        messages.success(request, "C’est gardé. Écoutez-le ci-dessous.")
    return redirect("skills:language", pk, language)


@require_safe
def recording(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    row = access.recording_for(request.user, pk, key)
    return play(row.stored, request.headers.get("Range", ""))


@require_POST
def keep(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    row, now = access.recording_for(request.user, pk, key), timezone.now()
    by, owner = request.user, row.structure
    keep_row(row=row, owner=owner, is_kept=is_kept, by=by, now=now, at="removed_at")
    messages.success(request, "Le son est remis." if is_kept else "Le son est retiré.")
    return redirect("skills:language", pk, row.language)


@takes_files(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: SignedInRequest, pk: int, language: str) -> HttpResponseBase:
    """Each sentence beside its translation, and their file. What a file would change is told
    first; the page carries it until it is kept."""
    structure = access.taught_structure_for(request.user, pk)
    spoken, parts = _known(language), sentences_of(structure)
    # French is read aloud only.
    sentences = flat(parts) if language != FRENCH_CODE else {}
    rows = {row.code: row for row in structure.translations.filter(language=language)}
    sounds = {row.code: row for row in structure.recordings.filter(language=language)}
    current = {code: row.words for code, row in rows.items() if sentences.get(code) == row.french}
    if request.GET.get("format") == "csv":
        return csv_response(f"phrases-{language}", COLUMNS, rows_of(sentences, current))
    form = TableForm(
        posted(request),
        request.FILES or None,
        reader=lambda file, _: read_translations(file, sentences),
    )
    said = french.count(len(current), "phrase est traduite", "phrases sont traduites")
    title = f"{said}, sur {len(sentences)}" if sentences else "les phrases lues à voix haute"
    context = frame_of(request.user, structure, HERE) | {
        "title": f"{spoken.name.capitalize()}\u00a0: {title}",
        "language": spoken,
        "form": form,
        "parts": [
            (name, [(code, text, rows.get(code), sounds.get(code)) for code, text in part.items()])
            for name, part in parts.items()
        ],
        "stale": sum(code in sentences for code in rows) - len(current),
    }
    if form.is_valid():
        changes = {code: text for code, text in form.read.items() if text != current.get(code, "")}
        if not request.FILES:
            if changes:
                actions.write_translations(
                    structure=structure,
                    language=language,
                    sentences=sentences,
                    words=changes,
                    by=request.user,
                )
            messages.success(request, "C’est gardé.")
            return redirect("skills:language", pk, language)
        context |= {
            "title": f"Ce fichier change {french.count(len(changes), 'phrase')}",
            "changes": [(sentences[code], text) for code, text in changes.items()],
            "text": "".join(csv_text(COLUMNS, rows_of(sentences, current | changes))),
        }
        if not changes:
            context["title"] = "Ce fichier ne change rien"
    return render_form(request, "skills/languages/language.html", context)


def _known(code: str) -> Language:
    if code not in LANGUAGES:
        raise Http404("Cette langue n’est pas dans la liste.")
    return LANGUAGES[code]

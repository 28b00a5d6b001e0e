"""« Langues »: what who learns may read in another language, translated by one file for each."""

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.limits import takes_files
from cordee.base.tables import csv_response, csv_text
from cordee.base.ui import french
from cordee.base.ui.forms import posted, render_form
from cordee.skills import access
from cordee.skills.frameworks.forms import TableForm
from cordee.skills.frameworks.tables import MOST_BYTES
from cordee.skills.languages.actions import write_translations
from cordee.skills.languages.sentences import (
    COLUMNS,
    LANGUAGES,
    read_translations,
    rows_of,
    sentences_of,
)
from cordee.skills.tabs import frame_of

HERE = "skills:frameworks"


@require_safe
def languages(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.taught_structure_for(request.user, pk)
    kept = Counter(structure.translations.values_list("language", flat=True))
    count = french.count(len(kept), "langue est prête", "langues sont prêtes")
    context = frame_of(request.user, structure, HERE) | {
        "title": count if kept else "Tout est encore en français",
        "rows": [(each, kept[each.code]) for each in LANGUAGES.values()],
    }
    return render(request, "skills/languages/list.html", context)


@takes_files(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: SignedInRequest, pk: int, language: str) -> HttpResponseBase:
    """Each sentence beside its translation, and their file. What a file would change is told
    first; the page carries it until it is kept."""
    structure = access.taught_structure_for(request.user, pk)
    if language not in LANGUAGES:
        raise Http404("Cette langue n’est pas dans la liste.")
    parts = sentences_of(structure)
    sentences = {code: text for part in parts.values() for code, text in part.items()}
    rows = {row.code: row for row in structure.translations.filter(language=language)}
    current = {code: row.words for code, row in rows.items() if sentences.get(code) == row.french}
    if request.GET.get("format") == "csv":
        return csv_response(f"phrases-{language}", COLUMNS, rows_of(sentences, current))
    form = TableForm(
        posted(request),
        request.FILES or None,
        reader=lambda file, _: read_translations(file, sentences),
    )
    said = french.count(len(current), "phrase est traduite", "phrases sont traduites")
    context = frame_of(request.user, structure, HERE) | {
        "title": f"{LANGUAGES[language].name.capitalize()}\u00a0: {said}, sur {len(sentences)}",
        "language": LANGUAGES[language],
        "form": form,
        "parts": [
            (name, [(text, rows.get(code)) for code, text in part.items()])
            for name, part in parts.items()
        ],
        "stale": sum(code in sentences for code in rows) - len(current),
    }
    if form.is_valid():
        changes = {code: text for code, text in form.read.items() if text != current.get(code, "")}
        if not request.FILES:
            if changes:
                write_translations(
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

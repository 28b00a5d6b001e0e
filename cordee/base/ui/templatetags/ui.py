"""The one library of components; builtin, so no template loads it. Its filters: `filters.py`.

Each component has its template `ui/<name>.html`, which begins with its options. An impossible
combination raises. The catalogue is the page /composants/ of a demo.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from cordee.base.ui import drawings, french, maps, panels, stacking

register = template.Library()

STATE_ICONS = {
    "sur": "sur",
    "vigilance": "vigilance",
    "bloque": "bloque",
    "inconnu": "inconnu",
    "duo": "corde",
    "pas": "refus",
}
TABLES = {
    "empile": "table-empile",
    "fiches": "table-fiches",
    "partage": "partage table-empile",
}
BANNERS = ("sur", "vigilance", "bloque", "inconnu")


class ImpossibleComponent(template.TemplateSyntaxError):
    """A component was asked for something it cannot be."""


@cache
def icon_names(sort: str = "i") -> frozenset[str]:
    """The icons of the sprite; with "p", its pictograms."""
    sprite = Path(__file__).parent.parent / "static" / "ui" / "icons.svg"
    found = re.findall(rf'<symbol id="{sort}-([a-z]+)"', sprite.read_text(encoding="utf-8"))
    return frozenset(found)


def _one_of(value: str, allowed: Any, what: str) -> str:
    if value not in allowed:
        raise ImpossibleComponent(f"{what}: {value!r} is none of {', '.join(sorted(allowed))}.")
    return value


def _filled(value: Any, what: str) -> Any:
    if not str(value).strip():
        raise ImpossibleComponent(f"{what}: is empty.")
    return value


def _inline(name: str, context: dict[str, Any]) -> SafeString:
    """A component that stands inside a sentence: no white space around it."""
    return SafeString(render_to_string(f"ui/{name}.html", context).strip())


# --- Words and signs --------------------------------------------------------------------------


@register.simple_tag
@lru_cache
def icon(name: str, title: str = "") -> SafeString:
    """Kept once drawn: it says nothing but what it is asked, and a page draws it many times."""
    _one_of(name, icon_names(), "icon")
    return _drawn(f"i-{name}", "icone", title)


@register.simple_tag
def picto(name: str, title: str = "") -> SafeString:
    _one_of(name, icon_names("p"), "picto")
    return _drawn(f"p-{name}", "picto", title)


def _drawn(symbol: str, look: str, title: str) -> SafeString:
    href = f"{static('ui/icons.svg')}#{symbol}"
    return _inline("icon", {"href": href, "title": title, "look": look})


@register.simple_tag
def state(kind: str, label: Any, icon: str = "") -> SafeString:
    _one_of(kind, STATE_ICONS, "state")
    _filled(label, "state")
    return _inline("state", {"kind": kind, "label": label, "icon": icon or STATE_ICONS[kind]})


@register.simple_tag
def tag(label: Any, title: str = "") -> SafeString:
    return _inline("tag", {"label": _filled(label, "tag"), "title": title})


@register.simple_block_tag
def banner(content: str, kind: str, title: str = "", role: str = "", level: int = 2) -> str:
    _one_of(kind, BANNERS, "banner")
    _one_of(role, ("", "status", "alert"), "banner role")
    context = {"kind": kind, "title": title, "role": role, "level": level, "content": content}
    return render_to_string("ui/banner.html", context)


@register.simple_block_tag
def key_figures(content: str, extra: str = "") -> str:
    shown = content.count("<dd>")
    if not 1 <= shown <= 4:
        raise ImpossibleComponent(f"key_figures: between one and four figures, not {shown}.")
    return render_to_string("ui/key_figures.html", {"content": content, "extra": extra})


@register.simple_tag
def key_figure(value: Any, label: Any, note: Any = "") -> SafeString:
    _filled(value, "key_figure")
    context = {"value": value, "label": _filled(label, "key_figure"), "note": note}
    return _inline("key_figure", context)


# --- Finding one's way ------------------------------------------------------------------------


@register.simple_block_tag
def page_title(content: str) -> str:
    if "<h1" not in content:
        raise ImpossibleComponent("page_title: write an h1 in it.")
    words, actions, gestures = content.partition('<div class="actions">')
    context = {"words": mark_safe(words), "actions": mark_safe(actions + gestures)}
    return render_to_string("ui/page_title.html", context)


@register.inclusion_tag("ui/breadcrumb.html")
def breadcrumb(*steps: Any) -> dict[str, Any]:
    if len(steps) < 3 or len(steps) % 2 == 0:
        raise ImpossibleComponent("breadcrumb: pairs of label and address, then the page's name.")
    pairs = [(steps[i], _address(steps[i + 1])) for i in range(0, len(steps) - 1, 2)]
    return {"parents": pairs, "here": steps[-1]}


@register.inclusion_tag("ui/tabs.html")
def tabs(label: str, rows: Sequence[tuple[str, str, bool]]) -> dict[str, Any]:
    if len(rows) > 4:
        raise ImpossibleComponent("tabs: four at most; what is deeper stands in one of them.")
    return {"label": _filled(label, "tabs"), "rows": rows}


@register.inclusion_tag("ui/route.html")
def route(label: str, rows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Draw `rows`, words with "done", "now" or "todo"; one is now. Drawn of nothing, nothing."""
    here = next((n for n, (_, state) in enumerate(rows, start=1) if state == "now"), 0)
    if rows and not here:
        raise ImpossibleComponent("route: one knot is now.")
    return {"label": _filled(label, "route"), "rows": rows, "here": here}


def _address(step: str) -> str:
    return step if "/" in step else reverse(step)


def _query(context: template.Context) -> QueryDict:
    request: HttpRequest = context["request"]
    return request.GET.copy()


def _link(query: QueryDict) -> str:
    return "?" + query.urlencode()


@register.inclusion_tag("ui/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context, key: str, label: str, is_number: bool = False, default: str = ""
) -> dict[str, Any]:
    """A table head that sorts by `?tri=key`, and by `?tri=-key` when asked again."""
    query = _query(context)
    current = query.get("tri", default)
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    query["tri"] = f"-{key}" if direction == "ascending" else key
    query.pop("page", None)
    return {
        "label": _filled(label, "sort_header"),
        "link": _link(query),
        "direction": direction,
        "is_number": is_number,
    }


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any, label: str = "Pages") -> dict[str, Any]:
    query = _query(context)

    def link(number: int) -> str:
        query["page"] = str(number)
        return _link(query)

    return {
        "label": label,
        "number": french.number(page.number),
        "last": french.number(page.paginator.num_pages),
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }


@register.simple_block_tag(takes_context=True)
def filters(context: template.Context, content: str, label: str, results: str = "") -> str:
    request: HttpRequest = context["request"]
    shown = {
        "label": _filled(label, "filters"),
        "path": request.path,
        "results": results,
        "sort": request.GET.get("tri", ""),
        "content": content,
    }
    return render_to_string("ui/filters.html", shown)


@register.simple_block_tag
def more_filters(content: str, words: str, is_open: bool = False) -> str:
    context = {"words": _filled(words, "more_filters"), "is_open": is_open, "content": content}
    return render_to_string("ui/more_filters.html", context)


@register.inclusion_tag("ui/filter_field.html")
def filter_field(field: BoundField, extra: str = "") -> dict[str, Any]:
    return {"field": field, "extra": extra}


@register.inclusion_tag("ui/filter_words.html")
def filter_words(label: str, value: str) -> dict[str, Any]:
    return {"label": label, "value": value}


@register.inclusion_tag("ui/filter_choice.html")
def filter_choice(
    name: str, label: str, choices: Sequence[tuple[Any, Any]], chosen: Any, every: str = ""
) -> dict[str, Any]:
    return {"name": name, "label": label, "choices": choices, "chosen": chosen, "every": every}


@register.inclusion_tag("ui/filter_chips.html", takes_context=True)
def filter_chips(
    context: template.Context, chips: Sequence[tuple[str, ...]], keep: str = "tri"
) -> dict[str, Any]:
    """`chips`: (label, parameter) or (label, parameter, value); the link takes the filter away."""
    drawn = []
    for label, parameter, *value in chips:
        query = _query(context)
        query.pop("page", None)
        left = [v for v in query.getlist(parameter) if value and v != value[0]]
        query.pop(parameter, None)
        if left:
            query.setlist(parameter, left)
        drawn.append((label, _link(query)))
    query = _query(context)
    for parameter in [p for p in query if p not in keep.split()]:
        del query[parameter]
    return {"chips": drawn, "clear": _link(query)}


@register.inclusion_tag("ui/panels.html", name="panels")
def panels_tag(slot: str, subject: Any, in_list: bool = False) -> dict[str, Any]:
    return {"panels": panels.panels_of(slot, subject), "in_list": in_list}


# --- Blocks -----------------------------------------------------------------------------------


@register.simple_block_tag
def nothing(content: str, title: str, level: int = 2) -> str:
    context = {"title": _filled(title, "nothing"), "level": level, "content": content}
    return render_to_string("ui/nothing.html", context)


@register.simple_block_tag
def table(
    content: str, caption: str, kind: str = "empile", extra: str = "", region: str = ""
) -> str:
    """A table that becomes cards on a phone; `cordee.base.ui.stacking` says what to write in it."""
    heads, rows, foot = map(mark_safe, stacking.stacked(content))
    context = {
        "caption": _filled(caption, "table"),
        "sort": TABLES[_one_of(kind, TABLES, "table")],
        "extra": extra,
        "region": region,
        "heads": heads,
        "rows": rows,
        "foot": foot,
    }
    return render_to_string("ui/table.html", context)


@register.simple_block_tag
def proof(content: str, title: str, guesses: Sequence[Any] = (), is_proven: bool = True) -> str:
    """Solid fir only without any guess. `guesses`: (text, "supposé" or "inconnu", address)."""
    for guess in guesses:
        _one_of(guess[1], ("supposé", "inconnu"), "proof guess")
    context = {
        "title": _filled(title, "proof"),
        "guesses": guesses,
        "is_solid": is_proven and not guesses,
        "content": content,
    }
    return render_to_string("ui/proof.html", context)


@register.inclusion_tag("ui/steps.html")
def steps(rows: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """`rows`: (what, when, "done" | "now" | "todo"), in time; at most one is now."""
    states = [_one_of(row[2], ("done", "now", "todo"), "steps") for row in rows]
    if states.count("now") > 1:
        raise ImpossibleComponent("steps: only one step is now.")
    if states != sorted(states, key=["done", "now", "todo"].index):
        raise ImpossibleComponent("steps: what is done comes before what is to come.")
    return {"rows": rows}


# --- Drawings ---------------------------------------------------------------------------------


@register.simple_tag
def hatches() -> SafeString:
    """The hatch patterns: once in a page that shows a gauge or a guessed term."""
    return _inline("hatches", {})


@register.inclusion_tag("ui/score_terms.html")
def score_terms(
    terms: Sequence[drawings.ScoreTerm], caption: str = "Détail de la note"
) -> dict[str, Any]:
    points, maximum = drawings.total_of(terms)
    return {
        "terms": terms,
        "caption": caption,
        "points": points,
        "maximum": maximum,
        "has_guess": any(term.is_guessed for term in terms),
        "has_unknown": any(term.is_unknown for term in terms),
    }


@register.inclusion_tag("ui/distance_rope.html")
def distance_rope(knots: Sequence[drawings.Knot], scale_km: int = 35) -> dict[str, Any]:
    return {"rope": drawings.rope(knots, scale_km)}


@register.inclusion_tag("ui/gauge.html")
def gauge(gauge: drawings.Gauge) -> dict[str, Any]:
    return {"gauge": gauge}


@register.inclusion_tag("ui/month_line.html")
def month_line(line: drawings.MonthLine) -> dict[str, Any]:
    return {"line": line}


@register.inclusion_tag("ui/hours_line.html")
def hours_line(line: drawings.HoursLine) -> dict[str, Any]:
    return {"line": line}


@register.inclusion_tag("ui/points_map.html")
def points_map(drawing: maps.MapDrawing, legend: bool = True) -> dict[str, Any]:
    return {"map": drawing, "legend": maps.LEGEND if legend else ()}


@register.simple_tag
def logo() -> SafeString:
    return _inline("logo", {})

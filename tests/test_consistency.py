"""Conventions as tests: each says what is wrong, where, and nothing more."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template import engines
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from cordee.agreement.arrangement import GROUP, SOLE, STAFFED
from cordee.base.ui.templatetags.filters import variant

PROJECT = Path(__file__).resolve().parent.parent
OWN = ("cordee", "demo")
TEMPLATE_FOLDERS = sorted(
    folder for room in OWN for folder in (PROJECT / room).rglob("templates") if folder.is_dir()
)
TEMPLATES = {
    file.relative_to(folder).as_posix(): file
    for folder in TEMPLATE_FOLDERS
    for file in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")])
}
# The parts of a mail: `<room>/mail/<name>` names its subject, its text and its page.
MAILS = re.compile(r"^(\w+/)?mail/\w+(\.subject\.txt|\.txt|\.html)$")
PAGES = {name: file for name, file in TEMPLATES.items() if name.endswith(".html")}
PYTHON = sorted(file for room in OWN for file in (PROJECT / room).rglob("*.py"))

# Asked for by name from code that is not ours.
CALLED_FROM_OUTSIDE = re.compile(
    r"^(account/|mfa/|mail/layout.html|allauth/|django/forms/|registration/)|^\d{3}\.html$"
)
# Of Bootstrap's classes we use some; these are htmx's.
HTMX_CLASSES = {"htmx-indicator"}
FRENCH_PATHS = re.compile(
    r"\b(login|logout|signup|password|email|search|list|detail|create|update|delete|edit|new|help"
    r"|members|opportunities|structures?/new)\b"
)


def relative(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


ARRANGEMENTS = (GROUP, SOLE, STAFFED)
VARIANTS = tuple(each.variants[0] for each in ARRANGEMENTS)


@cache
def everything_that_names_templates() -> str:
    files = [*PYTHON, *TEMPLATES.values()]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_is_used(name: str) -> None:
    if CALLED_FROM_OUTSIDE.search(name):
        return
    # Components are drawn by name: _inline("icon", …) reads ui/icon.html.
    names = [f'"{name}', f"'{name}"]
    if "/mail/" in name:
        # The outbox draws the subject and the page of a mail from one name.
        stem = re.sub(r"(\.subject)?\.(txt|html)$", "", name)
        names += [f'"{stem}"']
    # One file an arrangement: `{% include page.arrangement|variant:"…/frozen" %}`.
    names += [f'|variant:"{name.removesuffix(f"_{each}.html")}"' for each in VARIANTS]
    if name.startswith("ui/"):
        names.append(f'_inline("{name[3:-5]}"')
    if MAILS.match(name):
        names.append(f'"{name.split(".")[0]}"')
    assert any(n in everything_that_names_templates() for n in names), f"{name} is drawn by nobody"


def test_every_arrangement_has_its_block() -> None:
    """A page that has a block an arrangement has one for each of them."""
    asked = re.findall(r'arrangement\|variant:"([^"]+)"', everything_that_names_templates())
    assert asked
    for stem in asked:
        for each in ARRANGEMENTS:
            assert set(variant(each, stem)) & TEMPLATES.keys(), f"{stem}: none for {each.variants}"


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_compiles(name: str) -> None:
    assert get_template(name)


def test_every_component_begins_with_its_options() -> None:
    folder = PROJECT / "cordee" / "base" / "ui" / "templates" / "ui"
    pages = [f for f in folder.glob("*.html") if "{% extends" not in f.read_text("utf-8")]
    silent = [f.name for f in pages if "{#" not in f.read_text(encoding="utf-8").split("\n", 1)[0]]
    assert silent == ["base.html"], "the first line is a comment that lists the options"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_template_carries_style_or_script(name: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_template_calls_another_site(name: str) -> None:
    """Links that leave are the strict client's affair; what loads is ours."""
    text = PAGES[name].read_text(encoding="utf-8")
    found = re.findall(r"<(?:script|link|img|iframe|use)\b[^>]*(?:src|href)=[\"']https?:", text)
    assert not found


def test_templates_can_be_read() -> None:
    """No line over 200 characters, 60 on average; djLint holds the layout itself (`./go test`)."""
    lines = [
        (len(line), f"{name}:{n}")
        for name, file in TEMPLATES.items()
        for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    ]
    assert [where for length, where in lines if length > 200] == []
    assert sum(length for length, _ in lines) <= 60 * len(lines)


def test_a_drawing_holds_no_html() -> None:
    """A unit stands in a span of its own: in a drawing, the browser throws it out with the rest."""
    units = (
        r"<(text|tspan|title)\b[^>]*>[^<]*\|(?:euros|euros_rond|etp|km|trajet|pourcent)\b[^|}]*}}"
    )
    found = [
        name
        for name, file in TEMPLATES.items()
        for drawing in re.findall(r"<svg.*?</svg>", file.read_text(encoding="utf-8"), re.DOTALL)
        if re.search(units, drawing)
    ]
    assert found == []


# A plain space where French wants one that does not break: the sign would begin the next line.
PLAIN_SPACE = re.compile(r"(?<!^)(?<!\s) (?=[:;?!»](?:[\s<\"{]|$))|« ", re.MULTILINE)


def test_no_sentence_is_cut_before_its_punctuation() -> None:
    """A no-break space before ":" and inside « », a narrow one before ";", "?" and "!"."""
    found = {}
    for name, file in TEMPLATES.items():
        text = re.sub(r"\{#.*?#\}", "", file.read_text(encoding="utf-8"))
        if lines := [n for n, line in enumerate(text.split("\n"), 1) if PLAIN_SPACE.search(line)]:
            found[name] = lines
    assert found == {}


# They write into the text of a notice, or beside it, what our readers read again as it stands.
WRITTEN_FOR_READERS = {
    "cordee/notices/formats/terms.py",
    "cordee/notices/formats/ted_fields.py",
    "cordee/opportunities/misread/labels.py",
}
# What only a regular expression has: in it, a space before "?" or ":" is no sentence.
PATTERN = re.compile(r"\(\?|\\[bdsw]|\[\^")


# OpenAPI shows the documentation of routes and objects.
SHOWS_DOCUMENTATION = "\nfrom ninja import "


def literals(tree: ast.Module, *, with_documentation: bool) -> Iterator[tuple[int, str]]:
    """Each string of a module, with "{" for what an f-string fills in."""
    skipped = set()
    for node in ast.walk(tree):
        is_documentation = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_documentation and not with_documentation:
            skipped.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            said = [part.value if isinstance(part, ast.Constant) else "{" for part in node.values]
            yield node.lineno, "".join(str(part) for part in said)
    for node in ast.walk(tree):
        # Alone, a guillemet is what a function looks for.
        if isinstance(node, ast.Constant) and id(node) not in skipped and node.value != "« ":
            yield node.lineno, str(node.value)


def test_no_literal_is_cut_before_its_punctuation() -> None:
    """The same of labels, errors and sentences written in the code."""
    found = []
    for file in PYTHON:
        text = file.read_text(encoding="utf-8")
        # Few hold such a space anywhere: only those are worth parsing.
        is_left = "migrations" in file.parts or relative(file) in WRITTEN_FOR_READERS
        if is_left or not re.search(r" [:;?!»]|« ", text):
            continue
        found += [
            f"{relative(file)}:{line}"
            for line, said in literals(
                ast.parse(text), with_documentation=SHOWS_DOCUMENTATION in text
            )
            if not PATTERN.search(said) and PLAIN_SPACE.search(said)
        ]
    assert found == [], "write U+00A0 before : and inside « », U+202F before ; ? !"


@cache
def known_classes() -> frozenset[str]:
    from cordee.base.ui.finders import ALLOWED, sheet, wheel_file

    bootstrap = wheel_file(*ALLOWED["vendor/bootstrap.min.css"])
    # Beside the sheet of all pages, what one page alone needs, on paper most often.
    of_rooms = [
        file.read_text(encoding="utf-8") for file in PROJECT.glob("cordee/*/static/*/*.css")
    ]
    sheets = [bootstrap.read_text(encoding="utf-8"), sheet(), *of_rooms]
    found = {c for sheet in sheets for c in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", sheet)}
    return frozenset(found | HTMX_CLASSES)


OF_MAILS = ("mail/layout.html", "mail/facts.html", "mobilisation/mail/questions.html")


@cache
def known_classes_of_mails() -> frozenset[str]:
    """Their style is written into them by `base.mail.rendering`, from a sheet of their own."""
    from cordee.base.mail.rendering import rules

    return frozenset(selector[1:] for selector in rules() if selector.startswith("."))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_class_exists_in_a_style_sheet(name: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    is_mail = MAILS.match(name) and ("mail/layout.html" in text or name in OF_MAILS)
    known = known_classes_of_mails() if is_mail else known_classes()
    unknown = set()
    for value in re.findall(r'\bclass="((?:[^"{]|\{[%{#].*?[%}#]\})*)"', text):
        # A class partly written by a variable ("etat-{{ kind }}") is checked by its components.
        partly = re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*", " ", value)
        plain = re.sub(r"\{%.*?%\}", " ", partly)
        unknown |= set(plain.split()) - known
    assert not unknown, f"{name}: no style sheet knows {sorted(unknown)}"


@pytest.mark.parametrize(
    "model",
    [m for m in apps.get_models() if m.__module__.split(".")[0] in OWN],
    ids=lambda model: model._meta.label,
)
def test_every_model_and_field_has_a_french_name(model: type[models.Model]) -> None:
    """Given by hand: Django's own would be the English name of the attribute."""
    given = model._meta
    own = model.__dict__.get("Meta") or given.original_attrs
    assert "verbose_name" in given.original_attrs or hasattr(own, "verbose_name"), "no verbose_name"
    unnamed = []
    for field in given.get_fields():
        is_own = field in given.local_fields + given.local_many_to_many
        if not is_own or field.auto_created or _comes_from_django(model, field.name):
            continue
        if field._verbose_name is None:  # type: ignore[union-attr]
            unnamed.append(field.name)
    assert not unnamed


def _comes_from_django(model: type[models.Model], name: str) -> bool:
    for base in model.__mro__[1:]:
        if base.__module__.startswith("django.") and issubclass(base, models.Model):
            try:
                base._meta.get_field(name)
            except (AttributeError, FieldDoesNotExist):
                continue
            return True
    return False


@pytest.mark.parametrize(
    "file",
    [
        f
        for f in PYTHON
        if f.is_relative_to(PROJECT / "cordee") and ("views" in f.parts or f.name == "views.py")
    ],
    ids=relative,
)
def test_no_view_fetches_an_object_by_itself(file: Path) -> None:
    """Objects come through `access`, what hangs on them through them; never a bare model."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        asked = {keyword.arg for keyword in node.keywords} & {"pk", "id", "slug", "uuid", "siret"}
        assert not (name == "get" and asked), f"line {node.lineno}: .get({asked}=…)"
        bare = name == "get_object_or_404" and isinstance(node.args[0], ast.Name)
        assert not bare, f"line {node.lineno}: get_object_or_404 on a whole model"


def _paths(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _paths(pattern.url_patterns, path)
        else:
            found.append(path)
    return found


def test_addresses_are_french_and_end_with_a_slash() -> None:
    paths = _paths(get_resolver().url_patterns)
    bare = [re.sub(r"<[^>]*>|\(\?P[^)]*\)", "", path) for path in paths]
    assert len(paths) > 20
    assert [p for p in bare if FRENCH_PATHS.search(p)] == []
    # The last one is the name that machines know.
    files = (".csv", ".xlsx", ".svg", ".json", ".txt", ".js", ".webmanifest", "health")
    assert [p for p in bare if p and not p.rstrip("$").endswith(("/", *files))] == []
    assert [p for p in bare if re.search(r"[A-Z_é]", re.sub(r"[\^$+\[\]]", "", p))] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "services", "manager", "managers", "data", "info"}
    assert [relative(f) for f in PYTHON if f.stem in empty or f.parent.name in empty] == []


def _is_schema(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Schema" for base in node.bases)


@pytest.mark.parametrize(
    "room",
    sorted(folder.name for folder in (PROJECT / "cordee").iterdir() if folder.is_dir()),
)
def test_a_class_name_serves_once_in_a_room(room: str) -> None:
    """Django finds commands by the name `Command`; an API schema may be named as its model.

    The name of a schema is what the OpenAPI document says, so that it does not change.
    """
    places: dict[str, list[str]] = {}
    models_of_room = {model.__name__ for model in apps.get_models() if room in model.__module__}
    for file in sorted((PROJECT / "cordee" / room).rglob("*.py")):
        if "migrations" in file.parts:
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
                continue
            if node.name != "Command" and not (_is_schema(node) and node.name in models_of_room):
                places.setdefault(node.name, []).append(f"{relative(file)}:{node.lineno}")
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert not twice, f"give each of these classes a name of its own: {twice}"


def test_undefined_variables_leave_a_mark() -> None:
    """Without it, a misspelt variable would be an empty word on a screen."""
    assert "⟦indéfini:" in engines["django"].engine.string_if_invalid  # type: ignore[attr-defined]


def test_views_ask_for_whom_a_person_acts() -> None:
    """`viewer_of(request)` knows which network they chose; `Viewer.of(request.user)` does not."""
    forgetful = [f for f in PYTHON if "Viewer.of(request.user" in f.read_text(encoding="utf-8")]
    assert [relative(f) for f in forgetful if f.name != "acting.py"] == []


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_template_asks_the_day_of_a_moment_of_a_filter(name: str) -> None:
    text = TEMPLATES[name].read_text(encoding="utf-8")
    found = re.findall(r"\{[{%][^{}]*\.date\b[^{}]*[}%]\}", text)
    assert not found, f"{name}: {found}: `.date` is the day in UTC; write `|jour`."


def test_the_day_of_a_moment_is_asked_of_one_function() -> None:
    """`.date()` is the day of its offset: in UTC, yesterday's for an hour or two each night."""
    only = PROJECT / "cordee" / "rules" / "clock.py"
    wrong = [
        f"{file.relative_to(PROJECT)}:{node.lineno}: ask clock.day_of or timezone.localdate"
        for file in PYTHON
        if file != only
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and not node.args
    ]
    assert not wrong, "\n".join(wrong)

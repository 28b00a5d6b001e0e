"""Finds the static files that lie in no folder as they are served: those of others, our sheet.

Files of third-party wheels are named one by one: whole distribution folders would ship megabytes
nobody asks for (source maps, variants). Our style sheet is written in `css/`, one file a component,
and asked for once.
"""

import importlib.util
import os
import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from django.core.files.storage.base import Storage

# URL below /static/  ->  (package that carries it, path inside the package)
ALLOWED: dict[str, tuple[str, str]] = {
    "vendor/bootstrap.min.css": ("bootstrap_wrapper", "../bootstrap/css/bootstrap.min.css"),
    "vendor/webauthn-json.js": ("allauth", "mfa/static/mfa/js/webauthn-json.js"),
    "vendor/htmx.min.js": ("django_htmx", "static/django_htmx/htmx-2.min.js"),
}

SHEET = "ui/cordee.css"
SHEETS = Path(__file__).with_name("css")
# What components build upon; what holds whatever the component. Between, the order says nothing.
FIRST, LAST = ("tokens", "text", "layout"), ("helpers", "print")


def wheel_file(package: str, inside: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {package} is not installed: run `uv sync`.")
    return (Path(spec.origin).parent / inside).resolve()


def sheet() -> str:
    """The rules of all our components, without comments, and without spaces that say nothing."""
    between = sorted({file.stem for file in SHEETS.glob("*.css")} - {*FIRST, *LAST})
    files = [SHEETS / f"{name}.css" for name in (*FIRST, *between, *LAST)]
    rules = "".join(file.read_text(encoding="utf-8") for file in files)
    rules = re.sub(r"/\*.*?\*/", "", rules, flags=re.S)
    return re.sub(r"\s*([{};,])\s*|(?<=:) ", r"\1", rules).strip()


def sheet_file() -> Path:
    """The file that is served: written where it is not what `css/` says."""
    file, rules = Path(settings.STATIC_ROOT) / SHEET, sheet()
    if not file.exists() or file.read_text(encoding="utf-8") != rules:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Several processes and threads may find it missing at once: each writes its own, beside the
        # folder that is served, whose files another may be listing.
        root = Path(settings.STATIC_ROOT)
        part = root.with_name(f"{root.name}.{os.getpid()}-{threading.get_ident()}")
        part.write_text(rules, encoding="utf-8")
        part.replace(file)
    return file


class FileFinder(BaseFinder):
    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = []
        if path in ALLOWED:
            found = [str(wheel_file(*ALLOWED[path]))]
        elif path == SHEET:
            found = [str(sheet_file())]
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        files = {url: wheel_file(*ALLOWED[url]) for url in ALLOWED} | {SHEET: sheet_file()}
        for url, file in files.items():
            if not matches_patterns(url, list(ignore_patterns or [])):
                yield url, _OneFile(url, file)


class _OneFile(FileSystemStorage):
    """A storage that knows one file, under the name it is served by."""

    def __init__(self, url: str, file: Path) -> None:
        super().__init__(location=str(file.parent))
        self.url_name, self.file = url, file
        self.prefix = ""

    def path(self, name: str) -> str:
        return str(self.file)

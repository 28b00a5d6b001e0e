"""Finds the few static files we serve out of third-party wheels, by an explicit list.

Whole distribution folders would ship megabytes nobody asks for (source maps, variants).
"""

import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

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


def wheel_file(package: str, inside: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {package} is not installed: run `uv sync`.")
    return (Path(spec.origin).parent / inside).resolve()


class AllowListFinder(BaseFinder):
    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(wheel_file(*ALLOWED[path]))] if path in ALLOWED else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for url, (package, inside) in ALLOWED.items():
            if not matches_patterns(url, list(ignore_patterns or [])):
                yield url, _OneFile(url, wheel_file(package, inside))


class _OneFile(FileSystemStorage):
    """A storage that knows one file, under the name it is served by."""

    def __init__(self, url: str, file: Path) -> None:
        super().__init__(location=str(file.parent))
        self.url_name, self.file = url, file
        self.prefix = ""

    def path(self, name: str) -> str:
        return str(self.file)

"""What the API answers when it refuses: the fault, the field, the value, and the cure, in JSON; and
what pydantic finds wrong with a value, in French.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.http import HttpRequest, JsonResponse

PREFIX = "/api/"
MOST_LETTERS = 200
_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
# A code for programs, a sentence for people.
BY_STATUS: Mapping[str, tuple[str, str]] = _WORDS["by_status"]
# What pydantic finds: what is wrong, and the cure.
FAULTS: Mapping[str, tuple[str, str]] = {
    kind: tuple(each["said"]) for each in _WORDS["faults"] for kind in each["kinds"]
}
SIGN_IN_CURE = (
    "Envoyez l’en-tête « Authorization: Bearer » avec une clé faite dans votre compte, "
    "à « Clés pour mes logiciels »."
)
MISSING = "Il manque ce champ."
UNEXPECTED = (
    "Cette valeur n’a pas la forme attendue.",
    "Lisez la forme attendue dans /api/v1/openapi.json.",
)


class Refusal(Exception):
    """A demand that cannot be met: what is wrong with which field, and the cure."""

    def __init__(
        self,
        status: int,
        message: str = "",
        *,
        field: str = "",
        value: Any = None,
        cure: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.faults: Sequence[Mapping[str, Any]] = (
            [fault(field, value, message, cure)] if field or cure else []
        )
        self.headers = headers or {}

    @classmethod
    def of(cls, status: int, faults: Sequence[Mapping[str, Any]]) -> "Refusal":
        """Several things wrong at once."""
        refusal = cls(status)
        refusal.faults = faults
        return refusal


def fault(field: str, value: Any, message: str, cure: str = "") -> dict[str, Any]:
    """One thing wrong; of a long text, its beginning is enough to find it."""
    shown = value[:MOST_LETTERS] if isinstance(value, str) else value
    if isinstance(value, float) and not math.isfinite(value):
        # JSON has no such number: an answer that repeats it could not be read.
        shown = str(value)
    return {"field": field, "value": shown, "message": message, "cure": cure}


def answer(
    status: int,
    message: str = "",
    faults: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """A refusal as the caller gets it."""
    unknown = ("error", "La demande n’a pas pu aboutir.")
    code, words = BY_STATUS.get(str(status), unknown)
    body = {"code": code, "message": message or words, "errors": list(faults)}
    response = JsonResponse(
        body, status=status, json_dumps_params={"ensure_ascii": False}, headers=dict(headers or {})
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Cordee"'
    return response


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks: it gets JSON even where no route answers."""
    return request.path.startswith(f"{PREFIX}v")


def faults_of(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every error of a demand, as the caller reads it."""
    return [_fault(error) for error in errors]


def _fault(error: Mapping[str, Any]) -> dict[str, Any]:
    message, cure = _words(str(error["type"]), error.get("ctx", {}))
    value = error.get("input")
    is_plain = isinstance(value, str | int | float | bool)
    return fault(_field(error["loc"]), value if is_plain else None, message, cure)


def _field(place: Sequence[Any]) -> str:
    """`page`, `cells.0.cents`: without the part of the demand, nor our name of the body."""
    source, *path = place
    if source == "body" and len(path) > 1:
        path = path[1:]
    return ".".join(str(step) for step in path)


def _words(kind: str, details: Mapping[str, Any]) -> tuple[str, str]:
    match kind:
        case "enum" | "literal_error":
            known = str(details["expected"]).replace(" or ", " ou ")
            return "Cette valeur n’est pas l’une de celles attendues.", f"Choisissez {known}."
        case "greater_than_equal":
            return f"Au moins {details['ge']} est attendu.", "Donnez un nombre plus grand."
        case "less_than_equal":
            return f"Au plus {details['le']} est attendu.", "Donnez un nombre plus petit."
        case "string_too_long":
            return f"Au plus {details['max_length']} caractères.", "Écrivez plus court."
        case "string_too_short":
            return MISSING, "Ajoutez-le."
        case "too_long":
            return f"Au plus {details['max_length']} éléments.", "Envoyez-en moins à la fois."
    return FAULTS.get(kind, UNEXPECTED)

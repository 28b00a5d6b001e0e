"""What the API answers when it refuses: the fault, the field, the value, and the cure, in JSON; and
what pydantic finds wrong with a value, in French.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, JsonResponse

PREFIX = "/api/"
MOST_LETTERS = 200
# A code for programs, a sentence for people.
BY_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "Nous n’avons pas compris cette demande. Rien n’a été enregistré."),
    401: ("unauthenticated", "Cette demande ne dit pas qui la fait, ou sa clé n’ouvre rien."),
    403: ("forbidden", "Cette action ne vous est pas ouverte. Rien n’a changé."),
    404: ("not_found", "Cette adresse ne mène à rien, ou ne vous est pas ouverte."),
    405: ("method_not_allowed", "Cette adresse ne connaît pas ce geste."),
    409: ("conflict", "Ce n’est pas possible dans l’état où sont les choses."),
    412: ("precondition_failed", "Quelqu’un a changé ces données depuis votre lecture."),
    411: ("length_required", "Cette demande ne dit pas sa taille (Content-Length)."),
    413: ("too_large", "Cette demande est trop longue."),
    414: ("address_too_long", "Cette adresse est trop longue."),
    422: ("invalid", "Une partie de la demande ne convient pas."),
    428: ("precondition_required", "Dites quelle version vous avez lue."),
    431: ("headers_too_large", "Les en-têtes de cette demande sont trop longs."),
    429: ("too_many_requests", "Trop de demandes en peu de temps."),
    500: ("server_error", "Une panne de notre côté. Vos données sont intactes."),
    503: ("busy", "Beaucoup de calculs attendent déjà. Rien n’a été enregistré."),
}
SIGN_IN_CURE = (
    "Envoyez l’en-tête « Authorization: Bearer » avec une clé faite dans votre compte, "
    "à « Clés pour mes logiciels »."
)
MISSING = "Il manque ce champ."
WHOLE = ("Un nombre entier est attendu.", "Écrivez par exemple 12.")
NUMBER = ("Un nombre est attendu.", "Écrivez par exemple 12.5.")
YES_NO = ("« true » ou « false » est attendu.", "Écrivez l’un des deux.")
# A body says the type of each value: text, or true for 1, is not read as a number.
BARE_WHOLE = (WHOLE[0], "Écrivez par exemple 12, sans guillemets ni décimales.")
BARE_NUMBER = (NUMBER[0], "Écrivez par exemple 12.5, sans guillemets.")
BARE_YES_NO = (YES_NO[0], "Écrivez l’un des deux, sans guillemets.")
TEXT = ("Un texte est attendu.", "Mettez-le entre guillemets.")
IDENTIFIER = ("Un identifiant est attendu.", "Reprenez celui que donne la liste.")
DAY = ("Une date est attendue.", "Écrivez-la ainsi : 2027-03-01.")
OBJECT = ("Un objet JSON est attendu.", "Écrivez { « champ » : valeur }.")
LIST = ("Une liste JSON est attendue.", "Écrivez [ … ].")
WORDS: Mapping[str, tuple[str, str]] = {
    "missing": (MISSING, "Ajoutez-le."),
    "extra_forbidden": ("Ce champ n’existe pas ici.", "Retirez-le."),
    "int_parsing": WHOLE,
    "int_type": BARE_WHOLE,
    "int_from_float": WHOLE,
    "int_parsing_size": WHOLE,
    "float_parsing": NUMBER,
    "float_type": BARE_NUMBER,
    "bool_parsing": YES_NO,
    "bool_type": BARE_YES_NO,
    "string_type": TEXT,
    "uuid_parsing": IDENTIFIER,
    "uuid_type": IDENTIFIER,
    "date_from_datetime_parsing": DAY,
    "date_parsing": DAY,
    "date_type": DAY,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "dict_type": OBJECT,
    "list_type": LIST,
}
UNEXPECTED = ("Cette valeur n’a pas la forme attendue.", "Lisez la forme attendue sur /api/.")


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
    code, words = BY_STATUS.get(status, ("error", "La demande n’a pas pu aboutir."))
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
    return WORDS.get(kind, UNEXPECTED)

"""What pydantic finds wrong with a value, in French, each with its cure."""

from collections.abc import Mapping, Sequence
from typing import Any

from cordee.base.api.problems import fault

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

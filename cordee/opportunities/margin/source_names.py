"""Names of the fields and boxes a notice is made of, as a person would say them."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_STEPS: Mapping[str, str] = {
    step: name for name, steps in _WORDS["steps"].items() for step in steps
}
_UNITS: Mapping[str, str] = {"MONTH": "mois", "DAY": "jours", "YEAR": "ans", "WEEK": "semaines"}
_TERM = re.compile(r"(?:BT|OPP)-\d+")
_LENGTH = re.compile(r"(\d+) (MONTH|DAY|YEAR|WEEK)S?")


def name_of(where: str) -> str:
    """ "OBJECT_DESCR 3/INFO_ADD": "Informations complémentaires". An unknown field stays itself."""
    if found := _TERM.match(where):
        return str(_WORDS["terms"].get(found[0], where))
    if where.startswith("marché attribué "):
        return "Marché comparé"
    if where.startswith("lot "):
        lot, _, words = where.rpartition(", ")
        return f"{_STEPS.get(words, words)}, {lot}"
    last = where.rpartition("/")[2].strip()
    if found_step := _STEPS.get(last.lower()):
        return found_step
    # "LEFTI", or a path whose last step repeats a number: "OBJECT_DESCR 2".
    return _STEPS.get(last.split(" ")[0].lower(), where)


def value_in_words(words: str) -> str:
    """The value of a box as a person would say it, or as it is written."""
    if found := _LENGTH.fullmatch(words.strip()):
        return f"{found[1]} {_UNITS[found[2]]}"
    return str(_WORDS["boxes"].get(words.strip().lower(), words))

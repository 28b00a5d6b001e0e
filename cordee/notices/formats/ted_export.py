"""TED_EXPORT: notices of the Official Journal before eForms; the envelope, whatever the form.

The forms themselves are read in `ted_r209.py` and `ted_r208.py`.
Source: Publications Office, TED_EXPORT schemas R2.0.8 and R2.0.9.
"""

from cordee.notices.formats.ted_r208 import read_r208
from cordee.notices.formats.ted_r209 import read_r209
from cordee.notices.formats.tree import NOTHING, Node, clean
from cordee.notices.formats.values import cpv_code, day
from cordee.notices.notice import Format, Kind, Links, Notice, NoticeError, Source

# What the Publications Office itself says the document is.
_KIND_BY_DOCUMENT_TYPE = {
    "0": Kind.PRIOR,  # prior information without call
    "2": Kind.CHANGE,  # additional information
    "3": Kind.CALL,  # contract notice
    "7": Kind.AWARD,  # contract award
    "A": Kind.CALL,  # prior information with call
    "B": Kind.PRIOR,  # buyer profile
    "C": Kind.CALL,  # works concession
    "D": Kind.CALL,  # design contest
    "H": Kind.CALL,  # services concession
    "J": Kind.AWARD,  # concession award
    "K": Kind.AWARD,  # modification of a contract during its term: it has its holder
    "M": Kind.CALL,  # periodic indicative notice with call
    "O": Kind.CALL,  # qualification system with call
    "P": Kind.PRIOR,  # periodic indicative notice without call
    "Q": Kind.PRIOR,  # qualification system without call
    "R": Kind.AWARD,  # results of design contests
    "V": Kind.AWARD,  # voluntary ex ante transparency
}
# Where the coded data are missing, the number of the form still tells.
_KIND_BY_FORM = {
    form: kind
    for kind, forms in (
        (Kind.PRIOR, "F01 F04 F08 T01 1 4 8 16"),
        (Kind.AWARD, "F03 F06 F13 F15 F20 F25 T02 3 6 13 15 18"),
        (Kind.CHANGE, "F14 14"),
    )
    for form in forms.split()
}


def read_ted_export(root: Node, place: str) -> Notice:
    """Read one TED_EXPORT notice. Raises NoticeError for a form without buyer and object."""
    form = original_form(root)
    identifier = root.attributes.get("DOC_ID", "").strip()
    if form is None or not identifier:
        missing = "formulaire (FORM_SECTION)" if form is None else "numéro (DOC_ID)"
        raise NoticeError(
            place,
            f"Le fichier TED_EXPORT n’a pas de {missing}.",
            "Téléchargez de nouveau l’avis à la source.",
        )
    coded = root.find("CODED_DATA_SECTION") or NOTHING
    base = Notice(
        source=Source.TED,
        format=Format.TED_R209,
        id=identifier,
        kind=_kind(coded, form),
        form=form.attributes.get("FORM"),
        published_on=day(coded.value("REF_OJS", "DATE_PUB")),
        links=Links(
            notice=clean(coded.value("NOTICE_DATA", "URI_LIST", "URI_DOC")),
            previous=_previous(coded, form),
        ),
    )
    codes = tuple(
        code
        for node in coded.every("ORIGINAL_CPV")
        if (code := cpv_code(node.attributes.get("CODE")))
    )
    if form.find("OBJECT_CONTRACT") is not None:
        return read_r209(base, form, codes)
    if any(child.name.startswith("FD_") for child in form.children):
        return read_r208(base, form, codes)
    raise NoticeError(
        place,
        f"Le formulaire {base.form} n’a pas l’objet attendu (OBJECT_CONTRACT ou FD_…).",
        "Cordée lit les formulaires TED R2.0.8 et R2.0.9. Saisissez cet avis à la main.",
    )


def original_form(root: Node) -> Node | None:
    """The form in French if there is one, else in the notice's original language."""
    section = root.find("FORM_SECTION")
    forms = [node for node in section.children if node.attributes.get("FORM")] if section else []
    for key, value in (("LG", "FR"), ("CATEGORY", "ORIGINAL")):
        for form in forms:
            if form.attributes.get(key) == value:
                return form
    return forms[0] if forms else None


def _kind(coded: Node, form: Node) -> Kind:
    document = coded.find("CODIF_DATA", "TD_DOCUMENT_TYPE")
    code = document.attributes.get("CODE", "") if document else ""
    has_winners = form.find("AWARD_CONTRACT") is not None  # F21 to F23 are calls or awards alike
    default = Kind.AWARD if has_winners else Kind.CALL
    by_form = _KIND_BY_FORM.get(form.attributes.get("FORM", ""), default)
    return _KIND_BY_DOCUMENT_TYPE.get(code, by_form)


def _previous(coded: Node, form: Node) -> tuple[str, ...]:
    numbers = [node.value("NO_DOC_OJS") for node in coded.every("REF_NOTICE")]
    numbers += [node.text.strip() for node in form.every("NOTICE_NUMBER_OJ")]
    return tuple(dict.fromkeys(number for number in numbers if number))

"""What a record of each source looks like, to notice on the first day that it looks otherwise.

Names come from the documentation of each service and from samples (see each README): the first true
answers may show that they are wrong. What lacks or is new is told, and stops nothing.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cordee.notices.formats.tree import from_xml
from cordee.notices.notice import NoticeError

_DAY = "PublicationDate"

type Fields = Callable[[bytes], Mapping[str, str]]
"""The fields of one record, with their value where it is a text."""


@dataclass(frozen=True, slots=True)
class RecordShape:
    """`expected`: in every record. `known`: in some. `dated`: the field of its publication."""

    fields: Fields
    expected: frozenset[str]
    known: frozenset[str]
    dated: str


@dataclass(slots=True)
class ShapeCheck:
    """What the records of one reading had: how many lacked each field, and fields never met."""

    shape: RecordShape
    records: int = 0
    absent: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    newest: str = ""

    def look(self, content: bytes) -> None:
        """Count one record; one that cannot be read is refused elsewhere, and told there."""
        try:
            found = self.shape.fields(content)
        except (ValueError, RecursionError, NoticeError):
            return
        self.records += 1
        self.absent.update(self.shape.expected - found.keys())
        self.new.update(found.keys() - self.shape.expected - self.shape.known)
        self.newest = max(self.newest, found.get(self.shape.dated, "")[:10])


def _of_json(content: bytes) -> dict[str, str]:
    record = json.loads(content)
    if not isinstance(record, dict):
        return {}
    return {name: value if isinstance(value, str) else "" for name, value in record.items()}


def _of_boamp(content: bytes) -> dict[str, str]:
    """Those of the envelope, and the form in which the notice itself is written."""
    found = _of_json(content)
    inside = json.loads(found.get("donnees") or "{}")
    forms = sorted(inside) if isinstance(inside, dict) else []
    form = next((name for name in forms if name in BOAMP_FORMS), forms[0] if forms else "")
    return found | ({f"donnees/{form}": ""} if form else {})


def _of_xml(content: bytes) -> dict[str, str]:
    """The root, what stands right below it, and the day of publication, which lies deeper."""
    root = from_xml(content, "")
    found = {root.name: ""} | {child.name: child.text for child in root.children}
    return found | {day.tag: day.text or "" for day in root.element.iter(_DAY)}


BOAMP_FORMS = frozenset({"EFORMS", "MAPA", "FNSimple", "IDENTITE"})
BOAMP = RecordShape(
    _of_boamp,
    expected=frozenset(
        {"idweb", "objet", "nomacheteur", "dateparution", "nature", "famille", "donnees"}
        | {"datelimitereponse", "code_departement", "etat", "url_avis"}
    ),
    known=frozenset(
        {f"donnees/{form}" for form in BOAMP_FORMS}
        | {"annonce_lie", "annonce_reference_schema_v110", "annonces_anterieures"}
        | {"annonces_anterieures_schema_v110", "code_departement_prestation", "contractfolderid"}
        | {"criteres", "datefindiffusion", "dc", "descripteur_code", "descripteur_libelle"}
        | {"famille_libelle", "filename", "gestion", "id", "marche_public_simplifie"}
        | {"marche_public_simplifie_label", "nature_categorise", "nature_categorise_libelle"}
        | {"nature_libelle", "perimetre", "procedure_categorise", "procedure_libelle"}
        | {"source_schema", "sousnature", "sousnature_libelle", "soustype_procedure", "titulaire"}
        | {"type_avis", "type_marche", "type_marche_facette", "type_procedure"}
    ),
    dated="dateparution",
)
TED = RecordShape(
    _of_xml,
    # eForms, the only form since 2023; a TED_EXPORT has none of them and is told as new.
    expected=frozenset({_DAY, "ContractingParty", "ProcurementProject", "NoticeTypeCode"}),
    known=frozenset(
        {"ContractNotice", "PriorInformationNotice", "ContractAwardNotice", "UBLExtensions"}
        | {"UBLVersionID", "CustomizationID", "ID", "IssueTime", "VersionID", "RegulatoryDomain"}
        | {"IssueDate", "ContractFolderID", "NoticeLanguageCode", "AdditionalNoticeLanguage"}
        | {"TenderingProcess", "ProcurementProjectLot", "RequestedPublicationDate", "TenderResult"}
        | {"TenderingTerms", "PlannedDate", "BusinessParty", "Note", "SenderParty", "ReceiverParty"}
    ),
    dated=_DAY,
)
_OF_CONCESSIONS = {
    "autoriteConcedante": "acheteur",
    "concessionnaires": "titulaires",
    "valeurGlobale": "montant",
    "dateSignature": "dateNotification",
}


def _of_decp(content: bytes) -> dict[str, str]:
    """Those of a contract; a concession has the same under other names."""
    return {_OF_CONCESSIONS.get(name, name): text for name, text in _of_json(content).items()}


DECP = RecordShape(
    _of_decp,
    expected=frozenset(
        {"id", "acheteur", "titulaires", "objet", "montant", "dureeMois", "lieuExecution"}
        | {"dateNotification", "datePublicationDonnees", "nature", "procedure"}
    ),
    known=frozenset(
        {"actesSousTraitance", "attributionAvance", "ccag", "codeCPV", "formePrix", "idAccordCadre"}
        | {"considerationsEnvironnementales", "considerationsSociales", "dateDebutExecution"}
        | {"donneesExecution", "marcheInnovant", "modalitesExecution", "modifications"}
        | {"modificationsActesSousTraitance", "offresRecues", "origineFrance", "origineUE"}
        | {"source", "sousTraitanceDeclaree", "subventionPublique", "tauxAvance", "techniques"}
        | {"typeGroupementOperateurs", "typesPrix", "uid", "uuid", "_type", "updatedAt"}
    ),
    dated="datePublicationDonnees",
)

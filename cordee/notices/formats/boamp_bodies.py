"""BOAMP before eForms: the bodies of schema 2.3.0 (before 2024) and 3.2.5 (MAPA and FNSimple).

Names are in lower case without separators (`boamp.plain`), so that the XML and the JSON of the API
of 2020 read alike.
"""

from collections.abc import Iterator
from dataclasses import replace

from cordee.notices.formats.assembly import (
    buyer_from,
    cpv_of,
    evidence_list,
    paragraphs,
    with_wording,
)
from cordee.notices.formats.awards import settled
from cordee.notices.formats.boamp_fields import (
    amount_in,
    award_of_record,
    awards_of,
    codes_in,
    deadline_with,
    duration_of,
    labelled,
    name_with,
    places_with,
)
from cordee.notices.formats.terms import boamp_criteria, boamp_terms
from cordee.notices.formats.tree import NOTHING, Node
from cordee.notices.notice import (
    Evidence,
    Format,
    Lot,
    Notice,
    Place,
    Reserved,
    SocialClause,
)
from cordee.notices.places import distinct, place_from
from cordee.rules.reservation import Reservation

_LOT_CONDITIONS = (
    ("renouvellementdescription", "RENOUVELLEMENT_DESCRIPTION"),
    ("optionsdescription", "OPTIONS_DESCRIPTION"),
)


def read_legacy(
    envelope: Notice, tree: Node, social: SocialClause | None, record: Node = NOTHING
) -> Notice:
    """Complete the envelope from the body (`DONNEES`) of an older notice."""
    identity = tree.find("identite") or NOTHING
    object_ = tree.find("objet") or NOTHING
    timing = tree.find("conditiondelai") or NOTHING
    features = object_.find("caracteristiques") or NOTHING
    deadline, source = deadline_with(
        envelope, timing.value("receptoffres"), timing.value("receptcandidat")
    )
    nodes = object_.all("lots", "lot") or object_.all("lots")
    parts = tuple(
        _legacy_lot(node, number) for number, node in enumerate(nodes, 1) if node.children
    )
    divided = _is_divided(object_, nodes)
    awards, lots = settled(awards_of(tree) or award_of_record(record), parts if divided else ())
    whole = parts[0] if parts and not divided else Lot("")
    places = map(_legacy_place, object_.all("lieuexeclivr"))
    features_words = (features.words("principales"), features.words("quantite"))
    notice = replace(
        envelope,
        format=Format.BOAMP_LEGACY,
        title=object_.words("titremarche") or envelope.title,
        text=paragraphs((object_.words("objetcomplet"), *features_words, whole.text)),
        buyer=buyer_from(
            name_with(envelope, identity.words("denomination")),
            number=identity.value("codeidentnational"),
            postcode=identity.value("cp"),
            city=identity.words("ville"),
            nuts=identity.value("adjudicateurnuts"),
        ),
        deadline=deadline,
        deadline_source=source,
        evidence=labelled(
            envelope,
            title=("OBJET/TITRE_MARCHE", object_.words("titremarche")),
            buyer=("IDENTITE/DENOMINATION", identity.words("denomination")),
            deadline=("CONDITION_DELAI/RECEPT_OFFRES", timing.value("receptoffres")),
        ),
        cpv=cpv_of(None, (*codes_in(object_), *whole.cpv.codes)),
        places=places_with(envelope, distinct([*places, *whole.places])),
        lots=lots,
        awards=awards,
        amount=amount_in(features, "valeurtotale", "valeur", "valeurmax")
        or whole.amount
        or amount_in(tree.find("attribution") or NOTHING, "valeurtotale"),
        duration=duration_of(object_.find("dureedelai") or NOTHING) or whole.duration,
        links=replace(
            envelope.links,
            previous=tuple(dict.fromkeys((*envelope.links.previous, *_in_journal(tree)))),
            documents=identity.value("urldocument") or identity.value("urlprofilacheteur"),
        ),
        criteria=boamp_criteria(tree),
        conditions=_legacy_conditions(tree, object_),
        terms=boamp_terms(tree),
    )
    return with_wording(
        notice, box=_box(tree), social=social, criteria=_criteria(tree, "CRITERES_ATTRIBUTION")
    )


def _is_divided(object_: Node, nodes: list[Node]) -> bool:
    """The schema writes an undivided contract as one lot; some write several, unnamed."""
    if object_.find("divenlots", "non") is not None:
        return False
    return any(node.value("num") or node.value("intitule") for node in nodes)


def _in_journal(tree: Node) -> Iterator[str]:
    """Numbers in the Official Journal, as TED writes them ("2016/S 140-252708")."""
    for node in tree.every("publicationjoue"):
        year, issue, number = (
            node.value(name) or "" for name in ("annee", "numparution", "numannonce")
        )
        if year.isdigit() and issue.isdigit() and number.isdigit():
            yield f"{year}/S {issue.zfill(3)}-{number.zfill(6)}"


def _legacy_place(node: Node) -> Place | None:
    codes = [item.text for item in node.all("codenuts") if item.text.strip()]
    return place_from(
        where="LIEU_EXEC_LIVR",
        nuts=codes[0] if len(codes) == 1 else None,
        postcode=node.value("cp"),
        city=node.words("ville"),
        words=node.words("adresse"),
    )


def _legacy_lot(node: Node, position: int) -> Lot:
    codes = [item.text for item in node.all("codenuts") if item.text.strip()]
    words = node.words("lieuprincipal")
    places = [
        place_from(where="LOT/CODE_NUTS", nuts=code, words=words if len(codes) == 1 else None)
        for code in codes
    ]
    return Lot(
        id=node.value("num") or str(position),
        title=node.words("intitule"),
        text=paragraphs((node.words("description"), node.words("infocompl"))),
        cpv=cpv_of(None, codes_in(node)),
        places=distinct(places or [place_from(where="LOT/LIEU_PRINCIPAL", words=words)]),
        amount=amount_in(node, "valeur", "valeurmax"),
        duration=duration_of(node),
    )


def _box(tree: Node) -> Reserved | None:
    conditions = tree.find("conditionparticipation")
    if conditions is None:
        return None
    ticked = conditions.find("marchereserveoui")
    if ticked is not None:
        names = [node.name for node in ticked.walk()]
        # Both sub-boxes name sheltered workshops or employment, as in TED_EXPORT.
        return Reserved(
            Reservation.HANDICAP, (Evidence("CONDITION_PARTICIPATION", " ".join(names)),)
        )
    if conditions.find("marchereservenon") is not None:
        return Reserved(
            Reservation.NONE, (Evidence("CONDITION_PARTICIPATION", "MARCHE_RESERVE_NON"),)
        )
    return None


def _legacy_conditions(tree: Node, object_: Node) -> tuple[Evidence, ...]:
    market, who = ("conditionrelativemarche",), ("conditionparticipation",)
    return evidence_list(
        ("FORME_JURIDIQUE", tree.words(*market, "formejuridique")),
        ("AUTRES_CONDITIONS_PART_OUI", tree.words(*market, "autresconditionspartoui")),
        ("CONDITION_PARTICULIERE_EXECUTION", tree.words(*who, "conditionparticuliereexecution")),
        ("LOTS_RESERVE_POUVOIR_ADJUDICATEUR", object_.words("lotsreservepouvoiradjudicateur")),
        *(
            (f"LOT {node.value('num') or ''}/{label}", node.words(name))
            for node in object_.all("lots", "lot")
            for name, label in _LOT_CONDITIONS
        ),
        ("RENS_COMPLEMENT", tree.words("renseignementscomplementaires", "renscomplement")),
    )


def read_mapa(
    envelope: Notice, tree: Node, social: SocialClause | None, record: Node = NOTHING
) -> Notice:
    """Complete the envelope from the body of a MAPA or FNSimple notice."""
    body = tree.find("initial") or tree.find("rectificatif") or tree.find("attribution") or NOTHING
    organisation = tree.find("organisme") or NOTHING
    object_ = body.find("description") or body.find("naturemarche") or NOTHING
    features = body.find("caracteristiques") or NOTHING
    texts = (
        object_.words("objet") or object_.words("description"),
        body.words("attributionmarche"),
        features.words("principales"),
        features.words("quantites"),
    )
    lots = tuple(_mapa_lot(node, number) for number, node in enumerate(body.all("lots", "lot"), 1))
    awards, lots = settled(awards_of(body) or award_of_record(record), lots)
    deadline, source = deadline_with(
        envelope,
        body.value("delais", "receptionoffres"),
        body.value("delais", "receptioncandidatures"),
        body.value("procedure", "datereceptionoffres"),
    )
    places = distinct(
        [_mapa_place(node) for node in object_.all("lieuexecutionlivraison")]
        + [place_from(where="lieuExecution", words=object_.words("lieuexecution"))]
    )
    notice = replace(
        envelope,
        format=Format.BOAMP_MAPA,
        title=envelope.title or object_.words("intitule"),
        text=paragraphs(texts),
        buyer=buyer_from(
            name_with(
                envelope, organisation.words("acheteurpublic") or organisation.words("nomofficiel")
            ),
            number=organisation.value("codeidentificationnational"),
            postcode=organisation.value("adr", "cp") or organisation.value("cp"),
            city=organisation.words("adr", "ville") or organisation.words("ville"),
            nuts=organisation.value("codenuts"),
        ),
        deadline=deadline,
        deadline_source=source,
        evidence=labelled(
            envelope,
            buyer=("organisme/acheteurPublic", organisation.words("acheteurpublic")),
            deadline=("delais/receptionOffres", body.value("delais", "receptionoffres")),
        ),
        cpv=cpv_of(None, codes_in(object_)),
        places=places_with(envelope, places),
        lots=lots,
        awards=awards,
        amount=amount_in(object_, "valeurestimee", "montant") or amount_in(body, "montant"),
        duration=duration_of(body.find("duree") or object_),
        links=replace(envelope.links, documents=organisation.value("urlprofilacheteur")),
        criteria=boamp_criteria(body),
        conditions=_mapa_conditions(body),
        terms=boamp_terms(body),
    )
    return with_wording(notice, social=social, criteria=_criteria(body, "criteres"))


def _mapa_place(node: Node) -> Place | None:
    if not node.children:
        return place_from(where="lieuExecutionLivraison", words=node.words())
    return place_from(
        where="lieuExecutionLivraison",
        postcode=node.value("cp"),
        city=node.words("ville"),
        words=node.words("voie", "nomvoie"),
    )


def _mapa_lot(node: Node, position: int) -> Lot:
    number = node.value("numlot") or node.value("num") or str(position)
    title = node.words("intitule")
    return Lot(
        id=number,
        title=title or node.words("description"),
        text=node.words("description") if title else None,
        cpv=cpv_of(None, codes_in(node)),
        places=distinct([_mapa_place(item) for item in node.all("lieuexecutionlivraison")]),
        amount=amount_in(node, "valeurestimee", "montant", "estimationvaleur"),
        duration=duration_of(node.find("duree") or node),
    )


def _mapa_conditions(body: Node) -> tuple[Evidence, ...]:
    return evidence_list(
        ("conditions/formeJuridique", body.words("conditions", "formejuridique")),
        ("conditions/autresConditions", body.words("conditions", "autresconditions")),
        ("conditions/particulieres", body.words("conditions", "condparticulieres")),
        ("renseignements/rensgComplt", body.words("renseignements", "rensgcomplt")),
        ("informComplementaire", body.words("informcomplementaire", "autresinformcomplt")),
    )


def _criteria(body: Node, where: str) -> tuple[Evidence, ...]:
    found = body.every("critere", "criterescctp", "critereslibre")
    return evidence_list(*((where, node.words()) for node in found))

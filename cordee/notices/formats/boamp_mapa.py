"""BOAMP schema 3.2.5: contracts below the European thresholds (MAPA, and FNSimple alike).

Names are in lower case without separators (`boamp.plain`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cordee.notices.formats.assembly import (
    buyer_from,
    cpv_of,
    evidence_list,
    paragraphs,
    with_wording,
)
from cordee.notices.formats.award_criteria import boamp_criteria
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
from cordee.notices.formats.terms import boamp_terms
from cordee.notices.formats.tree import NOTHING, Node
from cordee.notices.notice import Evidence, Format, Lot, Notice, Place, SocialClause
from cordee.notices.places import distinct, place_from


def read_mapa(
    envelope: Notice, tree: Node, social: SocialClause | None, record: Node = NOTHING
) -> Notice:
    """Complete the envelope from the body of a MAPA or FNSimple notice."""
    body = tree.find("initial") or tree.find("rectificatif") or tree.find("attribution") or NOTHING
    organisation = tree.find("organisme") or NOTHING
    object_ = body.find("description") or body.find("naturemarche") or NOTHING
    lots = [_lot(node, number) for number, node in enumerate(body.all("lots", "lot"), 1)]
    text = paragraphs(
        (
            object_.words("objet") or object_.words("description"),
            body.words("attributionmarche"),
            body.words("caracteristiques", "principales"),
            body.words("caracteristiques", "quantites"),
        )
    )
    awards, read_lots = settled(awards_of(body) or award_of_record(record), tuple(lots))
    deadline, source = deadline_with(
        envelope,
        body.value("delais", "receptionoffres"),
        body.value("delais", "receptioncandidatures"),
        body.value("procedure", "datereceptionoffres"),
    )
    places = distinct(
        [_place(node) for node in object_.all("lieuexecutionlivraison")]
        + [place_from(where="lieuExecution", words=object_.words("lieuexecution"))]
    )
    notice = replace(
        envelope,
        format=Format.BOAMP_MAPA,
        title=envelope.title or object_.words("intitule"),
        text=text,
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
        lots=read_lots,
        awards=awards,
        amount=amount_in(object_, "valeurestimee", "montant") or amount_in(body, "montant"),
        duration=duration_of(
            body.find("duree") or object_,
            months_names=("nbmois", "dureemois"),
            days_names=("nbjours", "dureejours"),
            start_names=("datedebutprestation", "datedebuttravaux", "acompterdu"),
        ),
        links=replace(envelope.links, documents=organisation.value("urlprofilacheteur")),
        criteria=boamp_criteria(body),
        conditions=_conditions(body),
        terms=boamp_terms(body),
    )
    return with_wording(notice, social=social, criteria=_criteria(body))


def _place(node: Node) -> Place | None:
    if not node.children:
        return place_from(where="lieuExecutionLivraison", words=node.words())
    return place_from(
        where="lieuExecutionLivraison",
        postcode=node.value("cp"),
        city=node.words("ville"),
        words=node.words("voie", "nomvoie"),
    )


def _lot(node: Node, position: int) -> Lot:
    number = node.value("numlot") or node.value("num") or str(position)
    title = node.words("intitule")
    return Lot(
        id=number,
        title=title or node.words("description"),
        text=node.words("description") if title else None,
        cpv=cpv_of(None, codes_in(node)),
        places=distinct([_place(item) for item in node.all("lieuexecutionlivraison")]),
        amount=amount_in(node, "valeurestimee", "montant", "estimationvaleur"),
        duration=duration_of(
            node.find("duree") or node,
            months_names=("nbmois", "dureemois"),
            days_names=("nbjours", "dureejours"),
            start_names=("datedebutprestation", "dateacompterdu"),
            end_names=("datejusquau",),
        ),
    )


def _conditions(body: Node) -> tuple[Evidence, ...]:
    return evidence_list(
        ("conditions/formeJuridique", body.words("conditions", "formejuridique")),
        ("conditions/autresConditions", body.words("conditions", "autresconditions")),
        ("conditions/particulieres", body.words("conditions", "condparticulieres")),
        ("renseignements/rensgComplt", body.words("renseignements", "rensgcomplt")),
        ("informComplementaire", body.words("informcomplementaire", "autresinformcomplt")),
    )


def _criteria(body: Node) -> tuple[Evidence, ...]:
    found: Iterable[Node] = body.every("critere")
    return evidence_list(*(("criteres", node.words()) for node in found))

"""What the buyer's words impose on groups of candidates.

Several sentences often speak: a free form, then what happens if the group is conjoint, then what it
must become. The one that binds most is kept: what is imposed or may be required after the award,
then the duty of the lead, then a wish, then "conjoint ou solidaire".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from cordee.notices.clauses.sentences import GROUP_STEMS, REMEMBERED, any_of
from cordee.notices.notice import Evidence, GroupingForm, GroupingTerms
from cordee.notices.text import Sentence, holds

_GROUP = re.compile(
    r"groupement|groupe|cotraitan|co-traitan|mandataire|conjoint|solidair|solidarite|gme\b|gpt\b"
    r"|candidatures? indiv"
)
# Mutual guarantees of a bank, and the social economy, are "solidaire" too.
_NOT_GROUP = re.compile(
    r"economie sociale et solidaire|(?:caution|garantie)[^.]{0,30}solidaire|conjointement"
    r"|(?:procedure|maitrise d'ouvrage|decision|comite|realisation|projet|organisation|gestion"
    r"|consultation|action|exploitation|commission|demande|declaration) conjointe?s?\b"
    r"|groupements? (?:de commandes?|hospitalier|d'interet|d'achats?|d'acheteurs?|scolaire|europeen"
    r"|territorial)|groupes? scolaires?|solidaires? (?:de l'environnement|durable)"
    # Who may not bid twice, not the form of the winner.
    r"|en (?:tant que|qualite de) (?:mandataire|membre)s? d'un groupement (?:conjoint|solidaire)"
)
_FORBIDDEN = any_of(
    r"\bgroupements?\b.{0,40}\b(?:non|pas|ni) (?:autorise|admis|accepte|permis|possible)"
    r"|(?<!impose )(?<!exige )\b(?:pas de|sans) (?:groupements?|cotraitance)\b(?! .{0,30}impos)"
    r"(?!.{0,10}forme)"
    r"|\baucun groupement (?:n'est |ne sera )?(?:autorise|admis|accepte|possible|permis)"
    r"|\bgroupements? (?:d'(?:entreprises|operateurs economiques) )?(?:est |sont )?(?:interdit"
    r"|exclu)"
    r"|\b(?:n'est|ne sont|ne sera|ne seront) pas (?:autorise|admis|accepte"
    r"|possible)\w*(?!.{0,20}\b(?:modifi|chang)).{0,25}\bgroupement"
    r"|\b(?:cotraitance|co-traitance) (?:n'est pas|non|est interdite|interdite)"
    r"|\b(?:uniquement|exclusivement|seulement) (?:a titre |des candidats? )?individuel"
    r"|\bseules? les candidatures? individuelles?"
    r"|\bentreprise (?:unique|seule|individuelle) (?:uniquement|exclusivement)"
)
_FREE = re.compile(
    r"\baucune?\b.{0,60}\b(?:impos|exig|requi|souhait)\w*|\b(?:aucune?|pas d[e']"
    r"|sans) ?.{0,25}\b(?:forme|exigence|exigee?|condition|obligation)"
    r"|\baucune? (?:exige|impose|requis)|\b(?:n'est|ne sera|n'etant) pas (?:imposee?|exigee?)"
    r"|\bn'impose (?:pas|aucune)|\blibre(?:ment)? (?:choix|choisi)|\blaissee? (?:a leur |au )libre"
    r"|\bne souhaite (?:pas )?(?:imposer )?(?:aucune|pas)\b"
)
_WISH_ONLY = re.compile(r"non[ -]?imposee?|\bpas imposee?|\bsans l'imposer|\bsans etre imposee?")
_DEFINITION = re.compile(
    r"\b(?:groupements?(?: momentanes?)?(?: d'entreprises| d'operateurs economiques)? )?(?:est"
    r"|sont|dit) "
    r"(?:conjoint|solidaire)s? (?:lorsque|quand|si chacun)|\blorsque chacun"
    r"|\bchacun des (?:membres|"
    r"prestataires|operateurs|cotraitants)[^.]{0,60}\b(?:s'engage|est engage)"
    r"|\bchaque membre .{0,40}s'engage"
    r"|\bdeux (?:types|formes) de groupement"
)
_LEAD = re.compile(
    r"\bconjointe? et solidaire\b|\bsolidaire et conjointe?\b"
    r"|\bmandataire.{0,160}?(?<!groupement )solidaire(?!s\b)|\bmandataires solidaires"
    r"|\bsolidarite du mandataire"
    r"|\bconjointe?s? solidaires?\b"
    r"|\bconjoint .{0,25}\bsolidaires? (?:de|pour)|\bsolidaire .{0,40}\bmandataire commun"
    r"|\bmandataire(?: commun)? (?:et|ou) solidaire|\bsolidaires? du mandataire"
    r"|\b(?:celui|lequel)(?:-ci)? .{0,140}\best solidaire"
    r"|\bsolidaires? des obligations contractuelles"
    r"|\bsolidaires?\b.{0,60}\b(?:de chacun des|de tous les|des autres|de l'ensemble des)"
    r" (?:membres|co-?traitants)"
    r"|\bsolidairement responsable|\bconjoint(?:e|s)? (?:\(|a|et|,) ?mandataire.{0,40}\bsolidaire"
)
_LEAD_NOT = re.compile(
    r"\bmandataire\b.{0,60}\b(?:n'est|ne sera|n'etant|non"
    r"|n'a pas a etre) (?:pas )?(?:\w+ )?solidaire"
    r"|\bmandataire\b.{0,60}\bpas (?:tenu|oblige)\w* (?:d'|a )etre solidaire"
    r"|\bsans solidarite du mandataire|\b(?:indiqu|precis)\w+\b.{0,60}\bsi le mandataire"
    # A form that is only supposed, with its lead, for what follows in the sentence.
    r"|\ben cas de groupement conjoint avec mandataire solidaire\b"
)
_BINDS = re.compile(
    r"\b(?:transform|contrain|impos|oblig(?!ations? contract)|exig(?!ences?\b)|devra|doi(?:t|vent)"
    r"|necessairement|sera (?:sous|sous la)|ne pourra etre"
    r" attribue qu|revetir|prendra |prendre la forme|adopter|requis|se conformer"
    r"|sera (?:solidaire|conjoint)|seront|apres (?:l')?attribution)"
)
_EITHER = re.compile(
    r"\bconjoint\w*.{0,45}?\b(?:ou|et/ou|soit|et)\b.{0,60}?\bsolidaire"
    r"|\bsolidaires?\b.{0,45}?\b(?:ou|et/ou|soit|et)\b.{0,60}?\bconjoint"
)
# "En cas de groupement solidaire, les pouvoirs…" speaks of a form without asking for it.
_IN_CASE = re.compile(
    r"\b(?:en cas de?|dans le cas d'un|si (?:le|un)|s'il (?:est|s'agit d'un)|lorsque le"
    r"|pour (?:un|les))"
    r" ?(?:\w+ ){0,4}?(?:est |sont |soit )?(?:conjoint|solidaire)s?\b"
    r"|\b(?:si|lorsque) (?:les?|un) [^,.;]{0,40}\bpresent\w+(?: [\w']+){0,6}"
    r" (?:conjoint|solidaire)s?\b"
)
_PARTNERS = re.compile(
    r"groupement|groupe|\bgme\b|grpt|\bgpt\b|\bmembres\b|cotrait|co-trait|mandataire|\bforme\b|entreprises?\b"
    r"|entrepreneurs?\b|prestataires|operateurs"
)
# A form given alone, as an answer to the field: "Solidaire", "Conjoint de préférence".
_FORM_ALONE = re.compile(r"\W*(?:\w+ment )?(?:conjoint|solidaire)(?:e?s)?\b.{0,40}$")
_CONJOINT = re.compile(r"\bconjoint")
_SOLIDAIRE = re.compile(
    r"\bsolidaires?\b|\bsolidarite (?:entre|des?|de tous les|de l'ensemble des) (?:les )?(?:membres"
    r"|cotraitants|co-traitants|entreprises|partenaires)"
)

_TWICE = re.compile(
    r"\b(?:interdi\w*|impossib\w*|ne peu\w*|ne pourr\w*|ne doi\w*|n'est pas (?:autorise|possible"
    r"|admis)\w*"
    r"|pas autorise\w*|ni|non)\b"
)
_SEVERAL = re.compile(
    r"\bplusieurs (?:offres|candidatures|groupements?)|\ba la fois\b|\bd'un ou (?:de )?plusieurs"
    r"|\bplus d'un groupement|\bun seul groupement|\bautre groupement"
    r"|\b(?:aussi|egalement) (?:en|dans un|au sein d'un) groupement"
)
_LEAD_TWICE = re.compile(
    r"\bmandataire\b.{0,60}\b(?:plus d'un|plusieurs) groupements?|\bmandataire d'un seul"
)


class _Weight(IntEnum):
    """How much a sentence binds."""

    FREE = 0
    STATED = 1
    LEAD = 2
    BINDS = 3


@dataclass(frozen=True, slots=True)
class _Mention:
    form: GroupingForm
    weight: _Weight
    sentence: Sentence


_ORDER = (
    GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE,
    GroupingForm.SOLIDAIRE,
    GroupingForm.CONJOINT,
    GroupingForm.FREE,
)


def grouping_from(found: Sequence[Sentence]) -> GroupingTerms | None:
    """What these sentences impose, or None when they do not speak of groups."""
    mentions: list[_Mention] = []
    offers: list[Evidence] = []
    leads: list[Evidence] = []
    for sentence in found:
        if not holds(sentence.folded, GROUP_STEMS):
            continue
        folded = _NOT_GROUP.sub(" ", sentence.folded)
        if not _GROUP.search(folded):
            continue
        mentions.append(_Mention(*_form_of(folded), sentence))
        if _TWICE.search(folded):
            if _LEAD_TWICE.search(folded):
                leads.append(sentence.evidence)
            elif _SEVERAL.search(folded):
                offers.append(sentence.evidence)
    if not mentions:
        return None
    chosen = _strongest(mentions)
    kept = tuple(
        dict.fromkeys(item.sentence.evidence for item in mentions if item.form is chosen.form)
    )
    return GroupingTerms(
        chosen.form, kept, tuple(dict.fromkeys(offers)), tuple(dict.fromkeys(leads))
    )


def _strongest(mentions: list[_Mention]) -> _Mention:
    for item in mentions:
        if item.form is GroupingForm.FORBIDDEN:
            return item
    weight = max(item.weight for item in mentions)
    among = [item for item in mentions if item.weight is weight]
    if weight is _Weight.STATED and len({item.form for item in among}) > 1:
        # "Soit des prestataires solidaires ; soit des prestataires conjoints": the choice is free.
        return _Mention(GroupingForm.FREE, _Weight.FREE, among[0].sentence)
    chosen = min(among, key=lambda item: _ORDER.index(item.form))
    if chosen.form is GroupingForm.CONJOINT:
        # A conjoint group is asked for here, and its lead bound in another sentence.
        return next((item for item in mentions if item.weight is _Weight.LEAD), chosen)
    return chosen


@lru_cache(maxsize=REMEMBERED)
def _form_of(folded: str) -> tuple[GroupingForm, _Weight]:
    if _FORBIDDEN.search(folded) and not _SEVERAL.search(folded):
        return GroupingForm.FORBIDDEN, _Weight.BINDS
    if "solida" not in folded and "conjoint" not in folded:
        return GroupingForm.FREE, _Weight.FREE
    if _WISH_ONLY.search(folded) and not _BINDS.search(_WISH_ONLY.sub(" ", folded)):
        return GroupingForm.FREE, _Weight.FREE
    if _DEFINITION.search(folded) and not _BINDS.search(folded.replace("doit pallier", " ")):
        return GroupingForm.FREE, _Weight.FREE
    binds = _BINDS.search(_WISH_ONLY.sub(" ", _FREE.sub(" ", folded))) is not None
    if _LEAD.search(folded) and not _LEAD_NOT.search(folded):
        conditional = re.search(
            r"\b(?:si|s'il|en cas|dans (?:le|ce) (?:dernier )?cas|lorsque)\b", folded
        )
        weight = _Weight.BINDS if binds and not conditional else _Weight.LEAD
        return GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE, weight
    if not _PARTNERS.search(folded) and not _FORM_ALONE.match(folded):
        return GroupingForm.FREE, _Weight.FREE
    either = _EITHER.search(folded) is not None
    if either:
        # What is said beside the choice may end it: "quelle que soit la forme (conjoint ou
        # solidaire), il devra devenir solidaire".
        folded = _EITHER.sub(" ", folded)
    # "Le mandataire du groupement conjoint n'est pas solidaire" still asks for a conjoint group.
    folded = _LEAD_NOT.sub(lambda found: found[0].replace("solid", " "), folded)
    folded = _IN_CASE.sub(" ", folded.replace("non solidaire", " "))
    if binds and _SOLIDAIRE.search(folded):
        return GroupingForm.SOLIDAIRE, _Weight.BINDS
    if either:
        return GroupingForm.FREE, _Weight.FREE
    if _SOLIDAIRE.search(folded) and "non solidaire" not in folded:
        return GroupingForm.SOLIDAIRE, _Weight.STATED
    if _CONJOINT.search(folded):
        return GroupingForm.CONJOINT, _Weight.BINDS if binds else _Weight.STATED
    return GroupingForm.FREE, _Weight.FREE

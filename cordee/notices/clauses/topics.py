"""The words by which a sentence speaks of insertion, and how: duty, criterion, object, denial."""

import re
from functools import lru_cache

from cordee.notices.clauses.sentences import REMEMBERED, any_of
from cordee.notices.text import Sentence, holds

_STEMS = (
    *("insert", "social", "societ", "publics", "loigne", "difficult", "defavoris", "d'execution"),
    *("clause", "heure", "emploi", "beneficiair", "plie", "apprenti", "alternan", "main d'", "% d"),
    *("handicap", "main-d'", "prioritaire", "discrimin", "parite", "egalite"),
)

# Homes, shelters and canteens receive "publics en difficulté"; a clause gives them work.
_WORK = (
    r"\b(?:emploi|travail|heures?|embauch\w*|recrut\w*|titulaire|entreprises?|attributaire"
    r"|insertion|clauses?|candidats?)\b"
)
# Insertion of people into work, by the words that buyers use for it.
_INSERTION = any_of(
    r"\b(?:re)?insertion (?:sociale|professionnel|socio|economique|obligatoire|durable)",
    r"\b(?:re)?insertion par l'(?:activite|emploi|econom)",
    r"\binsertion (?:des publics|des? (?:personnes|publics|demandeurs|jeunes)|et (?:de "
    r"|la )?promotion)",
    r"\b(?:clause|action|demarche|dispositif|engagement|obligation|objectif|effort|taux|volet"
    r"|volume"
    r"|performance|condition|parcours|politique|promotion|critere|public|personnel|personne|salarie"
    r"|difficulte|charte|plan|annexe)s?\b.{0,40}\b(?:d'|de l'|l'|en |a l')insertion\b",
    r"\bheures?\b.{0,40}\binsertion\b|\binsertion\b.{0,40}(?:\bheures?\b|\d ?h\b)"
    r"|\d ?h(?:00)? d'insertion|^\W*insertion ?:",
    # A clause, or a condition, that is called social.
    r"\bclauses? .{0,25}\b(?:sociales?|insertion|d'emploi|emploi|socio)",
    r"\b(?:conditions?|elements?|dispositions?|considerations?|clauses?|exigences?"
    r"|prescriptions?)\b"
    r".{0,45}\b(?:caractere|ordre|nature|dimension) social",
    r"\bconsiderations? sociales?|\bconditions? d'execution sociales?|\bcondition sociale",
    r"\bcaractere social et\b|\bvolet social|\bdimension sociale",
    # The publics of the clauses.
    r"\bpublics? (?:prioritaire|.{0,12}\beloigne|en insertion)",
    rf"\bpublics? en difficulte\b.{{0,200}}{_WORK}|{_WORK}.{{0,200}}\bpublics? en difficulte",
    r"\beloignee?s? (?:durablement )?(?:de l'emploi|du marche d[ue])",
    r"\bdifficultes? (?:sociales|professionnelles|particulieres|d'insertion|d'acces a l'emploi)",
    r"\bpersonnes? (?:en|sans) (?:insertion|emploi)",
    r"\b(?:favoriser|soutenir|developper) (?:l'emploi|l'acces (?:ou le retour )?a l'emploi"
    r"|le retour a l'emploi|l'embauche)\b.{0,40}\b(?:jeunes|personnes|publics?"
    r"|demandeurs?|allocataires|beneficiaires|chomeurs|habitants)\b",
    # Equality at work is a social condition too.
    r"\bclauses? .{0,40}\b(?:egalite professionnelle|(?:egalite|parite) (?:entre les )?(?:femmes"
    r"|hommes)|lutte contre les discriminations)",
    r"\bpromotion de l'emploi|\bpromouvoir (?:l'emploi|l'insertion)",
    # Social conditions said otherwise: work given to structures, hours kept, apprentices.
    r"\b(?:confi|sous-trait|recour|faire appel|concours)\w*\b.{0,50}"
    r"\b(?:structures?|entreprises?|associations?) .{0,15}\binsertion",
    r"% .{0,12}\b(?:heures|main[- ]d'o?euvre|temps (?:de travail|total))",
    r"\bheures? reserve\w+ (?:a l'insertion|aux?\b)",
    r"\breserver? .{0,60}\b(?:heures|temps (?:de travail|total)|main d'oeuvre)\b.{0,150}?"
    r"\b(?:aux?|a des|pour) (?:des )?(?:beneficiaires|publics?|personnes)\b",
    r"\b(?:recrut|embauch|accueil)\w*\b.{0,60}"
    r"\b(?:apprenti|alternan|jeunes en stage|demandeurs? d'emploi|beneficiaires? du r\.?s\.?a\b)",
    r"\brecour\w* (?:a l'|a des |a un |aux? )(?:apprenti|alternan)"
    r"|\bstag(?:es?|iaires?)\b.{0,60}\bquartiers? prioritaire",
    r"\bhandicap\w*\b.{0,40}\bcondition d'execution",
    r"\b(?:le|du|par le) plie\b|\bfacilitat(?:eur|rice)s?\b.{0,30}\bclause",
)
# Buildings and advertisements are inserted too; the duty to employ disabled people (L5212-1 of the
# Code du travail) and social contributions are papers of the candidate.
_NOT_PEOPLE = re.compile(
    r"\binsertion (?:paysag\w+|architecturale|urbaine|environnementale|territoriale|graphique|dans"
    r"|du (?:projet|batiment|site)|au site|visuelle|de l'annonce|de (?:la )?publicit\w+"
    r"|d'annonces?)"
    r"|\bagrements? d'insertion|\bpromotion de l'emploi public"
    r"|\bobligation d'emploi|\bchomage partiel|\bemploi (?:des|de) travailleurs handicapes"
    r"|\bdroits? sociaux|\bcotisations? sociales?|\bobligations? (?:fiscales et )?sociales?"
)
_DUTY = re.compile(
    r"\bclauses? (?:\w+ )?(?:sociale|obligatoire|d'insertion|d'execution|de promotion)"
    r"|\baction d'insertion|\bheures? (?:d'|.{0,20}\bl')insertion"
    r"|\bconditions? d'execution .{0,30}social"
)

# « Aucune clause », « ne comporte pas », « clause sociale : non ».
_DENIAL = re.compile(
    r"\baucune? (?:des? )?(?:clauses?|conditions?|considerations?|actions?|heures?|obligations?"
    r"|dispositions?|exigences?|dispositif)\b"
    r"|\b(?:ne|n') ?(?:comporte\w*|contien\w+|prevoi\w+|compren\w+|inclu\w+|fait|font|est|sont|sera"
    r"|seront|impose|integre|s'applique\w*|possede|concerne)\b(?: donc| toutefois)? (?:pas"
    r"|aucune?)\b"
    r"|\bsans clauses?\b|\bpas de (?:clauses?|conditions?|dispositif|demarche|disposition)\b"
    r"|\bnon (?:concernee?|soumis|applicable)|\b(?:insertion|sociales?|social) ?: ?(?:non\b|neant"
    r"|sans|aucun)"
)
_CONDITIONS = re.compile(r"\bconditions? (?:particulieres? )?d'execution")
# Negations that deny something else: « n'est pas limité à », « hormis ».
_NOT_DENIED = re.compile(
    r"\bautorises? a|\bpas (?:autorise|respect|satisf)|\bn'est pas (?:limit|exhaust|exclu)"
    r"|\baucune? (?:reserve|condition financ)|\ba l'exception d|\bhormis\b|\bautres? que\b"
    r"|\bcontrairement aux? lots?\b"
)

# Two orders: « noté sur l'insertion », « l'insertion sera notée ».
_CRITERION = re.compile(
    r"\b(?:insertion|social)\w*\b.{0,120}?\b(?:sera|seront|est|sont) notee?s?\b|"
    r"\bponderations?\b.{0,60}\binsertion|"
    r"\b(?:(?:sous-)?criteres?\b(?! d'eligib)|offres? (?:seront|sera|sont|est) jugee?s?\b).{0,160}?"
    r"\b(?:insertion|social\b|sociales?\b|sociaux|societa\w+)"
    r"|\b(?:insertion|social|societal)\w*\b.{0,120}?\b(?:criteres? (?:d'attribution"
    r"|de (?:jugement|choix))"
    r"|constitue\w* un (?:sous-)?critere|analyse des offres|jugement des offres"
    r"|notation des offres)"
)
_CRITERIA_LIST = re.compile(r"^\W*(?:\d\W*)?(?:sous-)?criteres?\b")
# "Critères : prix 60 % ; technique 30 % ; insertion 10 %": each item ends with its weight.
_WEIGHTED = re.compile(r".{3,160}\d ?(?:%|points?\b|pts\b|/ ?\d+)?\W*$")
_OPENS_CRITERIA = re.compile(
    r"\b(?:criteres?|offres? (?:seront|sont) jugee|jugement des offres)[^:]{0,80}:"
)
_SOCIAL_CRITERION = re.compile(r"\binsertion\b|\bsocial(?:e|es)?\b|\bsociaux\b|\bsocieta")
_NOT_CRITERION = re.compile(
    r"\bbailleur|\blogements? soci|\baction sociale|\bcohesion sociale|\bmixite sociale"
    r"|\bclimat social"
    r"|\btravail social|\bcertificats?|\bfisca|\bsecurite sociale|\bsiege social|\bcapital social"
    r"|\bdialogue social|\braison sociale|\bclauses? |\bconditions? d'execution|\bcentres? soci"
)

# Said so plainly that any sentence may say it; `_OBJECT` is believed of titles alone.
_STRONG_OBJECT = any_of(
    r"\bservices? de qualification et d'insertion|\bmarches? (?:publics? )?(?:d'"
    r"|de re)insertion (?:soc|prof"
    r"|par)"
    r"|\b(?:pour|a) objet (?:principal )?(?:la |l'|de )?.{0,25}\b(?:re)?insertion"
    r"|\b(?:pour|a) objet .{0,200}\b(?:re)?insertion (?:sociale|professionnelle)"
    r"|\breinsertion sociale et (?:econom|profession)"
    r"|^.{0,60}\b(?:formations?|accompagnement|remobilisation)\b.{0,60}\bdemandeurs? d'emploi"
    r"|^marches? (?:publics? )?d'insertion\b(?! paysag| urb| dans)"
    r"|\b(?:marches?|prestations?|consultation|accord-cadre)\b .{0,20}\b(?:vis(?:e|ent) a"
    r"|a(?:ont)? pour"
    r" (?:but|finalite)|a vocation)\b.{0,60}\b(?:re)?insertion (?:sociale|profession)"
    r"|\bvis(?:e|ent|ant) a (?:accompagner|remobiliser|reinserer)\b.{0,120}\b(?:insertion|emploi)"
    r"|\bprestations? d'insertion\b|\bprestations? d'appui et d'accompagnement a l'emploi"
    r"|\bservices? d'insertion (?:soc|prof|et)"
    # Work that serves as "support": what is bought is the insertion of those who do it.
    r"|\binsertion\b.{0,200}\b(?:ayant|utilisant|avec) (?:comme|pour) support\b"
    r"|^chantiers? d'insertion ?[:-]|\bprestations? de (?:re)?mobilisation\b"
    r"|\bprestations? d'(?:appui|accompagnement|suivi)\b.{0,60}\binsertion (?:soc|prof)"
)
_OBJECT = re.compile(
    r"\b(?:prestations?|marches?|services?|actions?|chantiers?|operations?|mission|ateliers?"
    r"|parcours"
    r"|activites?)(?: (?:publics?|de services?|support|de travaux))* d'insertion\b"
    r"|\breinsertion sociale|\b(?:pour|a) objet (?:la |l')?(?:re)?insertion\b"
    r"|\binsertion (?:sociale et professionnelle|professionnelle|par l'activite)"
    r"|\baccompagnement (?:socio-?professionnel|vers l'emploi|a l'emploi|des demandeurs d'emploi)"
)
_NOT_OBJECT = re.compile(
    r"\bclauses?\b|\btitulaire|\battributaire|\bentreprise retenue|\bassistan|\bfacilitat"
)

_FIGURE = re.compile(
    r"\bce publics?\b|\btitulaire|\bentreprise|\battributaire|\breserver?\b|\blots?\b|\btravail"
    r"|\bvolume|\btranche|\bminim|\bengag|\bsoit\b|\bclause|\bobligation|\btotal|\brealise"
)
# Hours of visits, of opening or of standby, in the sentences around a clause.
_NOT_FIGURE = re.compile(
    r"\bdelai|\bhoraires?\b(?! d'insertion)|\bvisites?\b|\bdepot|\breception des|\bintervention"
    r"|\bastreinte"
    r"|\bouvert|\bpermanence|\bformation|\bpenalit|\bremise des"
)
# « pourra comporter », « le cas échéant »: announced, and perhaps never asked.
_CONDITIONAL = re.compile(
    r"\bpourr(?:a|ont|aient|ait)\b|\bpeu(?:t|vent) (?:comporter|contenir|etre|prevoir|faire)"
    r"|\ble cas echeant|\bsusceptibles? de|\beventuel|\bincitati|\bfacultati|\bsont invitee?s?\b"
    r"|\best invitee?\b"
)


def could_speak(folded: str) -> bool:
    """A quick first look: most sentences of a notice have none of these stems."""
    return holds(folded, _STEMS)


@lru_cache(maxsize=REMEMBERED)
def is_about_insertion(folded: str) -> bool:
    """Whether a folded sentence speaks of the insertion of people or of a social condition."""
    # Twice, since what is no insertion of people is struck only where there is any.
    if _INSERTION.search(folded) is None:
        return False
    return _INSERTION.search(_NOT_PEOPLE.sub(" ", folded)) is not None


def is_duty(folded: str) -> bool:
    """Whether it names a clause or an action, which stays one beside a reservation."""
    return _DUTY.search(folded) is not None


def is_denied(folded: str, about: bool) -> bool:
    """Whether a sentence (`about` insertion or not) says that there is no clause."""
    if not (about or _CONDITIONS.search(folded)):
        return False
    return _DENIAL.search(folded) is not None and not _NOT_DENIED.search(folded)


def is_criterion(sentence: Sentence, known: bool = False) -> bool:
    """Whether it makes insertion, or the social side, an award criterion."""
    folded = sentence.folded
    listed = known or "critere" in sentence.opening
    if not listed and not any(
        stem in folded for stem in ("criter", "ponder", "des offres", "notee", "jugee")
    ):
        return False
    folded = _NOT_PEOPLE.sub(" ", folded)
    if known or _CRITERIA_LIST.match(sentence.opening):
        return bool(_SOCIAL_CRITERION.search(folded)) and not _NOT_CRITERION.search(folded)
    if "clause" in folded or not _CRITERION.search(folded):
        return False
    return not _NOT_CRITERION.search(folded)


def opens_criteria(folded: str) -> bool:
    """Whether a sentence begins a list of award criteria with their weights."""
    if ":" not in folded or not holds(folded, ("critere", "jug")):
        return False
    return _OPENS_CRITERIA.search(folded) is not None and _WEIGHTED.match(folded) is not None


def is_weighted(folded: str) -> bool:
    """Whether it may be one more item of such a list: it ends with a weight."""
    return _WEIGHTED.match(folded) is not None


def object_at(folded: str) -> int | None:
    """Where a title says that insertion is the very object, or None."""
    found = _OBJECT.search(folded)
    return found.start() if found and not _NOT_OBJECT.search(folded) else None


def strong_object_at(folded: str) -> int | None:
    """The same for any sentence, where "action d'insertion" is usually a clause."""
    if "insertion" not in folded and "emploi" not in folded:
        return None
    found = _STRONG_OBJECT.search(folded)
    return found.start() if found and not _NOT_OBJECT.search(folded) else None


def is_figure_of_clause(folded: str) -> bool:
    """Whether a sentence after one on insertion may carry its figures."""
    return _FIGURE.search(folded) is not None and not _NOT_FIGURE.search(folded)


def is_conditional(folded: str) -> bool:
    """Whether it only says that the clause may apply, or that the company is invited."""
    return _CONDITIONAL.search(folded) is not None

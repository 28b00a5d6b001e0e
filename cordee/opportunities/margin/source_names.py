"""Names of the fields and boxes a notice is made of, as a person would say them."""

import re
from collections.abc import Mapping

# eForms business terms, by number.
_BUSINESS_TERMS: Mapping[str, str] = {
    "BT-06": "Achat stratégique",
    "BT-21": "Titre",
    "BT-24": "Description",
    "BT-27": "Valeur estimée",
    "BT-36": "Durée",
    "BT-57": "Reconductions",
    "BT-71": "Participation réservée",
    "BT-131": "Date limite de réception des offres",
    "BT-300": "Informations complémentaires",
    "BT-536": "Date de début",
    "BT-537": "Date de fin",
    "BT-540": "Critère d’attribution",
    "BT-13": "Dernier jour pour les questions",
    "BT-75": "Garanties demandées",
    "BT-750": "Critères de sélection",
    "BT-77": "Financement et paiement",
    "BT-70": "Conditions d’exécution",
    "BT-728": "Précisions sur le lieu",
    "BT-736": "Exécution réservée",
    "BT-88": "Modalités de la procédure",
    "BT-761": "Forme juridique du groupement",
    "BT-775": "Objectif social",
    "BT-5071": "Lieu d’exécution (code NUTS)",
    "BT-5121": "Lieu d’exécution (code postal)",
    "BT-5131": "Lieu d’exécution (ville)",
}
# The last step of a path, folded: TED_EXPORT, then the three shapes of the BOAMP.
_STEPS: Mapping[str, str] = {
    "ac_price": "Critères d’attribution",
    "ac_quality": "Critères d’attribution",
    "ac_cost": "Critères d’attribution",
    "ac_criterion": "Critères d’attribution",
    "criteres": "Critères d’attribution",
    "criteres_attribution": "Critères d’attribution",
    "economic_financial_info": "Capacité économique",
    "economic_financial_min_level": "Capacité économique minimale",
    "technical_professional_info": "Capacité technique",
    "technical_professional_min_level": "Capacité technique minimale",
    "main_financing_condition": "Financement et paiement",
    "deposit_guarantee_required": "Garanties demandées",
    "capeco": "Capacité économique",
    "capeconiveaumini": "Capacité économique minimale",
    "captech": "Capacité technique",
    "captechniveaumini": "Capacité technique minimale",
    "financement": "Financement et paiement",
    "modfinancement": "Financement et paiement",
    "cautionnement": "Garanties demandées",
    "titre": "Titre",
    "description": "Description",
    "title": "Titre",
    "titre_marche": "Titre",
    "title_contract": "Titre",
    "intitule": "Titre",
    "short_descr": "Description",
    "info_add": "Informations complémentaires",
    "renewal_descr": "Reconductions",
    "options_descr": "Options",
    "options_description": "Options",
    "site_or_location": "Lieu d’exécution",
    "suitability": "Conditions pour répondre",
    "performance_conditions": "Conditions d’exécution",
    "rules_criteria": "Règles et critères de participation",
    "legal_form": "Forme juridique du groupement",
    "main_features_award": "Modalités de la procédure",
    "additional_information": "Informations complémentaires",
    "existence_other_particular_conditions": "Autres conditions particulières",
    "val_total": "Valeur totale",
    "val_estimated_total": "Valeur totale estimée",
    "val_object": "Valeur estimée",
    "value_cost": "Valeur estimée",
    "val_total_before": "Valeur avant la modification",
    "val_total_after": "Valeur après la modification",
    "amount_euros": "Montant",
    "need_fte": "Équipe",
    "duration_months": "Durée en mois",
    "duration": "Durée",
    "months": "Durée en mois",
    "date_start": "Date de début",
    "date_end": "Date de fin",
    "nuts": "Lieu d’exécution (code NUTS)",
    "code_nuts": "Lieu d’exécution (code NUTS)",
    "location_nuts": "Lieu d’exécution (code NUTS)",
    "date_receipt_tenders": "Date limite de réception des offres",
    "receipt_limit_date": "Date limite de réception des offres",
    "recept_offres": "Date limite de réception des offres",
    "receptionoffres": "Date limite de réception des offres",
    "date_pub": "Date de publication",
    "lefti": "Case du formulaire",
    "condition_participation": "Case du formulaire",
    "condition_particuliere_execution": "Conditions d’exécution",
    "lots_reserve_pouvoir_adjudicateur": "Lots réservés",
    "rens_complement": "Informations complémentaires",
    "rensgcomplt": "Informations complémentaires",
    "forme_juridique": "Forme juridique du groupement",
    "formejuridique": "Forme juridique du groupement",
    "code_departement": "Département",
    "code_departement_prestation": "Département d’exécution",
    "lieu_exec_livr": "Lieu d’exécution",
    "lieuexecutionlivraison": "Lieu d’exécution",
    "nbmois": "Durée en mois",
    "dureemois": "Durée en mois",
    "datedebut": "Date de début",
    "datedebutprestation": "Date de début",
    "datefin": "Date de fin",
    "valeur": "Valeur estimée",
    "montant": "Montant",
    "montantmaxi": "Montant au plus",
    "montant_maxi": "Montant au plus",
    "valeurtotale": "Valeur totale",
    "valeurmax": "Valeur au plus",
    "objet": "Objet",
    "descripteur": "Mot-clé du BOAMP",
    "libellé du code": "Libellé du code CPV",
}
# Values of boxes, in words.
_BOXES: Mapping[str, str] = {
    "restricted_sheltered_workshop": "marché réservé à des ateliers protégés",
    "restricted_sheltered_program": "exécution réservée à des emplois protégés",
    "reserved_organisations_service_mission": "réservé à des organismes de mission publique",
    "marche_reserve_oui": "marché réservé : oui",
    "marche_reserve_non": "marché réservé : non",
    "res-ws": "réservé aux ateliers protégés et aux entreprises d’insertion",
    "res-pub-ser": "réservé à des organismes de mission publique",
    "soc-obj": "objectif social",
    "opp": "accès à l’emploi",
    "none": "non",
    "yes": "oui",
    "no": "non",
}
_UNITS: Mapping[str, str] = {"MONTH": "mois", "DAY": "jours", "YEAR": "ans", "WEEK": "semaines"}
_TERM = re.compile(r"(?:BT|OPP)-\d+")
_LENGTH = re.compile(r"(\d+) (MONTH|DAY|YEAR|WEEK)S?")


def name_of(where: str) -> str:
    """ "OBJECT_DESCR 3/INFO_ADD": "Informations complémentaires". An unknown field stays itself."""
    if found := _TERM.match(where):
        return _BUSINESS_TERMS.get(found[0], where)
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
    return _BOXES.get(words.strip().lower(), words)

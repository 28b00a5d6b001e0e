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
    step: name
    for name, steps in (
        (
            "Critères d’attribution",
            "ac_price ac_quality ac_cost ac_criterion criteres criteres_attribution",
        ),
        ("Capacité économique", "economic_financial_info capeco"),
        ("Capacité économique minimale", "economic_financial_min_level capeconiveaumini"),
        ("Capacité technique", "technical_professional_info captech"),
        ("Capacité technique minimale", "technical_professional_min_level captechniveaumini"),
        ("Financement et paiement", "main_financing_condition financement modfinancement"),
        ("Garanties demandées", "deposit_guarantee_required cautionnement"),
        ("Titre", "titre title titre_marche title_contract intitule"),
        ("Description", "description short_descr"),
        (
            "Informations complémentaires",
            "info_add additional_information rens_complement rensgcomplt",
        ),
        ("Reconductions", "renewal_descr"),
        ("Options", "options_descr options_description"),
        ("Lieu d’exécution", "site_or_location lieu_exec_livr lieuexecutionlivraison"),
        ("Conditions pour répondre", "suitability"),
        ("Conditions d’exécution", "performance_conditions condition_particuliere_execution"),
        ("Règles et critères de participation", "rules_criteria"),
        ("Forme juridique du groupement", "legal_form forme_juridique formejuridique"),
        ("Modalités de la procédure", "main_features_award"),
        ("Autres conditions particulières", "existence_other_particular_conditions"),
        ("Valeur totale", "val_total valeurtotale"),
        ("Valeur totale estimée", "val_estimated_total"),
        ("Valeur estimée", "val_object value_cost valeur"),
        ("Valeur avant la modification", "val_total_before"),
        ("Valeur après la modification", "val_total_after"),
        ("Montant", "amount_euros montant"),
        ("Équipe", "need_fte"),
        ("Durée en mois", "duration_months months nbmois dureemois"),
        ("Durée", "duration"),
        ("Date de début", "date_start datedebut datedebutprestation"),
        ("Date de fin", "date_end datefin"),
        ("Lieu d’exécution (code NUTS)", "nuts code_nuts location_nuts"),
        (
            "Date limite de réception des offres",
            "date_receipt_tenders receipt_limit_date recept_offres receptionoffres",
        ),
        ("Date de publication", "date_pub"),
        ("Case du formulaire", "lefti condition_participation"),
        ("Lots réservés", "lots_reserve_pouvoir_adjudicateur"),
        ("Département", "code_departement"),
        ("Département d’exécution", "code_departement_prestation"),
        ("Montant au plus", "montantmaxi montant_maxi"),
        ("Valeur au plus", "valeurmax"),
        ("Objet", "objet"),
        ("Mot-clé du BOAMP", "descripteur"),
    )
    for step in steps.split()
} | {"libellé du code": "Libellé du code CPV"}
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

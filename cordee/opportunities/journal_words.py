"""What the verbs of the room's journal say in French, after the name of who acted."""

from collections.abc import Mapping
from typing import Any

from cordee.opportunities.facts import FACTS

VERBS = {
    "opportunities.import_notice": "a importé un avis",
    "opportunities.import_contracts": "a importé des marchés attribués",
    "opportunities.correct_fact": "a corrigé un fait",
    "opportunities.withdraw_correction": "a retiré une correction",
    "opportunities.propose_correction": "a proposé une correction, à confirmer",
    "opportunities.settle_correction": "a confirmé une correction",
    "opportunities.object_to_correction": "a dit qu’une correction est fausse",
    "opportunities.withdraw_objection": "a retiré son objection à une correction",
    "opportunities.join": "a réuni deux avis",
    "opportunities.split": "a séparé deux avis",
    "opportunities.judge_misreading": "a décidé d’une lecture corrigée",
    "opportunities.unmark_questions_sent": "a repris la marque des questions posées",
    "opportunities.keep_programme_rule": "a écrit une règle du programme",
    "opportunities.drop_programme_rule": "a retiré une règle du programme",
    "opportunities.attach_to_programme": "a rattaché une opportunité à un programme",
    "opportunities.detach_from_programme": "a sorti une opportunité d’un programme",
    "opportunities.forget_programme_hand": "a annulé une décision sur un programme",
    "opportunities.save_search": "a gardé une recherche",
    "opportunities.change_search": "a changé le courrier d’une recherche",
    "opportunities.delete_search": "a supprimé une recherche",
    "opportunities.revise_need": "a corrigé un besoin",
    "opportunities.ask_about_need": "a posé une question à l’auteur d’un besoin",
}

# What was said to a buyer in everybody's name, and what was decided of somebody's need.
KEPT = {
    "opportunities.mark_questions_sent": "a noté des questions comme posées à l’acheteur",
    "opportunities.post_need": "a envoyé un besoin à des réseaux",
    "opportunities.withdraw_need": "a retiré un besoin",
    "opportunities.close_need": "a dit un besoin pourvu",
    "opportunities.publish_need": "a publié un besoin dans un réseau",
    "opportunities.refuse_need": "a refusé un besoin dans un réseau",
}


def _fact(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Which fact; its value stands on the page of the notice."""
    values = after or before
    fact = FACTS.get(values.get("fact", ""))
    if fact is None:
        return ""
    return f"{fact.label}, lot {values['lot']}" if values.get("lot") else fact.label


SENTENCES = {
    f"opportunities.{verb}": _fact
    for verb in (
        *("correct_fact", "propose_correction", "settle_correction", "withdraw_correction"),
        *("object_to_correction", "withdraw_objection"),
    )
}

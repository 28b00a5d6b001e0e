"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "opportunities.keep_programme_rule": "a écrit une règle du programme",
    "opportunities.drop_programme_rule": "a retiré une règle du programme",
    "opportunities.attach_to_programme": "a rattaché une opportunité à un programme",
    "opportunities.detach_from_programme": "a sorti une opportunité d’un programme",
    "opportunities.forget_programme_hand": "a annulé une décision sur un programme",
    "opportunities.save_search": "a gardé une recherche",
    "opportunities.change_search": "a changé le courrier d’une recherche",
    "opportunities.delete_search": "a supprimé une recherche",
    "opportunities.post_need": "a envoyé un besoin à des réseaux",
    "opportunities.revise_need": "a corrigé un besoin",
    "opportunities.withdraw_need": "a retiré un besoin",
    "opportunities.close_need": "a dit un besoin pourvu",
    "opportunities.publish_need": "a publié un besoin dans un réseau",
    "opportunities.refuse_need": "a refusé un besoin dans un réseau",
    "opportunities.ask_about_need": "a posé une question à l’auteur d’un besoin",
}

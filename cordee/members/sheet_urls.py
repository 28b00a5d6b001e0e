"""Addresses under one structure: taking over its sheet, and correcting it."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from cordee.members import claim_views, sheet_views
from cordee.members.claim_answers import ClaimStep


class StepConverter(StringConverter):
    """Only the three steps are addresses."""

    regex = "|".join(step.value for step in ClaimStep)


register_converter(StepConverter, "step")

urlpatterns = [
    path("<int:pk>/reprendre/", claim_views.start, name="claim"),
    path("<int:pk>/reprendre/fin/", claim_views.done, name="claim_done"),
    path("<int:pk>/reprendre/finir/", claim_views.finish, name="claim_finish"),
    path("<int:pk>/reprendre/<step:step>/", claim_views.step, name="claim_step"),
    path("<int:pk>/fiche/", sheet_views.sheet, name="sheet"),
    path("<int:pk>/fiche/fermeture/", sheet_views.close, name="sheet_close"),
    path("<int:pk>/fiche/reouverture/", sheet_views.reopen, name="sheet_reopen"),
    path("<int:pk>/fermeture/", sheet_views.answer_closure, name="closure_answer"),
    path("<int:pk>/fiche/annuler/", sheet_views.undo, name="sheet_undo"),
    path("<int:pk>/fiche/identite/", sheet_views.identity, name="sheet_identity"),
    path("<int:pk>/fiche/lieu/", sheet_views.place, name="sheet_place"),
    path("<int:pk>/fiche/papiers/ajouter/", sheet_views.add_paper, name="sheet_paper_add"),
    path("<int:pk>/fiche/papiers/<int:paper>/", sheet_views.paper, name="sheet_paper"),
    path(
        "<int:pk>/fiche/papiers/<int:paper>/retirer/",
        sheet_views.remove_paper,
        name="sheet_paper_remove",
    ),
    path(
        "<int:pk>/fiche/ateliers/<int:chantier>/metiers/", sheet_views.trades, name="sheet_trades"
    ),
    path(
        "<int:pk>/fiche/ateliers/<int:chantier>/equipes/ajouter/",
        sheet_views.add_crew,
        name="sheet_crew_add",
    ),
    path("<int:pk>/fiche/ateliers/<int:chantier>/etp/", sheet_views.fte, name="sheet_fte"),
    path("<int:pk>/fiche/ateliers/<int:chantier>/mois/", sheet_views.season, name="sheet_season"),
    path(
        "<int:pk>/fiche/ateliers/<int:chantier>/mois-a-part/ajouter/",
        sheet_views.add_exception,
        name="sheet_exception_add",
    ),
    path(
        "<int:pk>/fiche/mois-a-part/<int:exception>/retirer/",
        sheet_views.remove_exception,
        name="sheet_exception_remove",
    ),
    path("<int:pk>/fiche/equipes/<int:crew>/", sheet_views.crew, name="sheet_crew"),
    path(
        "<int:pk>/fiche/equipes/<int:crew>/retirer/",
        sheet_views.remove_crew,
        name="sheet_crew_remove",
    ),
]

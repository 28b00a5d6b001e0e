"""Addresses under one structure: taking over its sheet, and correcting it."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from cordee.members import claim_views, sheet_views
from cordee.members.claim_answers import ClaimStep


class StepConverter(StringConverter):
    """Only the three steps are addresses."""

    regex = "|".join(step.value for step in ClaimStep)


register_converter(StepConverter, "step")

SHEET = [
    path("", sheet_views.sheet, name="sheet"),
    path("fermeture/", sheet_views.close, name="sheet_close"),
    path("reouverture/", sheet_views.reopen, name="sheet_reopen"),
    path("annuler/", sheet_views.undo, name="sheet_undo"),
    path("identite/", sheet_views.identity, name="sheet_identity"),
    path("lieu/", sheet_views.place, name="sheet_place"),
    path("papiers/ajouter/", sheet_views.add_paper, name="sheet_paper_add"),
    path("papiers/<int:paper>/", sheet_views.paper, name="sheet_paper"),
    path("papiers/<int:paper>/retirer/", sheet_views.remove_paper, name="sheet_paper_remove"),
    path("annexes/ajouter/", sheet_views.annex, name="sheet_annex_add"),
    path("annexes/<int:annex>/", sheet_views.annex, name="sheet_annex"),
    path(
        "mois-a-part/<int:exception>/retirer/",
        sheet_views.remove_exception,
        name="sheet_exception_remove",
    ),
    path("equipes/<int:crew>/", sheet_views.crew, name="sheet_crew"),
    path("equipes/<int:crew>/retirer/", sheet_views.remove_crew, name="sheet_crew_remove"),
]
CHANTIER = [
    path("metiers/", sheet_views.trades, name="sheet_trades"),
    path("equipes/ajouter/", sheet_views.add_crew, name="sheet_crew_add"),
    path("etp/", sheet_views.fte, name="sheet_fte"),
    path("mois/", sheet_views.season, name="sheet_season"),
    path("mois-a-part/ajouter/", sheet_views.add_exception, name="sheet_exception_add"),
]

urlpatterns = [
    path("<int:pk>/reprendre/", claim_views.start, name="claim"),
    path("<int:pk>/reprendre/fin/", claim_views.done, name="claim_done"),
    path("<int:pk>/reprendre/finir/", claim_views.finish, name="claim_finish"),
    path("<int:pk>/reprendre/<step:step>/", claim_views.step, name="claim_step"),
    path("<int:pk>/fermeture/", sheet_views.answer_closure, name="closure_answer"),
    path("<int:pk>/fiche/", include(SHEET)),
    path("<int:pk>/fiche/ateliers/<int:chantier>/", include(CHANTIER)),
]

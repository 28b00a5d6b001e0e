from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from cordee.members import (
    claim_views,
    import_views,
    invitation_views,
    joining_views,
    people_views,
    sheet_views,
    views,
)
from cordee.members.claim_answers import ClaimStep
from cordee.members.models import CapacityException, Certification, Crew


class StepConverter(StringConverter):
    """Only the three steps are addresses."""

    regex = "|".join(step.value for step in ClaimStep)


register_converter(StepConverter, "step")

app_name = "members"
sheet = [
    path("", sheet_views.sheet, name="sheet"),
    path("fermeture/", sheet_views.close, name="sheet_close"),
    path("reouverture/", sheet_views.reopen, name="sheet_reopen"),
    path("annuler/", sheet_views.undo, name="sheet_undo"),
    path("identite/", sheet_views.identity, name="sheet_identity"),
    path("lieu/", sheet_views.place, name="sheet_place"),
    path("papiers/ajouter/", sheet_views.add_paper, name="sheet_paper_add"),
    path("papiers/<int:paper>/", sheet_views.paper, name="sheet_paper"),
    path("annexes/ajouter/", sheet_views.annex, name="sheet_annex_add"),
    path("annexes/<int:annex>/", sheet_views.annex, name="sheet_annex"),
    path("equipes/<int:crew>/", sheet_views.crew, name="sheet_crew"),
    *(
        path(
            f"{where}/<int:row>/retirer/",
            sheet_views.remove,
            {"model": model, "done": done},
            name=f"sheet_{name}_remove",
        )
        for where, name, model, done in (
            ("equipes", "crew", Crew, "L’équipe est retirée."),
            ("mois-a-part", "exception", CapacityException, "Ces mois à part sont retirés."),
            ("papiers", "paper", Certification, "Le papier est retiré."),
        )
    ),
]
chantier = [
    path("metiers/", sheet_views.trades, name="sheet_trades"),
    path("equipes/ajouter/", sheet_views.add_crew, name="sheet_crew_add"),
    path("etp/", sheet_views.fte, name="sheet_fte"),
    path("mois/", sheet_views.season, name="sheet_season"),
    path("mois-a-part/ajouter/", sheet_views.add_exception, name="sheet_exception_add"),
]
# Under one structure: taking over its sheet, and correcting it.
under_structure = [
    path("<int:pk>/reprendre/", claim_views.start, name="claim"),
    path("<int:pk>/reprendre/fin/", claim_views.done, name="claim_done"),
    path("<int:pk>/reprendre/finir/", claim_views.finish, name="claim_finish"),
    path("<int:pk>/reprendre/<step:step>/", claim_views.step, name="claim_step"),
    path("<int:pk>/fermeture/", sheet_views.answer_closure, name="closure_answer"),
    path("<int:pk>/fiche/", include(sheet)),
    path("<int:pk>/fiche/ateliers/<int:chantier>/", include(chantier)),
]
directory = [
    path("", views.directory, name="directory"),
    path("export/", views.export, name="export"),
    path("communes/", views.communes, name="communes"),
    path("imports/", import_views.upload, name="imports"),
    path("imports/<int:pk>/", import_views.report, name="import"),
    path("imports/<int:pk>/avancement/", import_views.progress, name="import_progress"),
    path("imports/<int:pk>/colonnes/", import_views.columns, name="import_columns"),
    path("imports/<int:pk>/lignes/", import_views.lines_csv, name="import_lines"),
    path("imports/<int:pk>/accord/", import_views.confirm, name="import_confirm"),
    path("imports/<int:pk>/rapport/", import_views.report_csv, name="import_csv"),
    path("mes-chantiers/", views.own_structures, name="own_structures"),
    path("<int:pk>/", views.structure, name="structure"),
    path("<int:pk>/partage/", views.share, name="share"),
    *under_structure,
]
people = [
    path("annuaire/<int:pk>/equipe/", people_views.structure_people, name="structure_people"),
    path("reseaux/<slug:slug>/equipe/", people_views.network_people, name="network_people"),
    path("programmes/<slug:slug>/equipe/", people_views.programme_people, name="programme_people"),
    path("roles/", people_views.roles, name="roles"),
    path("roles/menu/", people_views.menu, name="menu"),
    path("roles/agir-pour/", people_views.act_for, name="act_for"),
    path("roles/<int:pk>/quitter/", people_views.leave, name="leave_seat"),
    path("roles/<int:pk>/retirer/", people_views.remove, name="remove_seat"),
    path("invitations/<int:pk>/accepter/", invitation_views.accept, name="accept_invitation"),
    path("invitations/<int:pk>/renvoyer/", invitation_views.resend, name="resend_invitation"),
    path("invitations/<int:pk>/annuler/", invitation_views.revoke, name="revoke_invitation"),
    path("invitations/<str:token>/", invitation_views.invitation, name="invitation"),
    path("rejoindre/", joining_views.find, name="join"),
    path("rejoindre/commencer/", joining_views.begin, name="begin_new"),
    path("rejoindre/<int:pk>/commencer/", joining_views.begin, name="begin"),
    path("rejoindre/suite/<str:token>/", joining_views.begun, name="begun"),
    path("rejoindre/<int:pk>/", joining_views.ask, name="ask_to_join"),
    path("demandes/", joining_views.to_decide, name="join_requests"),
    path("demandes/<int:pk>/", joining_views.decide, name="join_request"),
    path("demandes/<int:pk>/reprendre/", joining_views.withdraw, name="withdraw_join_request"),
]
urlpatterns = [path("annuaire/", include(directory)), path("", include(people))]

from django.urls import include, path

from cordee.members import (
    import_views,
    invitation_views,
    joining_views,
    people_views,
    sheet_urls,
    views,
)

app_name = "members"
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
    *sheet_urls.urlpatterns,
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

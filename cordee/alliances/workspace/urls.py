from django.urls import path

from cordee.alliances.workspace import (
    missing_views,
    ocds_views,
    opening_views,
    party_views,
    views,
)
from cordee.alliances.workspace.table import history_views as table_history
from cordee.alliances.workspace.table import views as table_views

app_name = "workspace"
urlpatterns = [
    path("ouvrir/<int:opportunity_pk>/", opening_views.start, name="start"),
    path("depuis-equipe/<int:proposal_pk>/", opening_views.from_proposal, name="from_proposal"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/ocds.json", ocds_views.download, name="ocds"),
    path("<uuid:pk>/etape/", views.move, name="move"),
    path("<uuid:pk>/abandonner/", views.abandon, name="abandon"),
    path("<uuid:pk>/structures/ajouter/", party_views.add, name="add"),
    path("<uuid:pk>/structures/<int:party_pk>/inviter/", party_views.invite, name="invite"),
    path("<uuid:pk>/structures/<int:party_pk>/retirer/", party_views.remove, name="remove"),
    path("<uuid:pk>/structures/<int:party_pk>/repondre/", party_views.answer, name="answer"),
    path("<uuid:pk>/manque/", missing_views.missing, name="missing"),
    path("<uuid:pk>/manque/inviter/", missing_views.call, name="call"),
    path("<uuid:pk>/manque/besoin/", missing_views.post_need, name="post_need"),
    path("<uuid:pk>/parts/<int:party_pk>/", party_views.share, name="share"),
    path("<uuid:pk>/parts/<int:party_pk>/accepter/", party_views.accept, name="accept"),
    path("<uuid:pk>/parts/<int:party_pk>/reprendre/", party_views.take_back, name="take_back"),
    path("<uuid:pk>/tableau/", table_views.table, name="table"),
    path("<uuid:pk>/tableau/depuis/", table_views.since, name="since"),
    path("<uuid:pk>/tableau/tableau.csv", table_views.download, name="download"),
    path("<uuid:pk>/tableau/reparer/", table_history.repair, name="repair"),
    path("<uuid:pk>/tableau/retour/", table_history.return_to, name="return_to"),
    path("<uuid:pk>/tableau/versions/", table_history.history, name="history"),
    path("<uuid:pk>/tableau/versions/<int:number>/", table_history.version, name="version"),
    path("<uuid:pk>/tableau/<int:party_pk>/<slug:line>/", table_views.cell, name="cell"),
]

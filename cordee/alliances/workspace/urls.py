from django.urls import path

from cordee.alliances.workspace import ocds_views, opening_views, party_views, views

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
    path("<uuid:pk>/parts/<int:party_pk>/", party_views.share, name="share"),
    path("<uuid:pk>/parts/<int:party_pk>/accepter/", party_views.accept, name="accept"),
    path("<uuid:pk>/parts/<int:party_pk>/reprendre/", party_views.take_back, name="take_back"),
]

from django.urls import path

from cordee.members import invitation_views, member_views, network_views

app_name = "networks"
urlpatterns = [
    path("", network_views.index, name="index"),
    path("structures/<int:pk>/<slug:slug>/", network_views.sharing, name="sharing"),
    path("structures/<int:pk>/<slug:slug>/quitter/", network_views.leave, name="leave"),
    path("structures/<int:pk>/<slug:slug>/refermer/", network_views.close_all, name="close_all"),
    path("adhesions/<int:pk>/retrait/", network_views.withdraw, name="withdraw"),
    path("ouvertures/<int:pk>/reponse/", network_views.answer_sharing, name="answer_sharing"),
    path("<slug:slug>/", network_views.page, name="page"),
    path("<slug:slug>/accueil/", network_views.home, name="home"),
    path("<slug:slug>/modifier/", network_views.edit, name="edit"),
    path("<slug:slug>/delegations/", network_views.open_delegation, name="open_delegation"),
    path("<slug:slug>/adherer/", network_views.ask, name="ask"),
    path("<slug:slug>/adherents/", member_views.members, name="members"),
    path("<slug:slug>/adherents/export/", member_views.export, name="export"),
    path("<slug:slug>/adherents/ajout/", member_views.add, name="add"),
    path("<slug:slug>/adherents/inviter/", invitation_views.invite, name="invite"),
    path("<slug:slug>/adherents/<int:pk>/", member_views.membership, name="membership"),
    path("<slug:slug>/adherents/<int:pk>/fin/", member_views.end, name="end"),
    path("<slug:slug>/demandes/<int:pk>/", member_views.answer, name="answer"),
    path("<slug:slug>/partages/", member_views.agreements, name="agreements"),
    path("<slug:slug>/partages/<int:pk>/", member_views.ask_sharing, name="ask_sharing"),
]

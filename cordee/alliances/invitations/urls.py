from django.urls import path

from cordee.alliances.invitations import views

urlpatterns = [
    path("<uuid:pk>/structures/ajouter/", views.add, name="add_party"),
    path("<uuid:pk>/inviter/", views.invite, name="invite"),
    path("<uuid:pk>/structures/<int:party_pk>/retirer/", views.remove, name="remove_party"),
    path("<uuid:pk>/structures/<int:party_pk>/repondre/", views.answer, name="answer_invitation"),
]

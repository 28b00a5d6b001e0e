from django.urls import path

from cordee.mobilisation.models import MutualOffer
from cordee.mobilisation.mutual import views

app_name = "mutual"
urlpatterns = [
    path("<slug:slug>/coup-de-main/", views.board, name="board"),
    path("<slug:slug>/coup-de-main/resume/", views.panel, name="panel"),
    path(
        "<slug:slug>/coup-de-main/proposer/",
        views.write,
        {"way": MutualOffer.Way.OFFER},
        name="write_offer",
    ),
    path(
        "<slug:slug>/coup-de-main/demander/",
        views.write,
        {"way": MutualOffer.Way.REQUEST},
        name="write_request",
    ),
    path("<slug:slug>/coup-de-main/appeler/", views.create_call, name="call_create"),
    path("<slug:slug>/coup-de-main/appels/<int:pk>/", views.call, name="call"),
    path("<slug:slug>/coup-de-main/appels/<int:pk>/repondre/", views.answer_call, name="answer"),
    path(
        "<slug:slug>/coup-de-main/appels/<int:pk>/remercier/", views.close_call, name="call_close"
    ),
    path("<slug:slug>/coup-de-main/<int:pk>/", views.offer, name="offer"),
    path("<slug:slug>/coup-de-main/<int:pk>/repondre/", views.reply, name="reply"),
    path("<slug:slug>/coup-de-main/<int:pk>/reponses/<int:reply_pk>/", views.decide, name="decide"),
    path(
        "<slug:slug>/coup-de-main/<int:pk>/clore/", views.set_open, {"is_open": False}, name="close"
    ),
    path(
        "<slug:slug>/coup-de-main/<int:pk>/rouvrir/",
        views.set_open,
        {"is_open": True},
        name="reopen",
    ),
]

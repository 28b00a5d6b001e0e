from django.urls import path

from cordee.composing import views

app_name = "composing"
urlpatterns = [
    path("composer/<int:opportunity_pk>/", views.start, name="start"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/preuve/", views.proof, name="proof"),
    path("<uuid:pk>/avancement/", views.progress, name="progress"),
    path("<uuid:pk>/arreter/", views.stop, name="stop"),
    path("<uuid:pk>/abandonner/", views.cancel, name="cancel"),
    path("<uuid:pk>/et-si/", views.wish, name="wish"),
    path("<uuid:pk>/etudier/", views.study, name="study"),
    path("<uuid:pk>/etude/", views.study_part, name="study_part"),
    path("<uuid:pk>/garder/", views.keep, name="keep"),
    path("propositions/<int:pk>/retirer/", views.withdraw, name="withdraw"),
]

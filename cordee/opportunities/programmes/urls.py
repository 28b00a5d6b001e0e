from django.urls import path

from cordee.opportunities.programmes import editing_views, views

app_name = "programmes"
urlpatterns = [
    path("", views.programme_list, name="list"),
    path("nouveau/", editing_views.create, name="create"),
    path("opportunite/<int:opportunity_pk>/", views.panel, name="panel"),
    path("<slug:slug>/", views.programme, name="programme"),
    path("<slug:slug>/export/", views.export, name="export"),
    path("<slug:slug>/avancement/", views.progress, name="progress"),
    path("<slug:slug>/modifier/", editing_views.edit, name="edit"),
    path("<slug:slug>/engagements/nouveau/", editing_views.add_commitment, name="add_commitment"),
    path(
        "<slug:slug>/engagements/<int:pk>/", editing_views.edit_commitment, name="edit_commitment"
    ),
    path(
        "<slug:slug>/engagements/<int:pk>/retirer/",
        editing_views.remove_commitment,
        name="remove_commitment",
    ),
    path("<slug:slug>/faits/nouveau/", editing_views.add_fact, name="add_fact"),
    path("<slug:slug>/faits/<int:pk>/", editing_views.edit_fact, name="edit_fact"),
    path("<slug:slug>/faits/<int:pk>/retirer/", editing_views.remove_fact, name="remove_fact"),
    path("<slug:slug>/regles/nouvelle/", editing_views.add_rule, name="add_rule"),
    path("<slug:slug>/regles/<int:pk>/retirer/", editing_views.remove_rule, name="remove_rule"),
    path("<slug:slug>/rattacher/<int:opportunity_pk>/", editing_views.attach, name="attach"),
    path("<slug:slug>/sortir/<int:opportunity_pk>/", editing_views.detach, name="detach"),
    path("<slug:slug>/remettre/<int:opportunity_pk>/", editing_views.forget, name="forget"),
]

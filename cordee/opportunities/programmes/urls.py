from django.urls import path

from cordee.members.models import ProgrammeCommitment, ProgrammeFact
from cordee.opportunities.programmes import editing_views, views

app_name = "programmes"
LINES = (
    ("engagements", "commitment", {"kind": ProgrammeCommitment}),
    ("faits", "fact", {"kind": ProgrammeFact}),
)
edit, remove = editing_views.edit_line, editing_views.remove_line
urlpatterns = [
    path("", views.programme_list, name="list"),
    path("nouveau/", editing_views.create, name="create"),
    path("opportunite/<int:opportunity_pk>/", views.panel, name="panel"),
    path("<slug:slug>/", views.programme, name="programme"),
    path("<slug:slug>/export/", views.export, name="export"),
    path("<slug:slug>/avancement/", views.progress, name="progress"),
    path("<slug:slug>/modifier/", editing_views.edit, name="edit"),
    *(
        each
        for words, name, kind in LINES
        for each in (
            path(f"<slug:slug>/{words}/nouveau/", edit, kind, name=f"add_{name}"),
            path(f"<slug:slug>/{words}/<int:pk>/", edit, kind, name=f"edit_{name}"),
            path(f"<slug:slug>/{words}/<int:pk>/retirer/", remove, kind, name=f"remove_{name}"),
        )
    ),
    path("<slug:slug>/regles/nouvelle/", editing_views.add_rule, name="add_rule"),
    path("<slug:slug>/regles/<int:pk>/retirer/", editing_views.remove_rule, name="remove_rule"),
    path("<slug:slug>/rattacher/<int:opportunity_pk>/", editing_views.attach, name="attach"),
    path("<slug:slug>/sortir/<int:opportunity_pk>/", editing_views.detach, name="detach"),
    path("<slug:slug>/remettre/<int:opportunity_pk>/", editing_views.forget, name="forget"),
]

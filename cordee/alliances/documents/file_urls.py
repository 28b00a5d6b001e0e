"""What a structure tells once for all its bids."""

from django.urls import path

from cordee.alliances.documents import file_views

app_name = "answer_file"
urlpatterns = [
    path("<int:pk>/", file_views.show, name="show"),
    path("<int:pk>/volet/", file_views.panel, name="panel"),
    path("<int:pk>/corriger/", file_views.edit, name="edit"),
    path("<int:pk>/references/ajouter/", file_views.add_reference, name="add_reference"),
    path(
        "<int:pk>/references/<int:work>/retirer/",
        file_views.remove_reference,
        name="remove_reference",
    ),
    path("<int:pk>/chiffres/ajouter/", file_views.set_turnover, name="set_turnover"),
    path(
        "<int:pk>/chiffres/<int:turnover>/retirer/",
        file_views.remove_turnover,
        name="remove_turnover",
    ),
]

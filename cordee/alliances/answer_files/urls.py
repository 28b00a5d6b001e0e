"""What a structure tells once for all its bids."""

from django.urls import path

from cordee.alliances.answer_files import views

app_name = "answer_files"
urlpatterns = [
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/volet/", views.panel, name="panel"),
    path("<int:pk>/corriger/", views.edit, name="edit"),
    path("<int:pk>/textes/", views.edit_texts, name="edit_texts"),
    path("<int:pk>/references/ajouter/", views.add_reference, name="add_reference"),
    path(
        "<int:pk>/references/<int:work>/retirer/",
        views.remove_reference,
        name="remove_reference",
    ),
    path("<int:pk>/chiffres/ajouter/", views.set_turnover, name="set_turnover"),
    path(
        "<int:pk>/chiffres/<int:turnover>/retirer/",
        views.remove_turnover,
        name="remove_turnover",
    ),
]

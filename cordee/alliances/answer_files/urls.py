"""What a structure tells once for all its bids."""

from django.urls import path

from cordee.alliances.answer_files import views

app_name = "answer_files"
ONE = "<int:pk>/"

urlpatterns = [
    path(ONE, views.show, name="show"),
    path(f"{ONE}volet/", views.panel, name="panel"),
    path(f"{ONE}corriger/", views.edit, name="edit"),
    path(f"{ONE}textes/", views.edit_texts, name="edit_texts"),
    path(f"{ONE}references/ajouter/", views.add_reference, name="add_reference"),
    path(f"{ONE}references/<int:work>/retirer/", views.remove_reference, name="remove_reference"),
    path(f"{ONE}chiffres/ajouter/", views.set_turnover, name="set_turnover"),
    path(f"{ONE}chiffres/<int:turnover>/retirer/", views.remove_turnover, name="remove_turnover"),
]

from django.urls import path

from cordee.alliances.table import cell_views, history_views, views

urlpatterns = [
    path("<uuid:pk>/tableau/", views.table, name="table"),
    path("<uuid:pk>/tableau/depuis/", views.since, name="table_since"),
    path("<uuid:pk>/tableau/tableau.csv", views.download, name="table_csv"),
    path("<uuid:pk>/tableau/reparer/", history_views.repair, name="repair_table"),
    path("<uuid:pk>/tableau/retour/", history_views.return_to, name="return_to_version"),
    path("<uuid:pk>/tableau/versions/", history_views.history, name="table_history"),
    path("<uuid:pk>/tableau/versions/<int:number>/", history_views.version, name="table_version"),
    path("<uuid:pk>/tableau/<int:party_pk>/<slug:line>/", cell_views.cell, name="table_cell"),
]

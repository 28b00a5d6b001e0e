from django.urls import path

from cordee.accounts import journal_views

urlpatterns = [
    path("compte/journal/", journal_views.own_journal, name="own_journal"),
    path("compte/journal/export/", journal_views.own_journal_export, name="own_journal_export"),
    path("journal/<slug:slug>/<str:pk>/", journal_views.journal, name="journal"),
    path(
        "journal/<slug:slug>/<str:pk>/export/", journal_views.journal_export, name="journal_export"
    ),
]

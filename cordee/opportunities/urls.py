from django.urls import path

from cordee.opportunities import views
from cordee.opportunities.views import searches

app_name = "opportunities"
urlpatterns = [
    path("", views.opportunity_list, name="list"),
    path("pour-vous/", views.list_for_you, name="for_you"),
    path("export/", views.export, name="export"),
    path("bientot/", views.soon, name="soon"),
    path("bientot/export/", views.export_soon, name="export_soon"),
    path("recherches/", searches.searches, name="searches"),
    path("recherches/garder/", searches.save_search, name="save_search"),
    path("recherches/<int:pk>/", searches.edit_search, name="edit_search"),
    path("recherches/<int:pk>/ouvrir/", searches.open_search, name="open_search"),
    path("recherches/<int:pk>/supprimer/", searches.delete_search, name="delete_search"),
    path("sources/", views.live_sources, name="sources"),
    path("besoins/", views.my_needs, name="my_needs"),
    path("besoins/nouveau/", views.new_need, name="new_need"),
    path("besoins/a-relire/", views.needs_to_read, name="needs_to_read"),
    path("besoins/a-relire/<int:pk>/", views.moderate, name="moderate"),
    path("besoins/brouillons/<uuid:pk>/effacer/", views.drop_draft, name="drop_draft"),
    path("besoins/brouillons/<uuid:pk>/<slug:step>/", views.need_step, name="need_step"),
    path("besoins/<int:pk>/", views.my_need, name="my_need"),
    path("besoins/<int:pk>/corriger/", views.correct_need, name="correct_need"),
    path("besoins/<int:pk>/retirer/", views.withdraw_need, name="withdraw_need"),
    path("besoins/<int:pk>/pourvu/", views.close_need, name="close_need"),
    path("mal-lus/", views.misreading_list, name="misreadings"),
    path("mal-lus/<int:pk>/", views.misreading, name="misreading"),
    path("mal-lus/export/<slug:kind>/", views.export_labels, name="export_labels"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/lots/", views.lots, name="lots"),
    path("<int:pk>/avis/", views.notice, name="notice"),
    path("<int:pk>/questions/", views.question_list, name="questions"),
    path("<int:pk>/corriger/<slug:fact>/", views.correct, name="correct"),
    path("<int:pk>/corrections/<int:correction_pk>/", views.settle, name="settle_correction"),
    path(
        "<int:pk>/corrections/<int:correction_pk>/retirer/",
        views.withdraw,
        name="withdraw_correction",
    ),
    path("<int:pk>/questions/posees/", views.mark_questions, name="mark_questions"),
    path(
        "<int:pk>/questions/<int:sent_pk>/retirer/", views.unmark_questions, name="unmark_questions"
    ),
    path("<int:pk>/reunir/", views.join, name="join"),
    path("<int:pk>/separer/<int:publication_pk>/", views.split, name="split"),
    path("<int:pk>/versions/<int:version_pk>/", views.version, name="version"),
]

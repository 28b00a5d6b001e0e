from django.urls import path

from cordee.base.found import kept
from cordee.practices.commissions import letter_views, sessions, views

HOME = "reseaux/<slug:slug>/commissions/"
ONE = f"{HOME}<int:pk>/"
PART = f"{ONE}<slug:sort>/<int:key>/"
MEETING = f"{ONE}reunions/<int:key>/"
LETTERS = f"{HOME}courriers/"
SESSIONS = "reseaux/<slug:slug>/sessions/"
SESSION = f"{SESSIONS}<int:pk>/"

urlpatterns = [
    path("commissions/", views.own, name="own_commissions"),
    path("commissions/comptes-rendus/", views.minutes_found, name="minutes_found"),
    path(HOME, views.commissions, name="commissions"),
    path(f"{HOME}resume/", views.panel, name="commissions_panel"),
    path(f"{HOME}ouvrir/", views.edit, name="add_commission"),
    path(ONE, views.commission, name="commission"),
    path(f"{ONE}modifier/", views.edit, name="edit_commission"),
    *kept(ONE, views.keep, "commission"),
    path(f"{ONE}fichiers/ajouter/", views.add_file, name="add_commission_file"),
    path(f"{ONE}fichiers/<int:key>/", views.file, name="commission_file"),
    path(f"{ONE}<slug:sort>/ajouter/", views.edit_part, name="add_part"),
    path(MEETING, views.meeting, name="meeting"),
    path(f"{MEETING}compte-rendu/", views.minutes, name="minutes"),
    path(f"{MEETING}publier/", views.publish, name="publish_minutes"),
    path(f"{ONE}taches/<int:key>/fait/", views.done, name="finish_task"),
    path(f"{ONE}places/<int:key>/moi/", views.sit, name="take_seat"),
    path(f"{PART}modifier/", views.edit_part, name="edit_part"),
    *kept(PART, views.keep_part, "part"),
    path(LETTERS, letter_views.all_letters, name="letters"),
    path(f"{LETTERS}ecrire/", letter_views.write, name="write_letter"),
    path(f"{LETTERS}<int:pk>/", letter_views.letter, name="letter"),
    path(f"{LETTERS}<int:letter>/recus/<int:pk>/", letter_views.own_answer, name="answer_letter"),
    path("courriers/reponse/<str:token>/", letter_views.answer, name="letter_answer"),
    path(SESSIONS, sessions.sessions, name="sessions"),
    path(f"{SESSIONS}annoncer/", sessions.edit, name="add_session"),
    path(SESSION, sessions.session, name="session"),
    path(f"{SESSION}modifier/", sessions.edit, name="edit_session"),
    path(f"{SESSION}suites/<int:key>/", sessions.outcome, name="session_outcome"),
    *kept(SESSION, sessions.keep, "session"),
]

from django.urls import path

from cordee.base.found import kept
from cordee.practices.commissions import letter_views, sessions, views

HOME = "reseaux/<slug:slug>/commissions/"
MEETING = f"{HOME}reunions/<int:key>/"
LETTERS = f"{HOME}courriers/"
SESSIONS = "reseaux/<slug:slug>/sessions/"
# A commission, a session, or what hangs on a commission.
PART = f"{HOME}<slug:sort>/<int:key>/"

urlpatterns = [
    # Before parts: its address has their shape.
    *kept(f"{LETTERS}<int:pk>/", letter_views.keep, "letter"),
    path("commissions/", views.own, name="own_commissions"),
    path("commissions/comptes-rendus/", views.minutes_found, name="minutes_found"),
    path(HOME, views.commissions, name="commissions"),
    path(f"{HOME}resume/", views.panel, name="commissions_panel"),
    path(f"{HOME}ouvrir/", views.edit, {"sort": "commissions"}, name="add_commission"),
    path(f"{HOME}<int:pk>/", views.commission, name="commission"),
    path(f"{HOME}fichiers/<int:key>/", views.file, name="commission_file"),
    path(MEETING, views.meeting, name="meeting"),
    path(f"{MEETING}publier/", views.publish, name="publish_minutes"),
    path(f"{HOME}taches/<int:key>/fait/", views.done, name="finish_task"),
    path(f"{HOME}fichiers/ajouter/<int:pk>/", views.add_file, name="add_commission_file"),
    # `of`: the commission, or the meeting which says what is to be done.
    path(f"{HOME}<slug:sort>/ajouter/<int:of>/", views.edit, name="add_part"),
    path(f"{PART}modifier/", views.edit, name="edit_part"),
    *kept(PART, views.keep, "part"),
    path(SESSIONS, sessions.sessions, name="sessions"),
    path(f"{SESSIONS}annoncer/", views.edit, {"sort": "sessions"}, name="add_session"),
    path(f"{SESSIONS}<int:pk>/", sessions.session, name="session"),
    path(LETTERS, letter_views.all_letters, name="letters"),
    path(f"{LETTERS}ecrire/", letter_views.write, name="write_letter"),
    path(f"{LETTERS}<int:pk>/", letter_views.letter, name="letter"),
    path(f"{LETTERS}<int:pk>/entendu/<int:key>/", letter_views.heard, name="letter_heard"),
    path("courriers/reponse/<str:token>/", letter_views.answer, name="letter_answer"),
]

from django.urls import path

from cordee.alliances.planning import views

urlpatterns = [
    path("<uuid:pk>/temps/", views.time, name="planning"),
    path("<uuid:pk>/temps/reperes/", views.pace, name="planning_pace"),
    path("<uuid:pk>/temps/calendrier/", views.lay, name="lay_calendar"),
    path("<uuid:pk>/temps/agenda/", views.ics, name="calendar_file"),
    path("<uuid:pk>/temps/taches/ajouter/", views.add_task, name="add_task"),
    path("<uuid:pk>/temps/taches/<int:task_pk>/", views.task, name="task"),
    path("<uuid:pk>/temps/taches/<int:task_pk>/faite/", views.tick, name="tick_task"),
    path("<uuid:pk>/temps/taches/<int:task_pk>/retirer/", views.remove_task, name="remove_task"),
    path("<uuid:pk>/temps/taches/<int:task_pk>/remettre/", views.restore_task, name="restore_task"),
]

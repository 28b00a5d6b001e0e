from django.urls import path

from cordee.alliances.legal import decision_views, form_views, sole_views, time_views

app_name = "legal"
urlpatterns = [
    path("<uuid:pk>/temps/", time_views.time, name="time"),
    path("<uuid:pk>/temps/reperes/", time_views.pace, name="pace"),
    path("<uuid:pk>/temps/calendrier/", time_views.lay, name="lay"),
    path("<uuid:pk>/temps/agenda/", time_views.ics, name="ics"),
    path("<uuid:pk>/temps/taches/ajouter/", time_views.add_task, name="add_task"),
    path("<uuid:pk>/temps/taches/<int:task_pk>/", time_views.task, name="task"),
    path("<uuid:pk>/temps/taches/<int:task_pk>/faite/", time_views.tick, name="tick"),
    path("<uuid:pk>/temps/taches/<int:task_pk>/retirer/", time_views.remove_task, name="remove"),
    path("<uuid:pk>/temps/taches/<int:task_pk>/remettre/", time_views.restore_task, name="restore"),
    path("<uuid:pk>/forme/", form_views.forms, name="forms"),
    path("<uuid:pk>/forme/choisir/", form_views.choose, name="choose"),
    path("<uuid:pk>/forme/seul/", sole_views.alone, name="alone"),
    path("<uuid:pk>/forme/ensemble/", sole_views.together, name="together"),
    path("<uuid:pk>/pourquoi-ensemble/", form_views.reasons, name="reasons"),
    path("<uuid:pk>/sous-traitances/", form_views.subcontracts, name="subcontracts"),
    path("<uuid:pk>/sous-traitances/<int:party_pk>/", form_views.labour, name="labour"),
    path("<uuid:pk>/structures/<int:party_pk>/place/", form_views.place, name="place"),
    path("<uuid:pk>/parts/<int:party_pk>/decider/", decision_views.decide, name="decide"),
]

from django.urls import path

from cordee.alliances.legal_form import sole_views, views

urlpatterns = [
    path("<uuid:pk>/forme/", views.forms, name="legal_form"),
    path("<uuid:pk>/forme/comparer/", views.compare, name="compare_forms"),
    path("<uuid:pk>/forme/choisir/", views.choose, name="choose_legal_form"),
    path("<uuid:pk>/forme/seul/", sole_views.alone, name="answer_alone"),
    path("<uuid:pk>/forme/ensemble/", sole_views.together, name="answer_together"),
    path("<uuid:pk>/pourquoi-ensemble/", views.reasons, name="reasons"),
    path("<uuid:pk>/sous-traitances/", views.subcontracts, name="subcontracts"),
    path("<uuid:pk>/sous-traitances/<int:party_pk>/", views.labour, name="labour"),
    path("<uuid:pk>/structures/<int:party_pk>/place/", views.place, name="change_place"),
]

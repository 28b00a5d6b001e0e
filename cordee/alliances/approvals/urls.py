from django.urls import path

from cordee.alliances.approvals import views

urlpatterns = [
    path("<uuid:pk>/signataires/", views.signatories, name="signatories"),
    path("<uuid:pk>/signataires/<int:party_pk>/", views.signatory, name="signatory"),
    path("<uuid:pk>/approbations/", views.approvals, name="approvals"),
    path("<uuid:pk>/approbations/modele/", views.new_model, name="new_model"),
    path("<uuid:pk>/approbations/preuve/", views.proof, name="proof"),
    path("<uuid:pk>/approbations/convention/", views.paper, name="approved_paper"),
    path("<uuid:pk>/approbations/textes/<int:text_pk>/", views.text, name="approved_text"),
    path(
        "<uuid:pk>/approbations/textes/<int:text_pk>/<slug:extension>/",
        views.text_file,
        name="approved_file",
    ),
    path("<uuid:pk>/approbations/signature/", views.ask_signature, name="ask_signature"),
    path("<uuid:pk>/approbations/suivi/", views.fetch_signature, name="fetch_signature"),
    path("<uuid:pk>/approbations/<int:party_pk>/", views.approve, name="approve"),
    path(
        "<uuid:pk>/approbations/<int:party_pk>/reprendre/",
        views.take_back,
        name="take_back_approval",
    ),
]

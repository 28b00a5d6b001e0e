from django.urls import path

from cordee.base.found import kept
from cordee.practices.positioning import network_views as networks
from cordee.practices.positioning import views, visit_views

HOME = "annuaire/<int:pk>/positionnement/"
ONE = f"{HOME}<int:key>/"
ACTION = f"{HOME}actions/<int:key>/"
VISITS = "annuaire/<int:pk>/visites/"
VISIT = f"{VISITS}<int:key>/"
NETWORK = "reseaux/<slug:slug>/positionnements/"
DONE, SENT, PUBLISHED = {"at": "done_on"}, {"at": "sent_at"}, {"at": "published_at"}

urlpatterns = [
    path(HOME, views.positioning, name="positionings"),
    path(f"{HOME}commencer/", views.begin, name="begin_positioning"),
    path(ONE, views.positioning, name="positioning"),
    path(f"{ONE}annexe/", views.annex, name="positioning_annex"),
    path(f"{ONE}action/", views.plan, name="plan_action"),
    path(f"{ONE}fonctions/<slug:function>/", views.step, name="positioning_step"),
    path(f"{ACTION}retirer/", views.keep_action, {"is_kept": False}, name="remove_action"),
    path(f"{ACTION}faite/", views.keep_action, {"is_kept": False, **DONE}, name="do_action"),
    path(f"{ACTION}a-faire/", views.keep_action, {"is_kept": True, **DONE}, name="reopen_action"),
    path(VISITS, visit_views.visits, name="visits"),
    path(f"{VISITS}demander/", visit_views.ask, name="ask_visit"),
    path(VISIT, visit_views.visit, name="visit"),
    path(f"{VISIT}jour/", visit_views.ask, name="plan_visit"),
    path(f"{VISIT}oui/", visit_views.answer, {"is_agreed": True}, name="accept_visit"),
    path(f"{VISIT}non/", visit_views.answer, {"is_agreed": False}, name="refuse_visit"),
    path(f"{VISIT}compte-rendu/<slug:function>/", visit_views.report, name="visit_report"),
    path(f"{VISIT}envoyer/", visit_views.pass_on, SENT, name="send_visit"),
    path(f"{VISIT}publier/", visit_views.pass_on, PUBLISHED, name="publish_visit"),
    path(
        f"{VISIT}ne-plus-publier/",
        visit_views.pass_on,
        {"is_open": False, **PUBLISHED},
        name="withdraw_visit",
    ),
    *kept(VISIT, visit_views.keep, "visit"),
    path(NETWORK, networks.positionings, name="network_positionings"),
    path(f"{NETWORK}visites/", networks.proposals, name="visit_pairs"),
    path(f"{NETWORK}visites/<int:key>/retirer/", networks.withdraw, name="withdraw_proposal"),
    path(f"{NETWORK}grille/", networks.network_grid, name="network_grid"),
    path(f"{NETWORK}grille/fichier/", networks.grid_file, name="network_grid_file"),
    *kept(f"{NETWORK}grille/<int:key>/", networks.keep_grid, "grid"),
]

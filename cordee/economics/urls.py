from django.urls import path

from cordee.economics.cash import views as cash
from cordee.economics.commitments import views as promised
from cordee.economics.dossiers import views as dossiers
from cordee.economics.radar import views as radar
from cordee.economics.statements import views as statements

app_name = "economics"
urlpatterns = [
    path("<int:pk>/plafond/", radar.ceiling, name="ceiling"),
    path("<int:pk>/plafond/mois/", radar.months, name="months"),
    path("<int:pk>/plafond/et-si/", radar.what_if, name="what_if"),
    path("<int:pk>/plafond/dossiers/", dossiers.dossiers, name="dossiers"),
    path("<int:pk>/plafond/dossiers/derogation/", dossiers.derogation, name="derogation"),
    path("<int:pk>/plafond/dossiers/dialogue/", dossiers.dialogue, name="dialogue"),
    path("<int:pk>/plafond/promis/", promised.commitments, name="commitments"),
    path("<int:pk>/plafond/promis/noter/", promised.add_commitment, name="add_commitment"),
    path("<int:pk>/plafond/promis/<int:key>/", promised.commitment, name="commitment"),
    path(
        "<int:pk>/plafond/promis/<int:key>/retirer/",
        promised.keep_commitment,
        {"is_kept": False},
        name="remove_commitment",
    ),
    path(
        "<int:pk>/plafond/promis/<int:key>/remettre/",
        promised.keep_commitment,
        {"is_kept": True},
        name="restore_commitment",
    ),
    path("<int:pk>/plafond/comptes/", statements.accounts, name="accounts"),
    path("<int:pk>/plafond/comptes/dire/", statements.state, name="state"),
    path(
        "<int:pk>/plafond/comptes/poste-par-poste/",
        statements.state,
        {"in_detail": True},
        name="detail",
    ),
    path("<int:pk>/plafond/comptes/fichier/", statements.from_file, name="from_file"),
    path("<int:pk>/plafond/comptes/modele.csv", statements.as_file, name="as_file"),
    path(
        "<int:pk>/plafond/comptes/modele.xlsx",
        statements.as_file,
        {"is_workbook": True},
        name="as_workbook",
    ),
    path("<int:pk>/plafond/comptes/derogation/", statements.terms, name="terms"),
    path(
        "<int:pk>/plafond/comptes/<int:statement>/annuler/",
        statements.take_back,
        name="take_back",
    ),
    path("<int:pk>/tresorerie/", cash.cash, name="cash"),
    path("<int:pk>/tresorerie/depart/", cash.opening, name="opening"),
    path("<int:pk>/tresorerie/ressources/", cash.resources, name="resources"),
    path("<int:pk>/tresorerie/ressources/noter/", cash.resource, name="add_resource"),
    path("<int:pk>/tresorerie/ressources/<int:key>/", cash.resource, name="resource"),
    path(
        "<int:pk>/tresorerie/ressources/<int:key>/retirer/",
        cash.keep_resource,
        {"is_kept": False},
        name="remove_resource",
    ),
    path(
        "<int:pk>/tresorerie/ressources/<int:key>/remettre/",
        cash.keep_resource,
        {"is_kept": True},
        name="restore_resource",
    ),
    path("<int:pk>/reseaux/<slug:slug>/plafond/", radar.as_seen, name="as_seen"),
]

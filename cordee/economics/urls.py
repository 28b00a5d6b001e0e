from django.urls import path

from cordee.base.found import kept
from cordee.economics.cash import views as cash
from cordee.economics.commitments import views as promised
from cordee.economics.dossiers import views as dossiers
from cordee.economics.radar import views as radar
from cordee.economics.statements import views as statements

app_name = "economics"
CEILING = "<int:pk>/plafond/"
PROMISED = f"{CEILING}promis/"
PROMISE = f"{PROMISED}<int:key>/"
ACCOUNTS = f"{CEILING}comptes/"
CASH = "<int:pk>/tresorerie/"
RESOURCES = f"{CASH}ressources/"
RESOURCE = f"{RESOURCES}<int:key>/"

urlpatterns = [
    path(CEILING, radar.ceiling, name="ceiling"),
    path(f"{CEILING}mois/", radar.months, name="months"),
    path(f"{CEILING}et-si/", radar.what_if, name="what_if"),
    path(f"{CEILING}dossiers/", dossiers.dossiers, name="dossiers"),
    path(f"{CEILING}dossiers/derogation/", dossiers.derogation, name="derogation"),
    path(f"{CEILING}dossiers/dialogue/", dossiers.dialogue, name="dialogue"),
    path(PROMISED, promised.commitments, name="commitments"),
    path(f"{PROMISED}noter/", promised.add_commitment, name="add_commitment"),
    path(PROMISE, promised.commitment, name="commitment"),
    *kept(PROMISE, promised.keep_commitment, "commitment"),
    path(ACCOUNTS, statements.accounts, name="accounts"),
    path(f"{ACCOUNTS}dire/", statements.state, name="state"),
    path(f"{ACCOUNTS}poste-par-poste/", statements.state, {"in_detail": True}, name="detail"),
    path(f"{ACCOUNTS}fichier/", statements.from_file, name="from_file"),
    path(f"{ACCOUNTS}modele.csv", statements.as_file, name="as_file"),
    path(f"{ACCOUNTS}modele.xlsx", statements.as_file, {"is_workbook": True}, name="as_workbook"),
    path(f"{ACCOUNTS}derogation/", statements.terms, name="terms"),
    path(f"{ACCOUNTS}<int:statement>/annuler/", statements.take_back, name="take_back"),
    path(CASH, cash.cash, name="cash"),
    path(f"{CASH}depart/", cash.opening, name="opening"),
    path(RESOURCES, cash.resources, name="resources"),
    path(f"{RESOURCES}noter/", cash.resource, name="add_resource"),
    path(RESOURCE, cash.resource, name="resource"),
    *kept(RESOURCE, cash.keep_resource, "resource"),
    path("<int:pk>/reseaux/<slug:slug>/plafond/", radar.as_seen, name="as_seen"),
]

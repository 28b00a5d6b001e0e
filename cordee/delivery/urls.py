from django.urls import path

from cordee.delivery.award_letters import views as award_letters
from cordee.delivery.calendar import open_site
from cordee.delivery.calendar import views as calendar
from cordee.delivery.hours import views as hours
from cordee.delivery.models import MoneyKind
from cordee.delivery.money import views as money
from cordee.delivery.opening import views as opening
from cordee.delivery.plan import views as plan
from cordee.delivery.reports import views as reports
from cordee.delivery.sheets import views as sheets

app_name = "delivery"
urlpatterns = [
    path("", opening.contracts, name="list"),
    path("suivre/", opening.add, name="add"),
    path("suivre/attribution/<int:award>/", opening.follow_award, name="follow_award"),
    path("suivre/alliance/<uuid:pk>/", opening.follow_alliance, name="follow_alliance"),
    path("alliance/<uuid:pk>/", opening.of_alliance, name="of_alliance"),
    path("heures/", hours.facilitated, name="facilitated"),
    path("<int:pk>/", hours.this_month, name="delivery"),
    path("<int:pk>/heures/", hours.hours, name="hours"),
    path("<int:pk>/heures/accepter/", hours.accept, name="accept_hours"),
    path("<int:pk>/heures/<int:key>/", hours.row, name="hours_row"),
    path(
        "<int:pk>/heures/<int:key>/preuve/<int:proof>/retirer/",
        hours.remove_proof,
        name="remove_proof",
    ),
    path("<int:pk>/marche/", opening.contract, name="contract"),
    path("<int:pk>/marche/corriger/", opening.edit, name="edit"),
    path("<int:pk>/marche/lot/<int:key>/", opening.edit_lot, name="edit_lot"),
    path("<int:pk>/marche/structure/", opening.add_partner, name="add_partner"),
    path("<int:pk>/marche/reference/<int:key>/", opening.write_reference, name="write_reference"),
    path("<int:pk>/heures/releve/", sheets.sheet, name="sheet"),
    path("<int:pk>/marche/structure/<int:key>/", opening.edit_partner, name="edit_partner"),
    path(
        "<int:pk>/marche/structure/<int:key>/retirer/",
        opening.remove_partner,
        name="remove_partner",
    ),
    path("<int:pk>/argent/", money.money, name="money"),
    path("<int:pk>/argent/noter/", money.line, name="note_money"),
    path("<int:pk>/argent/coordination/", money.line, {"kind": MoneyKind.COORDINATION}, "note_fee"),
    path("<int:pk>/argent/frais/", money.line, {"kind": MoneyKind.COMMON}, "note_cost"),
    path("<int:pk>/argent/paiement/", money.pay, name="pay_transfer"),
    path("<int:pk>/argent/<int:key>/", money.line, name="money_line"),
    path("attributions/nom/<int:key>/", award_letters.name, name="letter_name"),
    path("attributions/<slug:slug>/", award_letters.awards, name="awards"),
    path("attributions/<slug:slug>/<int:award>/", award_letters.letter, name="award_letter"),
    path("<int:pk>/calendrier/", calendar.calendar, name="calendar"),
    path("<int:pk>/calendrier/noter/", calendar.add_event, name="add_event"),
    path("<int:pk>/calendrier/<int:key>/reserver/", calendar.book_event, name="book_event"),
    path("<int:pk>/calendrier/<int:key>/retirer/", calendar.keep_event, name="keep_event"),
    path("<int:pk>/chantier-ouvert/", open_site.open_site, name="open_site"),
    path("<int:pk>/chantier-ouvert/annuler/", open_site.keep_site, name="keep_site"),
    path("chantiers-ouverts/", open_site.sites, name="open_sites"),
    path("chantiers-ouverts/<int:key>/venir/", open_site.come, name="come"),
    path("chantiers-ouverts/<int:key>/poste/", open_site.leave_post, name="leave_post"),
    path("<int:pk>/plan/", plan.plan, name="plan"),
    path("<int:pk>/plan/alliance/", plan.open_alliance, name="plan_alliance"),
    path("<int:pk>/plan/besoin/", plan.post_need, name="plan_need"),
    path("<int:pk>/rapport/", reports.report, name="report"),
    path("<int:pk>/heures/export/", reports.export, name="export"),
    path("<int:pk>/heures/export/colonnes/", reports.export_columns, name="export_columns"),
]

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
ONE = "<int:pk>/"
HOURS, MONEY, CONTRACT = f"{ONE}heures/", f"{ONE}argent/", f"{ONE}marche/"
CALENDAR, PLAN, OPEN_SITE = f"{ONE}calendrier/", f"{ONE}plan/", f"{ONE}chantier-ouvert/"
ROW, PARTNER = f"{HOURS}<int:key>/", f"{CONTRACT}structure/<int:key>/"
FEE, COST = {"kind": MoneyKind.COORDINATION}, {"kind": MoneyKind.COMMON}

urlpatterns = [
    path("", opening.contracts, name="list"),
    path("suivre/", opening.add, name="add"),
    path("suivre/attribution/<int:award>/", opening.follow_award, name="follow_award"),
    path("suivre/alliance/<uuid:pk>/", opening.follow_alliance, name="follow_alliance"),
    path("alliance/<uuid:pk>/", opening.of_alliance, name="of_alliance"),
    path("heures/", hours.facilitated, name="facilitated"),
    path(ONE, hours.this_month, name="delivery"),
    path(HOURS, hours.hours, name="hours"),
    path(f"{HOURS}accepter/", hours.accept, name="accept_hours"),
    path(f"{HOURS}releve/", sheets.sheet, name="sheet"),
    path(f"{HOURS}export/", reports.export, name="export"),
    path(f"{HOURS}export/colonnes/", reports.export_columns, name="export_columns"),
    path(ROW, hours.row, name="hours_row"),
    path(f"{ROW}preuve/<int:proof>/retirer/", hours.remove_proof, name="remove_proof"),
    path(f"{ONE}rapport/", reports.report, name="report"),
    path(MONEY, money.money, name="money"),
    path(f"{MONEY}noter/", money.line, name="note_money"),
    path(f"{MONEY}coordination/", money.line, FEE, "note_fee"),
    path(f"{MONEY}frais/", money.line, COST, "note_cost"),
    path(f"{MONEY}paiement/", money.pay, name="pay_transfer"),
    path(f"{MONEY}<int:key>/", money.line, name="money_line"),
    path(CONTRACT, opening.contract, name="contract"),
    path(f"{CONTRACT}corriger/", opening.edit, name="edit"),
    path(f"{CONTRACT}lot/<int:key>/", opening.edit_lot, name="edit_lot"),
    path(f"{CONTRACT}structure/", opening.add_partner, name="add_partner"),
    path(f"{CONTRACT}reference/<int:key>/", opening.write_reference, name="write_reference"),
    path(PARTNER, opening.edit_partner, name="edit_partner"),
    path(f"{PARTNER}retirer/", opening.remove_partner, name="remove_partner"),
    path(CALENDAR, calendar.calendar, name="calendar"),
    path(f"{CALENDAR}noter/", calendar.add_event, name="add_event"),
    path(f"{CALENDAR}<int:key>/reserver/", calendar.book_event, name="book_event"),
    path(f"{CALENDAR}<int:key>/retirer/", calendar.keep_event, name="keep_event"),
    path(OPEN_SITE, open_site.open_site, name="open_site"),
    path(f"{OPEN_SITE}annuler/", open_site.keep_site, name="keep_site"),
    path("chantiers-ouverts/", open_site.sites, name="open_sites"),
    path("chantiers-ouverts/<int:key>/venir/", open_site.come, name="come"),
    path("chantiers-ouverts/<int:key>/poste/", open_site.leave_post, name="leave_post"),
    path(PLAN, plan.plan, name="plan"),
    path(f"{PLAN}alliance/", plan.open_alliance, name="plan_alliance"),
    path(f"{PLAN}besoin/", plan.post_need, name="plan_need"),
    path("attributions/nom/<int:key>/", award_letters.name, name="letter_name"),
    path("attributions/<slug:slug>/", award_letters.awards, name="awards"),
    path("attributions/<slug:slug>/<int:award>/", award_letters.letter, name="award_letter"),
]

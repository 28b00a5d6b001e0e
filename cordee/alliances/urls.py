"""Every page of the room, in the order in which an alliance lives."""

from django.urls import include, path

from cordee.alliances.approvals import views as approvals
from cordee.alliances.coordination import views as coordination
from cordee.alliances.decisions import views as decisions
from cordee.alliances.documents import views as documents
from cordee.alliances.endorsements import views as endorsements
from cordee.alliances.files import views as files
from cordee.alliances.filing import views as filing
from cordee.alliances.invitations import views as invitations
from cordee.alliances.legal_form import views as legal_form
from cordee.alliances.messages import views as messages
from cordee.alliances.open_lines import views as open_lines
from cordee.alliances.opening import views as opening
from cordee.alliances.overview import views as overview
from cordee.alliances.planning import views as planning
from cordee.alliances.shares import views as shares
from cordee.alliances.table import history_views
from cordee.alliances.table import views as table
from cordee.alliances.withdrawals import views as withdrawals

app_name = "alliances"

# Of one alliance.
ALLIANCE = [
    path("", overview.detail, name="detail"),
    path("equipe/", overview.team, name="team"),
    path("dossier/", overview.dossier, name="dossier"),
    path("suite/", overview.what_next, name="next"),
    path("etape/", overview.move, name="move"),
    path("abandonner/", overview.abandon, name="abandon"),
    path("structures/ajouter/", invitations.add, name="add_party"),
    path("inviter/", invitations.invite, name="invite"),
    path("structures/<int:party_pk>/retirer/", invitations.remove, name="remove_party"),
    path("structures/<int:party_pk>/repondre/", invitations.answer, name="answer_invitation"),
    path("manque/", open_lines.missing, name="open_lines"),
    path("manque/inviter/", open_lines.call, name="call_in"),
    path("manque/besoin/", open_lines.post_need, name="post_need"),
    path("parts/<int:party_pk>/", shares.share, name="share"),
    path("parts/<int:party_pk>/accepter/", shares.accept, name="accept"),
    path("parts/<int:party_pk>/reprendre/", shares.take_back, name="take_back_acceptance"),
    path("tableau/", table.table, name="table"),
    path("tableau/depuis/", table.since, name="table_since"),
    path("tableau/reparer/", history_views.repair, name="repair_table"),
    path("tableau/retour/", history_views.return_to, name="return_to_version"),
    path("tableau/versions/", history_views.history, name="table_history"),
    path("tableau/versions/<int:number>/", history_views.version, name="table_version"),
    path("tableau/<int:party_pk>/<slug:line>/", table.cell, name="table_cell"),
    path("temps/", planning.time, name="planning"),
    path("temps/reperes/", planning.pace, name="planning_pace"),
    path("temps/calendrier/", planning.lay, name="lay_calendar"),
    path("temps/taches/ajouter/", planning.add_task, name="add_task"),
    path("temps/taches/<int:task_pk>/", planning.task, name="task"),
    path("temps/taches/<int:task_pk>/faite/", planning.tick, name="tick_task"),
    path("temps/taches/<int:task_pk>/retirer/", planning.remove_task, name="remove_task"),
    path("temps/taches/<int:task_pk>/remettre/", planning.restore_task, name="restore_task"),
    path("forme/", legal_form.forms, name="legal_form"),
    path("forme/comparer/", legal_form.compare, name="compare_forms"),
    path("forme/choisir/", legal_form.choose, name="choose_legal_form"),
    path("forme/seul/", legal_form.alone, name="answer_alone"),
    path("forme/ensemble/", legal_form.together, name="answer_together"),
    path("pourquoi-ensemble/", legal_form.reasons, name="reasons"),
    path("sous-traitances/", legal_form.subcontracts, name="subcontracts"),
    path("sous-traitances/<int:party_pk>/", legal_form.labour, name="labour"),
    path("structures/<int:party_pk>/place/", legal_form.place, name="change_place"),
    path("parts/<int:party_pk>/decider/", decisions.decide, name="decide"),
    path("coordination/", coordination.coordinators, name="coordinators"),
    path("coordination/reprendre/", coordination.take_lead, name="take_lead"),
    path(
        "coordination/<int:coordinator_pk>/retirer/",
        coordination.remove_coordinator,
        name="remove_coordinator",
    ),
    path("messages/", messages.thread, name="messages"),
    path("messages/<int:message_pk>/retirer/", messages.take_back, name="take_message_back"),
    path("messages/<int:message_pk>/masquer/", messages.moderate, name="moderate_message"),
    path("fichiers/", files.listing, name="files"),
    path("fichiers/<int:file_pk>/", files.file, name="file"),
    path("fichiers/<int:file_pk>/retirer/", files.remove_file, name="remove_file"),
    path("documents/", documents.listing, name="documents"),
    path("documents/tout/", documents.everything, name="all_documents"),
    path("documents/ouvrir/<int:party_pk>/", documents.open_file, name="open_answer_file"),
    path("documents/refermer/<int:party_pk>/", documents.shut_file, name="shut_answer_file"),
    path("documents/termes/", documents.common, name="common_terms"),
    path("documents/tva/<int:party_pk>/", documents.vat, name="vat"),
    path("documents/<slug:key>/", documents.read, name="document"),
    path("documents/<slug:key>/telecharger/", documents.download, name="download_document"),
    path("signataires/", approvals.signatories, name="signatories"),
    path("signataires/<int:party_pk>/", approvals.signatory, name="signatory"),
    path("approbations/", approvals.approvals, name="approvals"),
    path("approbations/modele/", approvals.new_model, name="new_model"),
    path("approbations/preuve/", approvals.proof, name="proof"),
    path("approbations/convention/", approvals.paper, name="approved_paper"),
    path("approbations/textes/<int:text_pk>/", approvals.text, name="approved_text"),
    path(
        "approbations/textes/<int:text_pk>/<slug:extension>/",
        approvals.text_file,
        name="approved_file",
    ),
    path("approbations/signature/", approvals.ask_signature, name="ask_signature"),
    path("approbations/suivi/", approvals.fetch_signature, name="fetch_signature"),
    path("approbations/<int:party_pk>/", approvals.approve, name="approve"),
    path("approbations/<int:party_pk>/reprendre/", approvals.take_back, name="take_back_approval"),
    path("depot/", filing.filing, name="filing"),
    path("depot/recepisse/", filing.receipt, name="receipt"),
    path("resultat/", filing.result, name="result"),
    path("resultat/notification/", filing.sign, name="note_signature"),
    path("resultat/transmission/", filing.hand_over, name="hand_over"),
    path("retraits/", withdrawals.withdrawals, name="withdrawals"),
    path("candidature/", withdrawals.application, name="note_application"),
    path("structures/<int:party_pk>/quitter/", withdrawals.announce, name="leave"),
    path("retraits/<int:withdrawal_pk>/", withdrawals.withdrawal, name="withdrawal"),
    path("retraits/<int:withdrawal_pk>/suite/", withdrawals.plan, name="plan_withdrawal"),
    path("retraits/<int:withdrawal_pk>/envoi/", withdrawals.send, name="send_withdrawal"),
    path("retraits/<int:withdrawal_pk>/reponse/", withdrawals.answer, name="answer_withdrawal"),
    path("retraits/<int:withdrawal_pk>/annuler/", withdrawals.cancel, name="cancel_withdrawal"),
    path(
        "retraits/<int:withdrawal_pk>/parts/<int:party_pk>/",
        withdrawals.takeover,
        name="take_share_over",
    ),
    path("structures/<int:party_pk>/memoire/", endorsements.remember, name="remember"),
    path(
        "structures/<int:party_pk>/retravailler/<int:about_pk>/",
        endorsements.endorse,
        name="endorse",
    ),
]
urlpatterns = [
    path("", overview.alliance_list, name="list"),
    path("groupes/ouvrir/<int:opportunity_pk>/", opening.start, name="open"),
    path(
        "groupes/depuis-equipe/<int:proposal_pk>/", opening.from_proposal, name="open_from_proposal"
    ),
    path("groupes/plafond/<int:structure_pk>/", history_views.ways_out, name="ways_out"),
    path("groupes/<uuid:pk>/", include(ALLIANCE)),
]

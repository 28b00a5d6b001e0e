from django.urls import path

from cordee.practices.sheets import people_views as people
from cordee.practices.sheets import reading_views as reading
from cordee.practices.sheets import writing_views as writing
from cordee.practices.sheets.exchange import views as exchange
from cordee.practices.sheets.finding.views import others

HOME = "pratiques/"
ONE = f"{HOME}<int:pk>/"
VERSION = f"{ONE}versions/<int:number>/"
AUTHOR = f"{ONE}auteurs/<int:key>/"
COMMENT = f"{ONE}commentaires/<int:key>/"
REVIEW = f"{HOME}relectures/<int:key>/"
FILES = "reseaux/<slug:slug>/pratiques/fichiers/"
BACK, AGAIN = {"is_kept": False}, {"is_kept": True}

urlpatterns = [
    path(HOME, reading.sheets, name="sheets"),
    path(f"{HOME}nouvelle/", writing.start, name="start"),
    path(REVIEW, people.review, name="review"),
    path(f"{REVIEW}<str:what>/", people.settle_review, name="settle_review"),
    path(ONE, reading.sheet, name="sheet"),
    path(VERSION, reading.version, name="version"),
    path(f"{VERSION}fichier/<str:extension>/", reading.version_file, name="version_file"),
    path(f"{ONE}ecrire/", writing.write, name="write"),
    path(f"{ONE}brouillon/", writing.draft, name="draft"),
    path(f"{ONE}retirer/", writing.keep_sheet, BACK, name="remove_sheet"),
    path(f"{ONE}remettre/", writing.keep_sheet, AGAIN, name="restore_sheet"),
    path(f"{ONE}contexte/", writing.context, name="context"),
    path(f"{ONE}statut/", writing.status, name="status"),
    path(f"{ONE}auteurs/", people.authors, name="authors"),
    path(f"{AUTHOR}retirer/", people.remove_author, name="remove_author"),
    path(f"{AUTHOR}nom/", people.naming, name="naming"),
    path(f"{ONE}commentaires/", people.comments, name="comments"),
    path(f"{COMMENT}repondre/", people.answer, name="answer_comment"),
    path(f"{COMMENT}retirer/", people.keep_comment, BACK, name="remove_comment"),
    path(f"{COMMENT}remettre/", people.keep_comment, AGAIN, name="restore_comment"),
    path(f"{ONE}relectures/", people.reviews, name="reviews"),
    path(f"{HOME}autres/<slug:slot>/<slug:key>/", others, name="others"),
    path(f"{HOME}flux/", exchange.feed, name="feed"),
    path(FILES, exchange.files, name="files"),
    path(f"{FILES}zip/", exchange.file_of_all, {"extension": "zip"}, name="archive"),
    path(f"{FILES}json/", exchange.file_of_all, {"extension": "json"}, name="as_json"),
]

"""The mailbox of the demo, and what each mail looks like."""

from django.urls import path

from demo.mails import mailbox, previews

urlpatterns = [
    path("apercus/", previews.preview_list, name="mail_previews"),
    path("apercus/<slug:room>/<slug:name>/", previews.preview, name="mail_preview"),
    path("apercus/<slug:room>/<slug:name>/page/", previews.preview_page, name="mail_preview_page"),
    path("", mailbox.mail_list, name="mailbox"),
    path("<slug:key>/", mailbox.mail, name="mail"),
    path("<slug:key>/page/", mailbox.mail_page, name="mail_page"),
]

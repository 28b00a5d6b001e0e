from django.urls import path

from cordee.base.mail import views

urlpatterns = [
    path("", views.mail_list, name="mailbox"),
    path("<slug:key>/", views.mail, name="mail"),
    path("<slug:key>/page/", views.mail_page, name="mail_page"),
]

"""Addresses under ``/accounts/``."""

from django.urls import path

from .views import account, enrolment, notices, signing_in

app_name = "accounts"
urlpatterns = [
    path("", account.home, name="home"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("second-factor/", signing_in.second_factor, name="second_factor"),
    path("enrol/<str:token>/", enrolment.enrol, name="enrol"),
    path("acting/", account.acting, name="acting"),
    path("language/", account.language, name="language"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/<uuid:public_id>/read/", notices.notice_read, name="notice_read"),
    path("mail-pace/", notices.mail_pace, name="mail_pace"),
    path("bounces/", notices.bounces, name="bounces"),
]

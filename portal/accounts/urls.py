"""Addresses under ``/accounts/``."""

from django.urls import path

from .views import account, enrolment, notices, passwords, signing_in
from .views.people import access_list, colleagues, invitation

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
    path("password/", passwords.password, name="password"),
    path("password/forgotten/", passwords.forgotten, name="password_forgotten"),
    path("password/new/<str:token>/", passwords.renew, name="password_renew"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("people/", colleagues.people, name="people"),
    path("people/invite/", colleagues.invite, name="invite"),
    path("people/<uuid:public_id>/", colleagues.member, name="member"),
    path("invitations/<uuid:public_id>/resend/", colleagues.resend, name="invitation_resend"),
    path("invitations/<uuid:public_id>/revoke/", colleagues.revoke, name="invitation_revoke"),
    path("memberships/<uuid:public_id>/end/", colleagues.membership_end, name="membership_end"),
    path("access/", access_list.access_list, name="access_list"),
    path("access/export/", access_list.export, name="access_export"),
]

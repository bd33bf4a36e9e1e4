"""Addresses under ``/accounts/``."""

from django.urls import path

from .views import account, enrolment, notices, oidc, passwords, signing_in
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
    path("oidc/<uuid:public_id>/begin/", oidc.begin, name="oidc_begin"),
    path("oidc/<uuid:public_id>/callback/", oidc.callback, name="oidc_callback"),
    path("oidc/<uuid:public_id>/link/", oidc.link, name="oidc_link"),
    path("oidc/<uuid:public_id>/join/", oidc.join, name="oidc_join"),
    path("oidc/links/<int:identity>/remove/", oidc.unlink, name="oidc_unlink"),
    path("oidc/providers/", oidc.providers, name="oidc_providers"),
    path("oidc/providers/new/", oidc.provider_new, name="oidc_provider_new"),
    path("oidc/providers/<uuid:public_id>/", oidc.provider, name="oidc_provider"),
]

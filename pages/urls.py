"""Addresses without a language: files for machines, pictures, the editors' admin. The pages: ``urls_readers``."""

from django.urls import path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as admin_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from pages.cms_gate import guarded
from pages.csp import editing_policy
from pages.views import cms, files, machines, offline, reading, tags

to_sign_in = RedirectView.as_view(pattern_name="accounts:sign_in", query_string=True)

urlpatterns = [
    path("", reading.to_language, name="to_language"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security_txt, name="security_txt"),
    path("favicon.ico", RedirectView.as_view(url="/static/pages/img/favicon.svg"), name="favicon"),
    path("media/<path:path>", files.media, name="media"),
    re_path(r"^documents/(\d+)/(.*)$", files.document, name="wagtaildocs_serve"),
    # Wagtail's own doors stay shut: there is one way in, with a second factor.
    path("cms/login/", to_sign_in, name="cms_sign_in"),
    path("cms/logout/", cms.cms_sign_out, name="cms_sign_out"),
    path("cms/password_reset/", to_sign_in, name="cms_password_reset"),
    # Before Wagtail's own, which knows the labels of everybody's files.
    path("cms/tag-autocomplete/", tags.labels, name="pages_tags"),
    path(
        "cms/",
        (decorate_urlpatterns(decorate_urlpatterns(admin_urls.urlpatterns, guarded), editing_policy), None, None),
    ),
]

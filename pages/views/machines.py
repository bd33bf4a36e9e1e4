"""Files for machines."""

from django.conf import settings
from django.contrib.sitemaps.views import sitemap as django_sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control

from pages.sitemaps import PagesSitemap, absolute

KEPT_SECONDS = 900


def sitemap(request: HttpRequest) -> HttpResponse:
    """``sitemap.xml`` for search engines."""
    response: HttpResponse = django_sitemap(request, sitemaps={"pages": PagesSitemap})
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """``robots.txt``: everything public may be found, nothing behind the sign-in needs asking for."""
    closed = ("accounts", "audit", "cms", "consent", "dossiers", "my")
    lines = ["User-agent: *", *(f"Disallow: /{part}/" for part in closed)]
    lines.append("Disallow: /*/zoeken/")
    parts = PagesSitemap().paginator.num_pages
    address = absolute(reverse("sitemap"))
    lines += [f"Sitemap: {address}" + (f"?p={part}" if part > 1 else "") for part in range(1, parts + 1)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def security_txt(request: HttpRequest) -> HttpResponse:
    """``security.txt`` (RFC 9116): where to report a weakness, and until when this holds."""
    lines = [
        f"Contact: mailto:{settings.SECURITY_CONTACT}",
        f"Expires: {settings.SECURITY_TXT_EXPIRES}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.BASE_URL}{reverse('security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

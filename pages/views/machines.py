"""Files for machines."""

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import sitemap as wagtail_sitemap
from wagtail.models import Page

from pages.queries import public_pages


class LanguageSitemap(Sitemap):
    """Every public page of every language."""

    def items(self) -> QuerySet[Page]:
        return public_pages().filter(depth__gte=2).order_by("path").defer_streamfields().specific()


def sitemap(request: HttpRequest) -> HttpResponse:
    """``sitemap.xml`` for search engines."""
    return wagtail_sitemap(request, sitemaps={"pages": LanguageSitemap})


def robots(request: HttpRequest) -> HttpResponse:
    """``robots.txt``: everything public may be found, nothing behind the sign-in needs asking for."""
    closed = ("accounts", "audit", "cms", "consent", "dossiers", "my")
    lines = ["User-agent: *", *(f"Disallow: /{part}/" for part in closed)]
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}")
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

"""The recording of a page, in the Wagtail admin. Who may is who may edit the page: :mod:`pages.cms_gate` asks."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from pages import sound
from pages.models import BasePage, StoredAudio
from pages.sound_forms import RecordingForm


@require_http_methods(["GET", "HEAD", "POST"])
def recording(request: HttpRequest, page_id: int) -> HttpResponse:
    """Hear what is there, put another in its place, say that it still holds, or take it away."""
    page = get_object_or_404(Page.objects.live().select_related("locale"), pk=page_id).specific
    if not isinstance(page, BasePage):
        raise Http404
    form = RecordingForm()
    if request.method == "POST":
        if "confirm" in request.POST:
            sound.confirm_recording(page=page, user=request.user)
            messages.success(request, _("De opname geldt voor de tekst van nu."))
            return redirect("pages_recording", page.pk)
        if "remove" in request.POST:
            sound.remove_recording(page=page, user=request.user)
            messages.success(request, _("De opname is weg."))
            return redirect("pages_recording", page.pk)
        form = RecordingForm(request.POST, request.FILES)
        if form.is_valid():
            sound.store_recording(
                page=page,
                file=form.cleaned_data["recording"],
                spoken_by=form.cleaned_data["spoken_by"],
                user=request.user,
            )
            messages.success(request, _("De opname is bewaard."))
            return redirect("pages_recording", page.pk)
    return TemplateResponse(
        request,
        "pages/admin/recording.html",
        {
            "page": page,
            "form": form,
            "recording": sound.recording_of(page),
            "stored": StoredAudio.objects.filter(page=page.pk).first(),
            "words": sound.spoken_text(page),
            "page_title": _("Voorlezen"),
            "header_icon": "volume",
        },
        status=200 if request.method != "POST" else 422,
    )

"""Readers say whether a page helped, and what was missing. Two plain forms; no cookie, no script, no name."""

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from pages.families import address_of
from pages.frame import active_language
from pages.queries import public_pages
from pages.reader_forms import HelpedForm, MissingForm
from pages.sending import comes_from_here, purpose_of, token, too_many
from pages.services.feedback import add_text, give_feedback

from .around import around
from .private import keep_nowhere

PATH = "reactie/"


# Exempt: there is no cookie to bind the form to. What protects instead is in pages.sending.
@csrf_exempt
@require_POST
def helped(request: HttpRequest) -> HttpResponse:
    """Keep that a page helped or not; then ask what was missing."""
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    form = HelpedForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["token"].isdigit():
        return _page(request, status=400, outcome="refused")
    page = public_pages().filter(pk=int(form.cleaned_data["token"])).first()
    if page is None:
        return _page(request, status=400, outcome="refused")
    given = give_feedback(page=page, language=active_language(), helped=form.cleaned_data["helped"] == "yes")
    if given is None:
        return _page(request, status=429, outcome="too_many")
    back = address_of(page.url_path, active_language())
    asked = urlencode({"v": token(f"{MissingForm.kind}:{given.pk}"), "p": signing.Signer(salt=PATH).sign(back)})
    return HttpResponseRedirect(f"{reverse('feedback_thanks')}?{asked}", status=303)


@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    """Thank the reader and offer a field for what was missing. The address carries all there is to know."""
    signed = request.GET.get("v", "")
    kind = (purpose_of(signed) or "").partition(":")[0]
    form = MissingForm(initial={"token": signed}) if kind == MissingForm.kind else None
    return _page(request, status=200, outcome="thanks", form=form)


# Exempt: as above.
@csrf_exempt
@require_POST
def missing(request: HttpRequest) -> HttpResponse:
    """Keep what was missing."""
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    form = MissingForm(request.POST)
    if not form.is_valid():
        return _page(request, status=400, outcome="thanks", form=form)
    about = form.cleaned_data["token"]
    if not about.isdigit() or not add_text(feedback_id=int(about), text=form.cleaned_data["text"]):
        return _page(request, status=400, outcome="refused")
    return _page(request, status=200, outcome="told")


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if not comes_from_here(request):
        return _page(request, status=403, outcome="refused")
    if too_many():
        return _page(request, status=429, outcome="too_many")
    return None


def _page(request: HttpRequest, *, status: int, outcome: str, form: MissingForm | None = None) -> HttpResponse:
    # The answer to a form cannot be asked for again in another language: the switch leads to the beginning then.
    is_thanks = request.method == "GET"
    frame = around(request, f"{PATH}dank/" if is_thanks else "", query=request.GET.urlencode() if is_thanks else "")
    context = {**frame, "outcome": outcome, "form": form, "back": _back(request)}
    response = render(request, "pages/feedback_thanks.html", context, status=status)
    keep_nowhere(response)
    return response


def _back(request: HttpRequest) -> str:
    try:
        left = signing.Signer(salt=PATH).unsign(request.GET.get("p", "") or request.POST.get("p", ""))
        return f"/{active_language()}/{left.split('/', 2)[2]}"  # the switch may have been used since
    except signing.BadSignature:
        return f"/{active_language()}/"

"""The access letter: a professional prints it, and the person comes in by it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import passkeys
from portal.accounts.queries import open_ticket
from portal.accounts.views.passkeys import passkey_context
from portal.print import PdfUnavailable

from ..enums import IdentityCheck
from ..errors import NotRecorded
from ..forms import AccessLetterForm, LetterDateForm
from ..languages import VOICES, language
from ..letters import letter_pdf, new_token
from ..models import AccessLetter
from ..policy import ACCESS_LETTER_LASTS
from ..queries import get_letter_for, get_reader_for, letter_of_token, letters_of
from ..services import issue_access_letter, open_access_letter, revoke_access_letter
from ..services.letters import count_miss, is_guessing
from ..services.reading import record_letters_read
from .teams import acting_team

# The steps of the letter, with the pictogram of each; a recording of a step is a static file of this name.
STEPS = ("date", "key", "page")
PICTOGRAMS = {"date": "calendar", "key": "key", "page": "people"}


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def access_letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the letter is, who got one before, and the letter itself: it leaves once, as a PDF, and is kept nowhere."""
    person = get_reader_for(request.actor, public_id)
    form = AccessLetterForm(
        request.POST if request.method == "POST" else None, initial={"language": _language_of(person.spoken_language)}
    )
    problem = ""
    if request.method == "POST" and form.is_valid():
        own = form.cleaned_data["language"]
        token = new_token()
        expires_at = timezone.now() + ACCESS_LETTER_LASTS
        try:  # before the transaction: on SQLite that would hold the one write lock meanwhile
            content = letter_pdf(token=token, own_language=own, expires_at=expires_at)
        except PdfUnavailable as reason:
            problem = reason.message
        else:
            issue_access_letter(
                actor=request.actor,
                person=person,
                team=acting_team(request),
                language=own,
                identity_check=IdentityCheck(form.cleaned_data["identity_check"]),
                token=token,
            )
            response = HttpResponse(content, content_type="application/pdf")
            response["Content-Disposition"] = f'attachment; filename="brief-{own}.pdf"'
            return response
    record_letters_read(actor=request.actor, person=person)
    return render(
        request,
        "consent/access_letter.html",
        {
            "form": form,
            "person": person,
            "letters": list(letters_of(person)),
            "now": timezone.now(),
            "problem": problem,
        },
        status=503 if problem else 422 if form.is_bound else 200,
    )


@require_POST
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A lost letter is made worthless."""
    letter = get_letter_for(request.actor, public_id)
    revoke_access_letter(actor=request.actor, letter=letter, team=acting_team(request))
    messages.success(request, _("De brief werkt niet meer."))
    return redirect("consent:access_letter", public_id=letter.person.public_id)


@sensitive_variables("token")
@sensitive_post_parameters("day", "month", "year")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """What the letter leads to: the language, then three steps, the first of which is the birth date. Public.

    Nothing is written by looking. A letter that does not count has one answer for all causes.
    """
    if not passkeys.are_possible_at(request):  # at a bare address of a demo no key can be made
        return redirect(passkeys.same_page_with_passkeys(request))
    address = request.META.get("REMOTE_ADDR") or ""
    found = None if is_guessing(address) else letter_of_token(token)
    if found is None:
        count_miss(address)
        return _refused(request)
    chosen = request.GET.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return _choose_language(request, found)
    reader = language(chosen)
    with override(reader.code):
        form = LetterDateForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                ticket = open_access_letter(
                    request=request, token=token, birth_date=form.cleaned_data["birth_date"], language=reader.code
                )
            except NotRecorded:
                return _refused(request)
            if ticket is not None:
                return redirect("my:key", token=ticket)
            form.add_error(
                None, _("Dit is niet de geboortedatum die wij kennen. Kijk op uw document. Probeer het dan opnieuw.")
            )
        context = {"form": form, "steps": _steps(reader.code), **_spoken(reader.code)}
        return render(request, "consent/letter.html", context, status=422 if form.is_bound else 200)


@sensitive_variables("token")
@require_safe
def key(request: HttpRequest, token: str) -> HttpResponse:
    """The last step: a passkey with the telephone's own lock. A ticket that does not count has one answer."""
    if open_ticket(user=request.user, token=token) is None:
        return _refused(request)
    code = request.LANGUAGE_CODE
    context = {"steps": _steps(code), "token": token, **_spoken(code), **passkey_context(request)}
    return render(request, "consent/letter_key.html", context)


def _choose_language(request: HttpRequest, found: AccessLetter) -> HttpResponse:
    """All languages in their own script, that of the letter first; no other word is needed here."""
    codes = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != found.language)
    own = language(found.language)
    with override(own.code):
        context = {"languages": [language(code) for code in codes], "page_lang": own.code, "page_dir": own.direction}
        return render(request, "consent/letter_language.html", context)


def _refused(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("language", "")
    reader = language(code if code in dict(settings.LANGUAGES) else request.LANGUAGE_CODE)
    with override(reader.code):
        return render(request, "consent/letter_refused.html", _spoken(reader.code), status=404)


def _spoken(code: str) -> dict[str, object]:
    reader = language(code)
    return {
        "page_lang": reader.code,
        "page_dir": reader.direction,
        "tools": {"recording": None, "voices": VOICES.get(code, code)},
    }


def _steps(code: str) -> list[dict[str, str]]:
    """Pictogram, words, and the address of a recording where there is one in this language."""
    words = {
        "date": _("Vul uw geboortedatum in."),
        "key": _("Maak een sleutel met uw telefoon: met uw vinger, uw gezicht of uw code."),
        "page": _("U ziet uw eigen pagina."),
    }
    return [{"icon": PICTOGRAMS[step], "words": words[step], "recording": _recording(step, code)} for step in STEPS]


def _recording(step: str, code: str) -> str:
    name = f"consent/sound/{code}/letter-{step}.mp3"
    return static(name) if finders.find(name) else ""


def _language_of(spoken: str) -> str:
    return spoken if spoken in dict(settings.LANGUAGES) else "nl"

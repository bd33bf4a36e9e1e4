"""Questions of persons about their consents, for who answers them."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..errors import NotRecorded
from ..forms import AnswerForm
from ..languages import language
from ..models import PersonMessage
from ..policy import can_look_up
from ..queries import get_question_for
from ..services import answer_question
from ..services.questions import record_question_read


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, oldest first, without a name."""
    waiting = PersonMessage.objects.visible_to(request.actor).open().select_related("sender", "recipient")
    return render(request, "consent/questions.html", {"questions": list(waiting.order_by("pk"))})


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One question, and the form to answer it. The privacy officer sees no name."""
    message = get_question_for(request.actor, public_id)
    code = message.language if message.language in dict(settings.LANGUAGES) else "nl"
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"language": "nl"})
    if request.method == "POST" and form.is_valid():
        try:
            answer_question(actor=request.actor, message=message, **form.cleaned_data)
        except NotRecorded as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Het antwoord staat op de pagina van de inwoner."))
            return redirect("consent:questions")
    with transaction.atomic():
        record_question_read(actor=request.actor, message=message)
    return render(
        request,
        "consent/question.html",
        {
            "form": form,
            "question": message,
            "named": bool(can_look_up(request.actor)),
            "tongue": language(code),
            "answer_tongue": language(message.answer_language or "nl"),
        },
        status=422 if form.is_bound else 200,
    )

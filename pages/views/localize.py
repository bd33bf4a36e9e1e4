"""Two doors of wagtail-localize, hung anew at the same addresses: giving a page to translators, and PO files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation
from wagtail_localize.views.submit_translations import SubmitPageTranslationView, SubmitTranslationForm

from pages.models import BasePage
from pages.policy import editor_of, may_translate
from pages.translating.adoption import open_translation
from pages.translating.po import PoRefused, import_po
from pages.translating.services import refuse
from portal.accounts.policy import deny


class SubmitPage(SubmitPageTranslationView):
    """Choose languages for a page: those that the editor may translate it into, one page at a time."""

    def get_object(self) -> Page:
        """The Dutch page.

        Raises:
            Http404: no page of ours.
            Denied: there is no language that this editor may translate it into.
        """
        page = super().get_object()
        if not isinstance(page, BasePage):
            raise Http404
        if not self._languages(page):
            refuse(deny("no_language"), page)
        return page

    def get_form(self) -> SubmitTranslationForm:
        form = super().get_form()
        allowed = form.fields["locales"].queryset.filter(language_code__in=self._languages(self.object))
        form.fields["locales"].queryset = allowed
        del form.fields["include_subtree"]
        return form

    def form_valid(self, form: SubmitTranslationForm) -> HttpResponse:
        editor, user = editor_of(self.request.user), self.request.user
        locales = list(form.cleaned_data["locales"])
        for locale in locales:
            open_translation(editor=editor, user=user, source=self.object, language=locale.language_code)
        made = Page.objects.filter(translation_key=self.object.translation_key, locale=locales[0]).first()
        if len(locales) == 1 and made is not None:
            return redirect("wagtailadmin_pages:edit", made.pk)
        return redirect("pages_translations")

    def _languages(self, page: BasePage) -> list[str]:
        editor = editor_of(self.request.user)
        codes = Locale.objects.values_list("language_code", flat=True)
        return [code for code in codes if may_translate(editor, page, code)]


@require_POST
def upload_po(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Take over a PO file; what is wrong with it is said, and then nothing of it is kept."""
    translation = get_object_or_404(Translation, pk=translation_id)
    page: Any = translation.get_target_instance()
    back = redirect("wagtailadmin_pages:edit", page.pk)
    if not isinstance(page, BasePage):
        raise Http404
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("Kies een PO-bestand."))
        return back
    try:
        result = import_po(translation=translation, upload=upload, user=request.user)
    except PoRefused as refused:
        messages.error(request, refused.message)
        return back
    taken = ngettext("%(count)d stuk tekst overgenomen.", "%(count)d stukken tekst overgenomen.", result.taken)
    messages.success(request, taken % {"count": result.taken})
    if result.unknown:
        text = ngettext(
            "%(count)d stuk tekst hoort niet bij deze pagina en is overgeslagen.",
            "%(count)d stukken tekst horen niet bij deze pagina en zijn overgeslagen.",
            result.unknown,
        )
        messages.warning(request, text % {"count": result.unknown})
    return back

"""The form of a page in the editor."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm

from pages import plain_language, writing
from pages.policy import editor_of
from pages.references import require_own
from pages.staleness import parts_of


class BasePageForm(WagtailAdminPageForm):
    """Every kind of page: who publishes a text that reads too hard, says why. A draft is always kept.

    A translation whose words change is one that nobody has checked.
    """

    publish_reason = forms.CharField(
        label=gettext_lazy("Waarom mag deze tekst moeilijk zijn?"),
        help_text=gettext_lazy("Alleen nodig als u een moeilijke tekst publiceert. Het komt in de geschiedenis."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where one is needed.

        Raises:
            ValidationError: never; the question stands at the field.
            Denied: a page, picture or document is put on the page that this editor cannot have chosen.
        """
        require_own(self, editor_of(self.for_user))
        cleaned: dict[str, Any] = super().clean()
        if not self.errors and self.instance.translation_checked_by:
            self._forget_check_of_other_words(cleaned)
        if (
            not self.errors
            and writing.goes_towards_readers(self.data)
            and not cleaned.get("publish_reason", "").strip()
        ):
            measured = writing.needs_reason(self._as_filled_in(cleaned))
            if measured is not None:
                self.add_error("publish_reason", self._question(measured))
        return cleaned

    def _forget_check_of_other_words(self, cleaned: dict[str, Any]) -> None:
        """Whoever read a translation did not read what was written after that, unless the editor says who did."""
        if {"translation_checked_by", "translation_checked_on"} & {*self.changed_data}:
            return
        before = [part.text for part in parts_of(self.instance)]
        if before != [part.text for part in parts_of(self._as_filled_in(cleaned))]:
            cleaned |= {"translation_checked_by": "", "translation_checked_on": None}

    def _as_filled_in(self, cleaned: dict[str, Any]) -> Any:
        """The page with what was filled in; Django itself does so only after this check."""
        page = self.instance
        for name in ("title", "summary", "body", "audience", *page.content_words):
            if name in cleaned:
                setattr(page, name, cleaned[name])
        return page

    def _question(self, measured: plain_language.Measured) -> ValidationError:
        hard = " ".join(f"“{sentence.text}” {' '.join(sentence.reasons)}" for sentence in measured.hard[:3])
        text = _(
            "Deze tekst is moeilijk (%(measure)s %(score)s, %(level)s). Maak hem makkelijker of schrijf waarom niet."
        )
        said = text % {"measure": measured.measure, "score": measured.score, "level": measured.level.label}  # type: ignore[union-attr]
        return ValidationError(f"{said} {hard}".strip(), code="too_hard")

"""What the administrator says about a recording. The sound itself streams into the vault and is judged there."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.vault.enums import RefusalCode
from portal.vault.types import SOUND

MOST_BYTES = 20 * 1024 * 1024

REFUSALS = {
    RefusalCode.NOT_ALLOWED: _("Kies een geluidsbestand: .mp3, .m4a of .ogg."),
    RefusalCode.TOO_LARGE: _("Dit bestand is te groot. Kies er een van hoogstens 20 MB."),
}
"""What is said instead of the vault's own words, which speak of papers."""


class RecordingForm(forms.Form):
    """A sound file, whose voice it is, and which words and which recording were on the page."""

    words = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    recording = forms.Field(
        label=_("Opname"),
        help_text=_("Een geluidsbestand: .mp3, .m4a of .ogg."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{extension}" for extension in SOUND)}),
    )
    spoken_by = forms.CharField(
        label=_("Wie leest voor"), max_length=120, required=False, help_text=_("De lezer ziet deze naam niet.")
    )


def refusal_of(code: RefusalCode) -> str:
    """Why a file was not taken, and what to do."""
    return str(REFUSALS.get(code, code.label))

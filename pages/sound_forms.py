"""What an editor says about a recording."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pages.sound import EXTENSIONS
from pages.uploads import require_what_it_says

MOST_BYTES = 20 * 1024 * 1024


class RecordingForm(forms.Form):
    """A sound file, and whose voice it is."""

    recording = forms.FileField(
        label=_("Opname"),
        help_text=_("Lees de tekst rustig voor, van de titel tot het einde. Een bestand .mp3, .m4a of .ogg."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{extension}" for extension in EXTENSIONS)}),
    )
    spoken_by = forms.CharField(
        label=_("Wie leest voor"), max_length=120, required=False, help_text=_("De lezer ziet deze naam niet.")
    )

    def clean_recording(self) -> Any:
        """Sound, and not too much of it for somebody's data.

        Raises:
            ValidationError: saying what to choose instead.
        """
        file = self.cleaned_data["recording"]
        if file.name.rpartition(".")[2].lower() not in EXTENSIONS:
            raise ValidationError(_("Kies een geluidsbestand: .mp3, .m4a of .ogg."), code="kind")
        if file.size > MOST_BYTES:
            raise ValidationError(_("Dit bestand is te groot. Kies er een van hoogstens 20 MB."), code="large")
        require_what_it_says(name=file.name, content=file.file, size=file.size)
        return file

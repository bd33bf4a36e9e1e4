"""Fields of pages: some of a list of codes; other pages."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField

Options = Callable[[], Iterable[tuple[str, str]]]
MARK = "|"
# No row has a longer number, and no database could look one up.
MOST_DIGITS = 18


class CodesField(models.TextField):
    """Codes in one column, between marks: ``|housing|work|``. In Python a list.

    A table of its own would cost each list page a query more for every such field.

    Args:
        options: gives code and name of what may be chosen. It is called when a form is drawn or a value is checked, not
            when the class is made, so it may ask the database.
    """

    default_error_messages = {"unknown": _("Deze keus bestaat niet: %(code)s.")}

    def __init__(self, *args: Any, options: Options | None = None, **kwargs: Any) -> None:
        self.options = options
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *args: Any) -> list[str]:
        return split(value)

    def to_python(self, value: Any) -> list[str]:
        return split(value) if isinstance(value, str) or value is None else [str(code) for code in value]

    def get_prep_value(self, value: Any) -> str:
        codes = self.to_python(value)
        return f"{MARK}{MARK.join(codes)}{MARK}" if codes else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Every code is one of the options.

        Raises:
            ValidationError: naming the first that is not.
        """
        known = {code for code, _name in self.options()} if self.options else set(value)
        for code in value:
            if code not in known:
                raise ValidationError(self.error_messages["unknown"], code="unknown", params={"code": code})

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=self.options or (),
            required=not self.blank,
            label=kwargs.get("label", self.verbose_name),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


def split(value: str | None) -> list[str]:
    """The codes of a stored value."""
    return [code for code in (value or "").split(MARK) if code]


class NumberedChoices(forms.ModelMultipleChoiceField):
    """Rows by number. One that no database can hold was written by no form of ours: it is a wrong choice, no fault."""

    def clean(self, value: Any) -> Any:
        """The chosen rows.

        Raises:
            ValidationError: for a value that is no number of a row.
        """
        for one in value or ():
            if len(str(one)) > MOST_DIGITS:
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(one)[:40]}
                )
        return super().clean(value)


class OtherPagesField(ParentalManyToManyField):
    """Other pages, chosen in a form."""

    def formfield(self, **kwargs: Any) -> forms.Field:
        return super().formfield(**{"form_class": NumberedChoices, **kwargs})  # type: ignore[no-any-return]

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "modelcluster.fields.ParentalManyToManyField", args, kwargs

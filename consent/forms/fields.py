"""Parts that several forms have."""

from django import forms


class DayInput(forms.DateInput):
    """The browser's own date field, which sends ISO 8601 in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "off"})

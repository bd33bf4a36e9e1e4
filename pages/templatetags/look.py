"""Tags for form controls and pictograms."""

from django import forms, template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "utrecht-checkbox utrecht-checkbox--html-input"),
    (forms.CheckboxSelectMultiple, "utrecht-checkbox utrecht-checkbox--html-input"),
    (forms.RadioSelect, "utrecht-radio-button utrecht-radio-button--html-input"),
    (forms.Select, "utrecht-select"),
    (forms.Textarea, "utrecht-textarea utrecht-textarea--html-textarea"),
    (forms.widgets.Input, "utrecht-textbox utrecht-textbox--html-input"),
)


def _class_of(widget: forms.Widget) -> str:
    return next((names for kind, names in CLASSES if isinstance(widget, kind)), "")


@register.filter
def widget_kind(field: BoundField) -> str:
    """``checkbox`` for one tick box, ``choices`` for a group of options, else ``control``."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "choices" if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else "control"


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control with its Utrecht classes; Django itself adds ``aria-describedby`` and ``aria-invalid``."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{_class_of(field.field.widget)} {own}".strip()})


@register.filter
def options(field: BoundField) -> list[tuple[SafeString, str, str]]:
    """Each option of a group: its control, the id to label, its text."""
    attrs = {"class": _class_of(field.field.widget)}
    found = []
    for option in field.subwidgets:
        option.data["attrs"].update(attrs)
        found.append((option.tag(wrap_label=False), option.id_for_label, option.choice_label))
    return found


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An own pictogram from ``templates/icons``; decoration, so hidden from assistive technology."""
    return render_to_string(f"icons/{name}.svg", {"classes": f"icon {classes}".strip()})

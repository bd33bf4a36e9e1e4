"""A place in a regional text where each municipality says its own."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .text import FEATURES

SLOT = r"^[a-z][a-z0-9-]{1,39}$"


class SlotBlock(blocks.RegexBlock):
    """The name that ties an insert of a municipality to its place. Not a word for readers, so not translated."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            regex=SLOT,
            **{
                "error_messages": {"invalid": _("Alleen kleine letters, cijfers en streepjes, zoals afval-en-vuil.")},
                "help_text": _("De naam van de plek, dezelfde in de regionale tekst en bij de gemeente."),
                "label": _("Plek"),
                **kwargs,
            },
        )


class LocalBlock(blocks.StructBlock):
    """The regional words, and in a municipality's version of the page the words of that municipality instead.

    The page itself is never copied: see :mod:`pages.municipal`, which puts ``local`` in the context.
    """

    slot = SlotBlock()
    title = blocks.CharBlock(max_length=120, label=_("Kop"))
    text = blocks.RichTextBlock(features=FEATURES, label=_("Tekst voor de hele regio"))

    class Meta:
        template = "blocks/local.html"
        icon = "site"
        label = _("Per gemeente anders")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        local = (parent_context or {}).get("local")
        context["local"] = local
        context["insert"] = local.insert(value["slot"]) if local else None
        return context


class InsertBlock(blocks.StructBlock):
    """What one municipality says at one place of the regional text."""

    slot = SlotBlock()
    title = blocks.CharBlock(max_length=120, label=_("Kop"))
    text = blocks.RichTextBlock(features=FEATURES, label=_("Tekst"))

    class Meta:
        icon = "site"
        label = _("Tekst van de gemeente")


class InsertsBlock(blocks.StreamBlock):
    """All inserts of a municipality."""

    insert = InsertBlock()

    def clean(self, value: Any) -> Any:
        """Each place once.

        Raises:
            StreamBlockValidationError: at the second insert for a place.
        """
        value = super().clean(value)
        seen: set[str] = set()
        for index, child in enumerate(value):
            slot = child.value["slot"]
            if slot in seen:
                error = blocks.StructBlockValidationError(
                    block_errors={"slot": ValidationError(_("Deze plek heeft al een tekst."))}
                )
                raise blocks.StreamBlockValidationError(block_errors={index: error})
            seen.add(slot)
        return value

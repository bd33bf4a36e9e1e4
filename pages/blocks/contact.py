"""Where to ask."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class ContactBlock(blocks.StructBlock):
    """Who helps, and how to reach them. Only the name is needed: no number is better than a wrong one."""

    name = blocks.CharBlock(max_length=120, label=_("Naam"))
    text = blocks.TextBlock(required=False, label=_("Waarmee helpen zij?"))
    telephone = blocks.RegexBlock(r"^\+?[0-9 ]{3,20}$", required=False, label=_("Telefoon"))
    email = blocks.EmailBlock(required=False, label=_("E-mail"))
    website = blocks.URLBlock(required=False, label=_("Website"))

    class Meta:
        template = "blocks/contact.html"
        icon = "user"
        label = _("Contact")

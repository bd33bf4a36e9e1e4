"""Pictures."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .chosen import DescribedPictureBlock


class PictureBlock(blocks.StructBlock):
    """A picture; the form asks an alternative text, or that the editor says it is decoration."""

    image = DescribedPictureBlock(label=_("Plaatje"))
    caption = blocks.CharBlock(max_length=250, required=False, label=_("Onderschrift"))

    class Meta:
        template = "blocks/picture.html"
        icon = "image"
        label = _("Plaatje")

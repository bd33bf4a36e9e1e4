"""What the body of a page is made of: one module per family."""

from wagtail import blocks

from .contact import ContactBlock
from .download import DownloadBlock
from .picture import PictureBlock
from .qa import QuestionsBlock
from .steps import StepsBlock
from .text import HeadingBlock, TextBlock
from .warning import EmergencyBlock, NoteBlock


class BodyBlock(blocks.StreamBlock):
    """The body of every kind of page."""

    heading = HeadingBlock()
    text = TextBlock()
    steps = StepsBlock()
    note = NoteBlock()
    emergency = EmergencyBlock()
    questions = QuestionsBlock()
    contact = ContactBlock()
    picture = PictureBlock()
    download = DownloadBlock()

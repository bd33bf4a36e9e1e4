"""What the body of a page is made of: one module per family."""

from wagtail import blocks

from .audio import AudioBlock
from .contact import ContactBlock
from .download import DownloadBlock
from .hours import HoursBlock
from .local import LocalBlock
from .pictogram import PictogramBlock
from .picture import PictureBlock
from .qa import QuestionsBlock
from .steps import StepsBlock
from .text import HeadingBlock, TextBlock
from .video import VideoBlock
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
    hours = HoursBlock()
    local = LocalBlock()
    pictogram = PictogramBlock()
    picture = PictureBlock()
    download = DownloadBlock()
    video = VideoBlock()
    audio = AudioBlock()

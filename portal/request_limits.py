"""How much of an ordinary form is taken in. Files for the vault come in by a handler of their own."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class RefuseLargeForms(FileUploadHandler):
    """First of ``FILE_UPLOAD_HANDLERS``: refuses a multipart body above ``FORM_MAX_BYTES`` before a byte is written.

    The check for forged requests reads a form before anybody has signed in; without this limit a stranger could fill
    the disk.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 -- Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.FORM_MAX_BYTES:
            raise RequestDataTooBig("the form is larger than FORM_MAX_BYTES")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

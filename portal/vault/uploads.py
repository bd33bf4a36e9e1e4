"""From a browser's multipart form straight into the vault."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from . import services
from .enums import RefusalCode
from .errors import FileRefused, NotStored
from .models import Container, StoredFile
from .names import clean_name
from .receiving import Receiver
from .types import EXTENSIONS

Authorise = Callable[..., Container]
View = Callable[..., HttpResponseBase]
DRAINED_TIMES: Final = 5
"""How many times the largest allowed file is read and thrown away, so that its sender still gets an answer."""


class ReceivedFile(UploadedFile):
    """What ``request.FILES`` holds: either ``stored`` or ``refusal``, never bytes."""

    def __init__(
        self,
        *,
        name: str,
        size: int,
        stored: StoredFile | None = None,
        refusal: RefusalCode | None = None,
        content_type: str = "",
    ) -> None:
        super().__init__(file=None, name=name, content_type=content_type, size=size)
        self.stored = stored
        self.refusal = refusal

    def close(self) -> None:
        """Nothing is open."""


class VaultUploadHandler(FileUploadHandler):
    """Streams each file of a form into one container while it arrives: no plaintext file, nothing whole in memory.

    A file that is refused is read to its end and thrown away, so that the browser gets an answer and not a reset
    connection; other files of the form are not affected. Only when it goes on beyond all measure the connection ends.
    If the browser goes away, nothing of what came in that request is left.

    Reading ``request.POST`` starts the upload, and Django's CSRF middleware reads it. A view that uses this handler is
    therefore exempt from the middleware and protected inside, after the handler was installed; and its permission
    check comes before both. ``vault_upload`` does all that in the right order; use that.
    """

    # How much the parser reads and passes on at a time.
    chunk_size = 256 * 1024

    def __init__(
        self,
        request: HttpRequest,
        *,
        container: Container,
        kinds: Mapping[str, str] = EXTENSIONS,
        most_bytes: int | None = None,
    ) -> None:
        super().__init__(request)
        self._left = most_bytes
        self.received: list[ReceivedFile] = []
        self._container = container
        self._kinds = kinds
        self._receiver: Receiver | None = None
        self._refusal: RefusalCode | None = None
        self._drained = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._refusal = None
        self._receiver = services.receive(
            container=self._container,
            filename=clean_name(self.file_name or ""),
            kinds=self._kinds,
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._refusal is not None or self._receiver is None:
            self._drained += len(raw_data)
            if self._drained > DRAINED_TIMES * settings.VAULT_MAX_FILE_BYTES:
                self.discard()
                raise StopUpload(connection_reset=True)
            return
        if self._left is not None:
            self._left -= len(raw_data)
            if self._left < 0:
                self._refusal = RefusalCode.TOO_LARGE
                self._receiver.abort()
                return
        try:
            self._receiver.write(raw_data)
        except FileRefused as refused:
            self._refusal = refused.code
        except BaseException:
            self.discard()
            raise

    def file_complete(self, file_size: int) -> ReceivedFile:
        receiver, self._receiver = self._receiver, None
        if receiver is None:
            raise RuntimeError("a file ended that never began")
        stored: StoredFile | None = None
        if self._refusal is None:
            try:
                stored = receiver.finish()
            except FileRefused as refused:
                self._refusal = refused.code
            except BaseException:
                receiver.abort()
                self.discard()
                raise
        received = ReceivedFile(
            name=receiver.filename,
            size=file_size,
            stored=stored,
            refusal=self._refusal,
            content_type=stored.media_type if stored else "",
        )
        self.received.append(received)
        return received

    def upload_interrupted(self) -> None:
        self.discard()

    def discard(self) -> None:
        """Removes all that this request brought."""
        if self._receiver is not None:
            self._receiver.abort()
            self._receiver = None
        while self.received:
            received = self.received.pop()
            if received.stored is not None:
                try:
                    services.discard(file=received.stored)
                except NotStored:
                    pass
                received.stored = None
                received.refusal = RefusalCode.INTERRUPTED


def vault_upload(
    *, authorise: Authorise, kinds: Mapping[str, str] = EXTENSIONS, most_bytes: int | None = None
) -> Callable[[View], View]:
    """Makes a view whose files go into the vault.

    ``authorise`` gets what the view gets and returns the container to receive into, or raises: it runs before a byte of
    the body is read. Then the upload handler is installed and the CSRF token checked, and the view is called. It finds
    a ``ReceivedFile`` for each file in ``request.FILES`` and must make each ``stored`` one somebody's, by a row that
    refers to it, before it answers. If the token is wrong or the view raises, nothing of the request is left.

    Args:
        kinds: which extensions are taken, and what their content must be; those of a handover, or ``types.SOUND``.
        most_bytes: of all files of one form together; the file that goes beyond is refused as too large, while it
            comes. No file is ever larger than ``settings.VAULT_MAX_FILE_BYTES``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.META["portal.vault.reached"] = True
            return view(request, *args, **kwargs)

        protected = csrf_protect(inner)

        @csrf_exempt
        @wraps(view)
        def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return protected(request, *args, **kwargs)
            container = authorise(request, *args, **kwargs)
            handler = VaultUploadHandler(request, container=container, kinds=kinds, most_bytes=most_bytes)
            request.upload_handlers = [handler]
            try:
                response = protected(request, *args, **kwargs)
            except BaseException:
                handler.discard()
                raise
            if "portal.vault.reached" not in request.META:
                handler.discard()
            return response

        return outer

    return decorate

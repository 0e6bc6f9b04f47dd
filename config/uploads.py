"""The largest request with a file that is read at all."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# A form can say kindly that a file is somewhat too large; beyond this much nobody listens.
FACTOR = 2


class Limited(FileUploadHandler):
    """Refuses by the length that the request states; the server reads no further than that."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > FACTOR * settings.DOCUMENT_LARGEST:
            raise RequestDataTooBig("A request with a file may not be this large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

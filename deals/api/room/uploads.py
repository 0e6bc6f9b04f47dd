"""Bodies with a file: read as strictly as others, and no further than a document may be large."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from deals.services.files import Received, receive, too_large
from institutions.api.conventions.parsing import is_storable
from institutions.api.conventions.problems import Fault, Problem
from institutions.refusals import Refusal

# What the other fields and the boundaries may take beside the file.
_BESIDE = 100_000


class FormWithFile(BaseParser):
    """multipart/form-data with each field once; a file comes out looked at and hashed."""

    media_type = "multipart/form-data"

    @property
    def largest(self) -> int:
        """Bytes."""
        return settings.DOCUMENT_LARGEST

    def too_large(self) -> Refusal:
        return too_large()

    def take(self, upload: "UploadedFile[Any]") -> Any:
        """What a part with a file becomes."""
        return receive(upload)

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        request: Request = (parser_context or {})["request"]
        # Before anything is read: the server gives no more than the length that the request states.
        length = str(request.META.get("CONTENT_LENGTH") or "")
        if length.isdecimal() and int(length) > self.largest + _BESIDE:
            raise Problem.of(self.too_large())
        meta = {**request.META, "CONTENT_TYPE": media_type}
        try:
            fields, files = MultiPartParser(meta, cast(BytesIO, stream), request.upload_handlers, "utf-8").parse()
        except MultiPartParserError:
            raise Problem.invalid([Fault("", "not_a_form", "The body is no multipart/form-data.")]) from None
        found: dict[str, Any] = {}
        for name, values in [*fields.lists(), *files.lists()]:
            if len(values) > 1 or name in found:
                raise Problem.invalid([Fault(f"/{name[:60]}", "duplicate_key", f"'{name[:60]}' is there twice.")])
            value = values[0]
            if not is_storable(name) or (isinstance(value, str) and not is_storable(value)):
                detail = "A text holds a character that can't be stored (NUL or half of one)."
                raise Problem.invalid([Fault(f"/{name[:60]}", "invalid_text", detail)])
            found[name] = self.take(value) if isinstance(value, UploadedFile) else value
        return found


@extend_schema_field(OpenApiTypes.BINARY)
class FileField(serializers.Field[Received, Any, Any, Any]):
    """A file as the parser received it."""

    default_error_messages = {"invalid": "Send the file as a part with a file name."}

    def to_internal_value(self, data: Any) -> Received:
        if not isinstance(data, Received):
            self.fail("invalid")
        return data

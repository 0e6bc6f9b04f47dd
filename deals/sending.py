"""A document's file as an answer: nothing keeps it, nothing guesses what it is, and nobody takes pieces of it."""

from typing import IO

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase


def attachment(content: IO[bytes], *, name: str, media_type: str, size: int) -> HttpResponseBase:
    """The whole file, to be saved. Whatever range was asked for: each piece would want a receipt of its own."""
    return _guarded(FileResponse(content, as_attachment=True, filename=name, content_type=media_type), size)


def head(*, media_type: str, size: int) -> HttpResponseBase:
    """What `attachment` would say of itself."""
    return _guarded(HttpResponse(content_type=media_type), size)


def _guarded(response: HttpResponseBase, size: int) -> HttpResponseBase:
    response.headers["Content-Length"] = str(size)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Accept-Ranges"] = "none"
    return response

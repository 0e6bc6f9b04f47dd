"""A pack as the answer to a request."""

import tempfile

from django.http import FileResponse
from django.http.response import HttpResponseBase

from network.incident.pack import Asked, write_pack

MEDIA_TYPE = "application/zip"
NAME = "incident-pack.zip"


def packed(asked: Asked) -> HttpResponseBase:
    """The archive, once it is whole. Raises Ended where the asker may read no more."""
    # Whoever it is for gets a whole pack or none; it is on the disk meanwhile, under no name.
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    try:
        write_pack(asked, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return named(FileResponse(file))


def named(response: HttpResponseBase) -> HttpResponseBase:
    """With what says what it is; no cache keeps it."""
    response["Content-Type"] = MEDIA_TYPE
    response["Content-Disposition"] = f'attachment; filename="{NAME}"'
    response["Cache-Control"] = "private, no-store"
    return response

"""Documents of deal rooms: where their files are kept, and how large one may be."""

import json
import os
from typing import Any

from config.settings.base import ORE_DATA
from config.settings.base import STORAGES as _STORAGES

DOCUMENT_LARGEST = int(os.environ.get("ORE_DOCUMENT_LARGEST") or "25000000")

# A clamd that looks through each document before it is kept: a socket's path, or host:port. Empty: nobody does.
SCANNER = os.environ.get("ORE_SCANNER", "")

# Any storage of Django's interface, such as an S3-compatible one (docs/how-to/keep-documents-in-s3.md). On a disk files
# are for the application's user alone; no server serves them, only the views that ask the walls.
_BACKEND = os.environ.get("ORE_DOCUMENTS_BACKEND", "") or "django.core.files.storage.FileSystemStorage"
_ON_DISK = {
    "location": str(ORE_DATA / "documents"),
    "file_permissions_mode": 0o600,
    "directory_permissions_mode": 0o700,
}
_GIVEN = os.environ.get("ORE_DOCUMENTS_OPTIONS", "")

STORAGES: dict[str, Any] = {
    **_STORAGES,
    "documents": {
        "BACKEND": _BACKEND,
        "OPTIONS": json.loads(_GIVEN) if _GIVEN else _ON_DISK if _BACKEND.endswith(".FileSystemStorage") else {},
    },
}

# What is larger than any document with its form is not even read.
FILE_UPLOAD_HANDLERS = [
    "config.uploads.Limited",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

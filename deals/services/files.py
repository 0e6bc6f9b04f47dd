"""Files of documents: looked at, measured and hashed as they come, kept under random names, checked when they go."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deals.file_types import IN_WORDS, plain_name, type_of
from deals.models import Document
from deals.services.scanning import look_through
from institutions.refusals import Refusal

log = logging.getLogger("orebook.documents")
_IN_MEMORY = 2_500_000
_PIECE = 64 * 1024


class FileTooLarge(Refusal):
    code = "too_large"
    says = gettext_noop("The file may have {most} MB at most. Make it smaller, or put it in parts.")
    status = 413


class FileEmpty(Refusal):
    code = "file_empty"
    says = gettext_noop("The file is empty. Choose it again.")


class FileTypeNotTaken(Refusal):
    code = "file_type_not_taken"
    says = gettext_noop("This is none of the kinds of file that are taken, whatever its name says: {taken}.")


class FileDamaged(Refusal):
    code = "file_damaged"
    says = gettext_noop(
        "The file of this document is missing, or is not what was uploaded. Nothing was sent and nothing recorded; "
        "tell whoever runs this registry, with the document's id."
    )
    status = 500


@dataclass(frozen=True)
class Received:
    """A file as it came in, not yet kept. As text it is its hash: the same text is the same file."""

    name: str
    media_type: str
    size: int
    sha256: str
    content: "UploadedFile[Any]"

    def __str__(self) -> str:
        return f"{self.sha256} {self.name}"


def storage() -> Storage:
    """Where documents are kept. Nothing here asks it for a path or an address."""
    return storages["documents"]


def too_large() -> FileTooLarge:
    return FileTooLarge(most=settings.DOCUMENT_LARGEST // 1_000_000, pointer="/file")


def receive(upload: "UploadedFile[Any]") -> Received:
    """Looks at a file. Raises FileTooLarge, FileEmpty, FileTypeNotTaken, FileInfected or ScannerAway."""
    total, size = hashlib.sha256(), 0
    for chunk in upload.chunks():
        size += len(chunk)
        if size > settings.DOCUMENT_LARGEST:
            raise too_large()
        total.update(chunk)
    if not size:
        raise FileEmpty(pointer="/file")
    name = upload.name or ""
    found = type_of(upload, upload.chunks(), name)
    if found is None:
        raise FileTypeNotTaken(taken=_(IN_WORDS), pointer="/file")
    look_through(upload.chunks())
    return Received(plain_name(name, found), found.media_type, size, total.hexdigest(), upload)


@contextmanager
def keeping() -> Iterator[Callable[[Received], str]]:
    """Gives what keeps a file and tells its name there; what fails before the end takes the kept files away again."""
    kept: list[str] = []

    def keep(received: Received) -> str:
        received.content.seek(0)
        kept.append(storage().save(uuid4().hex, File(received.content)))
        return kept[-1]

    try:
        yield keep
    except BaseException:
        for name in kept:
            _remove(name)
        raise


def _remove(name: str) -> None:
    try:
        storage().delete(name)
    except Exception:
        # What went wrong first is what is told; `manage.py orphaned_files` finds the file.
        log.exception("a file of a failed request could not be removed")


def checked(document: Document) -> IO[bytes]:
    """The document's file once it is known to be what was uploaded. Raises FileDamaged."""
    copy: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed when it has been sent
    total = hashlib.sha256()
    try:
        with storage().open(document.stored_as) as kept:
            for piece in kept.chunks(_PIECE):
                total.update(piece)
                copy.write(piece)
    except OSError:
        # Logged without its trace, which names places of the disk.
        copy.close()
        log.error("document %s: its file can't be read", document.pk)
        raise FileDamaged from None
    if total.hexdigest() != document.sha256:
        copy.close()
        log.error("document %s: its file is not what was uploaded", document.pk)
        raise FileDamaged
    copy.seek(0)
    return copy

"""What is written by more doors than one: how a row is registered, and how one of the asker's own is changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions.bodies import Body
from institutions.api.conventions.idempotency import Done
from institutions.api.conventions.resources import Resource
from institutions.permissions import Permission

Sent = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """`register` and `change` take what `registers` and `changes` read; each raises what its service refuses.

    `current` is the row, locked, once the asker has shown by If-Match that it read it as it is; `answer` shows the row
    as it then stands.
    """

    resource: Resource
    model: type[Model]
    writes: Permission
    registers: type[Body]
    changes: type[Body]
    register: Callable[[Request, Sent], Model]
    current: Callable[[Request, str], Any]
    change: Callable[[Request, Any, Sent], None]
    answer: Callable[[Request, Done], Response]

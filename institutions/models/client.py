from django.contrib.postgres.fields import ArrayField
from django.db import models
from oauth2_provider.models import AbstractApplication

from institutions.isolation.ids import new_id
from institutions.isolation.session import Identity
from institutions.isolation.walls import Credentials
from institutions.models.institution import Institution
from institutions.models.staff import Staff
from institutions.permissions import Permission


class Client(AbstractApplication):  # type: ignore[misc]  # the package ships no types
    """A partner system acting for one institution; a staff member answers for it."""

    wall = Credentials("SELECT, INSERT, UPDATE")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="clients")
    responsible = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="clients", null=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    is_active = models.BooleanField(default=True)
    # While a secret is changed, the one of before is taken too, for a time that its person chose.
    former_secret = models.CharField(max_length=255, blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    # Public keys (JWK). With any, the client signs assertions (private_key_jwt) and no secret of it is taken any more.
    keys = models.JSONField(default=list, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False, help_text="When it last came for a token")

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
        constraints = [
            models.CheckConstraint(
                name="client_prepares_or_approves",
                condition=~models.Q(scopes__contains=[Permission.COMMITMENTS_WRITE, Permission.COMMITMENTS_APPROVE]),
            )
        ]

    @property
    def identity(self) -> Identity:
        return Identity("client", self.pk)

    def is_usable(self, request: object) -> bool:
        return self.is_active

    def may(self, permission: Permission) -> bool:
        return self.is_active and permission in self.scopes

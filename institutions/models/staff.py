from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext, gettext_noop

from institutions.isolation.ids import new_id
from institutions.isolation.session import Identity
from institutions.isolation.walls import Credentials
from institutions.languages import Language
from institutions.models.institution import Institution
from institutions.permissions import BY_ROLE, Permission, Role

# As they are called in the sidebar.
ROLES = {
    Role.VIEWER: gettext_noop("viewer"),
    Role.OFFICER: gettext_noop("officer"),
    Role.APPROVER: gettext_noop("approver"),
    Role.INSTITUTION_ADMIN: gettext_noop("institution admin"),
}


class StaffManager(BaseUserManager["Staff"]):
    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "Staff":
        person = self.model(email=email.lower(), **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(email__iexact=username or "")


class Staff(AbstractBaseUser):
    """A person of one institution, who logs in by e-mail; nobody's account sees everything."""

    wall = Credentials("SELECT, INSERT, UPDATE")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="staff")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=10, choices=Language, default=Language.EN)
    # An institution's shared address for warnings: it reads mail, and logs in nowhere.
    mailbox = models.BooleanField(default=False, editable=False)
    demo = models.BooleanField(default=False, help_text="A fictional person of the demo network")
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    # Every person of an institution uses the web admin; what they may do there is their role's.
    is_staff = True
    is_superuser = False

    class Meta:
        ordering = ["institution", "name"]
        verbose_name_plural = "staff"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="staff_email_once"),
            models.UniqueConstraint(
                name="staff_mailbox_once", fields=["institution"], condition=models.Q(mailbox=True, is_active=True)
            ),
            # Django marks a password that lets nobody in so.
            models.CheckConstraint(
                name="staff_mailbox_logs_in_nowhere",
                condition=models.Q(mailbox=False) | models.Q(role=Role.VIEWER.value, password__startswith="!"),  # noqa: S106
            ),
            models.CheckConstraint(name="staff_language_is_known", condition=models.Q(language__in=Language.values)),
            models.CheckConstraint(
                name="staff_role_is_known", condition=models.Q(role__in=[role.value for role in Role])
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def role_in_words(self) -> str:
        """In the language that is active."""
        return gettext(ROLES[Role(self.role)])

    @property
    def identity(self) -> Identity:
        return Identity("person", self.pk)

    def may(self, permission: Permission) -> bool:
        return self.is_active and permission in BY_ROLE[Role(self.role)]

    # Django's admin asks these; reading is the wall's business, writing is the services'.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and perm.split(".")[-1].startswith("view_")

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, label: str) -> bool:
        return self.is_active

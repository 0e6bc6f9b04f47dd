from django.db import models

from institutions.isolation.walls import Machinery
from institutions.models import Staff

# One's own and, for an institution's admin, those of its people: whoever keeps the accounts has them put right.
_KEPT = "person_id IN (SELECT network.kept_accounts())"


class RefusedAddress(models.Model):
    """An address that takes no mail, as its mail server said: nothing is sent there until the person has another.

    Written only by the functions of network/sql.
    """

    wall = Machinery(read=_KEPT)

    person = models.OneToOneField(Staff, on_delete=models.PROTECT, primary_key=True, related_name="+")
    address = models.EmailField()
    refused_at = models.DateTimeField()
    # The server's code, such as 550 or 5.1.1; its words may quote what was sent.
    code = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.address}: {self.code}"

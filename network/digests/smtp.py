"""The mail server, spoken to over TLS 1.2 or newer."""

import ssl

from django.core.mail.backends.smtp import EmailBackend
from django.utils.functional import cached_property


class SmtpBackend(EmailBackend):
    """Django's. Which versions of TLS it takes it leaves to Python, and Debian's leaves it to a file of the machine."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        context: ssl.SSLContext = super().ssl_context
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

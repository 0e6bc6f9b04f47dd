"""Mail: SMTP where EMAIL_HOST is set, captured to files in the demo of one machine."""

import os

from config.embedded import addresses
from config.settings.base import ORE_DATA

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
# Encrypted, unless it stays on this machine or goes to docker-compose.yml's catcher; `1` or `0` says otherwise.
_STAYS = EMAIL_HOST in ("", "127.0.0.1", "localhost") or (EMAIL_HOST, EMAIL_PORT) == ("mail", 1025)
EMAIL_USE_TLS = (os.environ.get("EMAIL_USE_TLS") or ("0" if _STAYS else "1")) == "1"
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "network.digests.smtp.SmtpBackend" if EMAIL_HOST else "network.digests.capture.EmlBackend"
EMAIL_CAPTURE_DIR = ORE_DATA / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("ORE_MAIL_FROM", "Orebook <digest@orebook.example>")
REPLY_TO_EMAIL = os.environ.get("ORE_MAIL_REPLY_TO", "desk@orebook.example")
# The address that links in mail start with.
PUBLIC_URL = addresses.web_address()

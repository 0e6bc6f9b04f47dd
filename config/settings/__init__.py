"""Settings by topic; every file says what it is about in its first line."""

from config.settings.base import *  # noqa: F403
from config.settings.database import *  # noqa: F403
from config.settings.queue import *  # noqa: F403
from config.settings.api import *  # noqa: F403
from config.settings.admin import *  # noqa: F403
from config.settings.security import *  # noqa: F403
from config.settings.mail import *  # noqa: F403
from config.settings.webhooks import *  # noqa: F403
from config.settings.rates import *  # noqa: F403
from config.settings.documents import *  # noqa: F403
from config.settings.logs import *  # noqa: F403
from config.settings.sandbox import *  # noqa: F403

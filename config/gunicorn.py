"""How gunicorn logs: as everything else does. What was asked is not logged: an address may hold what was sought."""

from config.settings.logs import LOGGING

_OURS = {name: {"handlers": [], "propagate": True} for name in ("gunicorn.error", "gunicorn.access")}
logconfig_dict = LOGGING | {"loggers": LOGGING["loggers"] | _OURS}
accesslog = None

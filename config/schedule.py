"""Every periodic job, with its reason. Times are UTC; who is due is a question to the database."""

from typing import Any

from celery.schedules import crontab

# A tick that no worker took within its minute is void: the next one asks for everything that is due.
_EACH_MINUTE: dict[str, Any] = {"schedule": 60.0, "options": {"expires": 60}}

SCHEDULE: dict[str, dict[str, Any]] = {
    # Each person's local hour comes at another minute of the day, and a failed digest is tried again.
    "digests": {"task": "network.tasks.ring_digests"} | _EACH_MINUTE,
    # Who asked to be told at once is, some minutes after the first of several changes.
    "alerts": {"task": "network.tasks.ring_alerts"} | _EACH_MINUTE,
    # A letter or approval past its day lapses by itself.
    "lapsing": {"task": "deals.tasks.lapse"} | _EACH_MINUTE,
    # Whose paper runs out in 30, 7 or 1 days is told once, within the hour in which that day begins.
    "warning": {"task": "deals.tasks.warn", "schedule": 3600.0, "options": {"expires": 3600}},
    # The ECB publishes on working days around 14:00 or 15:00; the second round is for what failed in the first.
    "rates": {"task": "deals.tasks.fetch_rates", "schedule": crontab(minute="30", hour="15,17")},
    # Until it is kept again, whoever looks at the network's picture counts the changed deals anew.
    "picture": {"task": "deals.tasks.keep_picture", "schedule": 10.0, "options": {"expires": 10}},
    # Partner systems act on what they are told: seconds count, and a quiet registry rings for nobody.
    "webhooks": {"task": "network.tasks.ring_webhooks", "schedule": 10.0, "options": {"expires": 10}},
    # Who waits for an import of very many rows looks on; of two rings one finds that it is being made.
    "imports": {"task": "network.tasks.ring_imports", "schedule": 10.0, "options": {"expires": 10}},
    # Whoever is invited, or lost a password, waits for the mail.
    "accounts": {"task": "network.tasks.ring_account_mail", "schedule": 10.0, "options": {"expires": 10}},
    # A head each hour, whatever happened: members keep them, and what is changed afterwards no longer fits.
    "seal": {"task": "network.tasks.seal_log", "schedule": crontab(minute="7")},
    # A POST can be repeated for 30 days; then its key is let go.
    "keys": {"task": "network.tasks.forget_keys", "schedule": crontab(minute="20", hour="3")},
    # What webhooks were told is shown for 90 days; then it is let go.
    "deliveries": {"task": "network.tasks.forget_deliveries", "schedule": crontab(minute="40", hour="3")},
    # What is in an uploaded file is kept for 30 days where nobody imports it.
    "files": {"task": "network.tasks.empty_files", "schedule": crontab(minute="0", hour="4")},
    # Grants, NDAs and deal teams begin and end by the clock: the log tells whom they let in or out.
    "walls": {"task": "network.tasks.tick_walls"} | _EACH_MINUTE,
}

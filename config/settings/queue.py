"""The doorbell: Celery over Redis. Nothing is lost with it, since every delivery is a row."""

from config.embedded import addresses

CELERY_BROKER_URL = addresses.broker_url()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "config.beating.OneOfSeveral"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Beyond the longest task, or a slow one would be delivered twice.
    "visibility_timeout": 900,
    # kombu looks for lost tasks only every 100 s unless both are 1.
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_TIME_LIMIT = 600

"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from institutions.isolation.guard import refuse_unsafe_database  # noqa: E402  # needs the applications

refuse_unsafe_database()
# Pages are loaded before anybody asks for one: nobody waits for it, and one that can't be loaded stops the start.
import config.urls  # noqa: E402, F401

# What is loaded now stays: the collector need not look through half a million objects again and again.
gc.collect()
gc.freeze()

"""Of which release what is sent to whoever watches (config/settings/base.py says where to)."""

import os

RELEASE = os.environ.get("ORE_RELEASE", "")

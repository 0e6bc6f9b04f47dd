"""Webhooks: receivers stand on the public internet, behind https."""

import os

# Lets receivers on this machine, also without TLS: for trying it out on one machine, and in tests. Nowhere else, since
# whoever may name a receiver could then call what only this machine can reach.
WEBHOOK_LOOPBACK = os.environ.get("ORE_WEBHOOK_LOOPBACK", "") == "1"

"""FX rates: where the daily job fetches what the ECB publishes; an empty address switches it off."""

import os

_ECB = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"
RATES_URL = os.environ.get("ORE_RATES_FROM", _ECB)
# The last 90 days in the same format, for an installation that missed some; a mirror is asked for what it has.
RATES_CATCH_UP_URL = _ECB.replace("-daily", "-hist-90d") if RATES_URL == _ECB else RATES_URL

"""The demo network: published financings compiled from public announcements, and a labelled fictional layer over them.

`load.py` is the way in. The five files of data/ are facts; nothing is invented on their way into the registry, and what
cannot be placed is reported (report.py).
"""

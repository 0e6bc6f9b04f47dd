"""What two crawls of the same registry may differ in: nonces, moments that are later than the crawl's beginning, ids
that it made. Sizes may not, so that each is replaced by something as long."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

# Random ones alone: an id in the order of its making would tell of others' rows.
_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b")
_MOMENT = re.compile(r"\b(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(?:Z|\+00:00)")
_HTTP_MOMENT = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d GMT")
# As a page shows a moment: by what it marks it with.
_SHOWN_MOMENT = re.compile(r'(?<=<time datetime=")(\*+)">[^<]*')
_OF_ITS_OWN = re.compile(r'new-\d|[">]\*{20,}["<]')
_VERSION = re.compile(
    r'(?<="version":")[0-9a-f]{32}|(?<=ETag: ")[0-9a-f]{32}|(?<=,")[0-9a-f]{32}(?=",)|(?<=<t>)[0-9a-f]{32}(?=</t>)'
)
_NONCES = (
    re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]+'),
    re.compile(r'(?<="request_id":")[0-9a-f]{32}'),
    re.compile(r"(?<=X-Request-ID: )[0-9a-f]{32}"),
    re.compile(r"(?<=csrftoken=)[^;]+"),
    re.compile(r'(?<=X-CSRFTOKEN"] = ")[^"]+'),
    re.compile(r"(?<=sessionid=)[^;]+"),
    re.compile(r"(?<=nonce-)[A-Za-z0-9+/=_-]+"),
    re.compile(r'(?<=nonce=")[^"]+'),
    # What is random of the sealed log: as many hashes, each as long.
    re.compile(r'(?<="root":")[0-9a-f]{64}'),
    re.compile(r'(?<="salt":")[0-9a-f]{64}'),
    re.compile(r'(?<="hash":")[0-9a-f]{64}'),
    re.compile(r'(?<=[\[,]")[0-9a-f]{64}(?="[,\]])'),
    # Shown in a mail, in a mail within a page, on a page, and in a text.
    re.compile(r"(?<=break-all\">)[0-9a-f]{64}(?=</span>)"),
    re.compile(r"(?<=break-all&quot;&gt;)[0-9a-f]{64}(?=&lt;)"),
    re.compile(r"(?<=ob-hash\">)[0-9a-f]{64}(?=</code>)"),
    re.compile(r"^[0-9a-f]{64}$", re.MULTILINE),
    # A webhook's new secret.
    re.compile(r"(?<=whsec_)[A-Za-z0-9+/]{43}="),
    # A sealed text, such as a cursor: one that anybody could read is no such thing, and stays to be compared.
    re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{198}(?![A-Za-z0-9_-])"),
)
# A random place in the tree.
_LEAF = re.compile(r'(?<="leaf_index":")\d+')
# How much the asker may still ask, and for how long: what it did itself, by the clock.
_RATE = re.compile(r'(?<=RateLimit: "asker";)r=\d+;t=\d+')


class Mask:
    """Remembers the ids that come up, for one crawl. `known`: ids that are in both worlds, or are asked for in both."""

    def __init__(self, known: set[str], since: datetime) -> None:
        self._known = known
        self.since = since
        self._new: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        for nonce in _NONCES:
            text = nonce.sub(lambda found: "*" * len(found[0]), text)
        text = _RATE.sub("*", text)
        text = _LEAF.sub("*", text)
        text = _ID.sub(self._id, text)
        text = _HTTP_MOMENT.sub(lambda found: self._later(found[0], parsedate_to_datetime(found[0])), text)
        text = _MOMENT.sub(lambda found: self._later(found[0], datetime.fromisoformat(f"{found[1]}+00:00")), text)
        text = _SHOWN_MOMENT.sub(lambda found: "*" * len(found[0]), text)
        # A version is made of the ids and moments that it tells.
        return _VERSION.sub("*" * 32, text) if _OF_ITS_OWN.search(text) else text

    def _id(self, found: "re.Match[str]") -> str:
        text = found[0]
        if str(UUID(text)) in self._known:
            return text
        return self._new.setdefault(text, f"new-{len(self._new):0{len(text) - 4}d}")

    def _later(self, text: str, moment: datetime) -> str:
        return "*" * len(text) if moment >= self.since else text

"""What was written down in English, said again in the language that is active.

Some sentences are kept as they were made: the arithmetic of an allocation, what an approval was asked for. The API
tells them as they are kept. A page finds the pattern that a sentence was made of, and says that.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

_NAME = re.compile(r"\{(\w+)\}")


class Again:
    """Knows sentences by their patterns, the first that fits; names stand in braces.

    `shapes`: what can fill a name, as a regular expression, where not everything can. `read`: how that is said.
    """

    def __init__(
        self,
        patterns: Iterable[str],
        *,
        shapes: Mapping[str, str] | None = None,
        read: Mapping[str, Callable[[str], str]] | None = None,
    ) -> None:
        self.patterns = tuple(patterns)
        self._read = read or {}
        self._forms = [(pattern, _form(pattern, shapes or {})) for pattern in self.patterns]

    def say(self, kept: str) -> str:
        """A sentence of no known pattern is said as it was kept."""
        for pattern, form in self._forms:
            if found := form.fullmatch(kept):
                facts = {name: self._read.get(name, str)(text) for name, text in found.groupdict().items()}
                return _(pattern).format(**facts)
        return kept


def _form(pattern: str, shapes: Mapping[str, str]) -> re.Pattern[str]:
    words = _NAME.split(pattern)
    # Every second one is a name.
    parts = [f"(?P<{w}>{shapes.get(w, '.+')})" if n % 2 else re.escape(w) for n, w in enumerate(words)]
    return re.compile("".join(parts), re.DOTALL)

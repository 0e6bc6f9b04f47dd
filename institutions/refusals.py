"""Refusals: nouns with a code and a next step. Doors turn them into problem+json or a form error."""

from collections.abc import Mapping


class Refusal(Exception):
    """A request that the rules refuse; `says` is the sentence, `pointer` the field it concerns."""

    # Which facts are words of ours and no data: a page says them in its language too.
    spoken: tuple[str, ...] = ()
    # In which sense, where the catalogues tell several apart.
    sense = ""
    code = "refused"
    says = "Refused."
    status = 422

    def __init__(self, *, pointer: str = "", **facts: object) -> None:
        self.pointer = pointer
        # What the sentence is filled with, for who says it in another language (institutions/languages.py).
        self.facts = facts
        self.detail = self.says.format(**facts)
        super().__init__(self.detail)


class NotFound(Refusal):
    """Hidden is the same as missing."""

    spoken = ("what",)
    code = "not_found"
    says = "There is no such {what} that you may see. Check the id."
    status = 404


class Forbidden(Refusal):
    spoken = ("act", "needs")
    code = "forbidden"
    says = "You may not {act}: it needs {needs}. Ask your institution's admin."
    status = 403


class Stale(Refusal):
    code = "stale"
    says = "This was changed since you read it. Read it again and repeat your change."
    status = 412


class Unmet(Refusal):
    """Several requirements at once: each named, none hidden behind the first."""

    code = "requirements_unmet"
    says = "{count} requirements are not met. Meet each that is named (errors)."

    def __init__(self, unmet: Mapping[str, str], pointer: str = "") -> None:
        self.unmet = dict(unmet)
        super().__init__(count=len(self.unmet), pointer=pointer)

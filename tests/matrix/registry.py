"""A registry with a row of every table at the levels that its rules allow, and one of each kind of asker."""

from dataclasses import dataclass

from tests.cast import Cast
from tests.matrix import contents, letting_in, naming, people
from tests.matrix.database import make_ready
from tests.matrix.people import Principal
from tests.matrix.policies_alone import Writer
from tests.worlds.hidden import FROM_ALL, FROM_ALL_BUT_THE_LEAD, Hidden, happen
from tests.worlds.settled import settle


@dataclass(frozen=True)
class Settled:
    cast: Cast
    principals: list[Principal]

    def writer(self) -> list[Writer]:
        """Of a bank that has no row, so that a row that is lent to it meets no other."""
        who = self.principal("lea")
        return [Writer(who, self.cast.bank("lark").pk, self.cast.bank("wren").pk)]

    def writers(self) -> list[Writer]:
        """With the secretariat, which curates, and nobody."""
        other = self.cast.bank("wren").pk
        desk = Writer(self.principal("dora"), self.cast.bank("desk").pk, other, curates=True)
        return [*self.writer(), desk, Writer(self.principal("nobody"), None, other)]

    def principal(self, name: str) -> Principal:
        return next(who for who in self.principals if who.name == name)


def fill() -> Settled:
    """Makes it in the test database, with real commits."""
    cast = Cast.find()
    networks, clients = people.come(cast), people.systems(cast)
    parties = letting_in.before(cast)
    settle(cast)
    happen(cast, FROM_ALL + FROM_ALL_BUT_THE_LEAD, Hidden())
    contents.fill(cast, networks)
    before = contents.told_before(cast)
    letting_in.after(cast, parties)
    contents.told_since(cast, before)
    letting_in.team(cast, clients)
    naming.name(cast)
    make_ready()
    return Settled(cast, people.principals(cast, clients))

"""Whatever the network's picture is counted from marks it when it changes."""

import re
from pathlib import Path

from deals.pictured import COUNTED, OF_ALL

SQL = Path(__file__).parents[2] / "deals" / "sql"
# Changed by migrations alone, after which all is counted anew.
FIXED = {"deals_currency"}


def functions(file: str, *names: str) -> str:
    """The text of these functions of a file; of all where none is named."""
    found = re.findall(r"CREATE OR REPLACE FUNCTION (\S+?)\((.*?\$\$;)", (SQL / file).read_text() + ";", re.DOTALL)
    return "".join(body for name, body in found if not names or name in names)


def test_each_table_that_is_counted_from_marks_the_picture() -> None:
    read = functions("stack.sql") + functions("rates.sql") + functions("picture.sql", "deals.pictured")
    tables = set(re.findall(r"(?:FROM|JOIN) (deals_\w+)", read))
    assert {"deals_deal", "deals_size", "deals_fxrate", "deals_projectmineral"} <= tables
    assert tables - FIXED == {*COUNTED, *OF_ALL}

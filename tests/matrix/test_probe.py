import time
import pytest
from tests import conftest
from tests.matrix import registry, seeing, policies_alone as pa, as_it_is
from tests.matrix.database import *
from tests.matrix.oracle import Registry

@pytest.fixture(scope="module")
def settled(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield registry.fill()
        conftest.anew("cast_template")

def test_as(settled):
    with administrator() as c, undone(c):
        t=time.time()
        reg = Registry.read(c)
        bad = list(as_it_is.wrong(c, settled.principals, reg))
        print(time.time()-t, len(bad), sum(len(list(as_it_is.tries(T, reg, p))) for T in TABLES for p in settled.principals))
        print("\n".join(b[:300] for b in bad[:60]))
        assert not bad

def test_pa(settled):
    cast = settled.cast
    by = {p.name: p for p in settled.principals}
    def writers():
        b = lambda s: cast.bank(s).pk
        return [pa.Writer(by["lea"], b("lark"), b("wren")), pa.Writer(by["dora"], b("desk"), b("wren"), curates=True), pa.Writer(by["nobody"], None, b("wren"))]
    with administrator() as c:
        t=time.time()
        bad = []
        n = 0
        for T, (m, w) in TABLES.items():
            with undone(c):
                ws = writers()
                row = pa.make_ready(c, T, ws)
                bad += pa.wrong(c, T, ws, row)
            n += pa.count(w, writers())
        print(n, time.time()-t)
        print("\n".join(bad[:40]), len(bad))
        assert not bad

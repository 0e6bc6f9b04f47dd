import time
import pytest
from tests import conftest
from tests.matrix import registry, seeing, happening
from tests.matrix.database import *
from tests.matrix.oracle import Registry

@pytest.fixture(scope="module")
def settled(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield registry.fill()
        conftest.anew("cast_template")

def test_happen(settled):
    with administrator() as c, undone(c):
        t=time.time()
        for i, name in enumerate(happening.happens(c)):
            reg = Registry.read(c)
            bad = list(seeing.wrong(c, settled.principals, reg))
            print(i, time.time()-t, len(bad))
            print("\n".join(b[:300] for b in bad[:60]))
        assert not bad

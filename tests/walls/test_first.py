from deals.models import Deal
from institutions.isolation.session import acting_as


def test_smoke(cast):
    with acting_as(cast.ada):
        assert Deal.objects.count() == 1
    with acting_as(cast.dami):
        assert Deal.objects.count() == 0
    with acting_as(cast.mina):
        assert Deal.objects.count() == 1
    with acting_as(cast.marc):
        assert Deal.objects.count() == 0

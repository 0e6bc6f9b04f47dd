"""How much of what is counted is in what is produced: by molar mass, exact until it is rounded to be shown.

World figures count an element (or, of rare earths, their oxides); a plant states what it sells. Standard atomic weights
are the abridged ones of IUPAC's Commission on Isotopic Abundances and Atomic Weights (2021), in g/mol.
"""

from collections.abc import Mapping
from decimal import Decimal

_WEIGHTS: dict[str, Decimal] = {
    element: Decimal(weight)
    for element, weight in {
        "H": "1.0080", "Li": "6.94", "C": "12.011", "O": "15.999", "Na": "22.990", "Mg": "24.305", "Al": "26.982",
        "Si": "28.085", "S": "32.06", "Ti": "47.867", "V": "50.942", "Mn": "54.938", "Co": "58.933", "Ni": "58.693",
        "Nb": "92.906", "Sb": "121.76", "Ta": "180.95", "W": "183.84",
    }.items()
}  # fmt: skip

# By form: the element that is counted, and what one unit of the form is made of.
_FORMULAS: dict[str, tuple[str, Mapping[str, int]]] = {
    "lithium_carbonate": ("Li", {"Li": 2, "C": 1, "O": 3}),
    "lithium_hydroxide_monohydrate": ("Li", {"Li": 1, "O": 2, "H": 3}),
    "lithium_oxide": ("Li", {"Li": 2, "O": 1}),
    "cobalt_hydroxide": ("Co", {"Co": 1, "O": 2, "H": 2}),
    "cobalt_sulphate_heptahydrate": ("Co", {"Co": 1, "S": 1, "O": 11, "H": 14}),
    "nickel_sulphate_hexahydrate": ("Ni", {"Ni": 1, "S": 1, "O": 10, "H": 12}),
    "manganese_dioxide": ("Mn", {"Mn": 1, "O": 2}),
    "manganese_sulphate_monohydrate": ("Mn", {"Mn": 1, "S": 1, "O": 5, "H": 2}),
    "vanadium_pentoxide": ("V", {"V": 2, "O": 5}),
    "tungsten_trioxide": ("W", {"W": 1, "O": 3}),
    "niobium_pentoxide": ("Nb", {"Nb": 2, "O": 5}),
    "tantalum_pentoxide": ("Ta", {"Ta": 2, "O": 5}),
    "antimony_trioxide": ("Sb", {"Sb": 2, "O": 3}),
    "titanium_dioxide": ("Ti", {"Ti": 1, "O": 2}),
    "alumina": ("Al", {"Al": 2, "O": 3}),
}
# The mineral or element itself, and oxides of rare earths, which are counted as oxides.
CONTAINED, RARE_EARTH_OXIDE = "contained", "rare_earth_oxide"
FORMS: tuple[str, ...] = (CONTAINED, RARE_EARTH_OXIDE, *_FORMULAS)


def factor(form: str, counted: str) -> Decimal | None:
    """How much of `counted` (an element's symbol, or 'REO') is in one part of the form, by mass; None where the form
    holds none of it, or is not told ('')."""
    if form == CONTAINED:
        return Decimal(1)
    if form == RARE_EARTH_OXIDE:
        return Decimal(1) if counted == "REO" else None
    element, formula = _FORMULAS.get(form, ("", {}))
    if element != counted:
        return None
    whole = sum((_WEIGHTS[part] * number for part, number in formula.items()), Decimal(0))
    return _WEIGHTS[element] * formula[element] / whole

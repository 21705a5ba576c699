"""One triage for an invented brand, made once."""

from __future__ import annotations

import pytest

from emberwatch.triage.interface import BrandTerms
from emberwatch.triage.pipeline import Triage

LARKFIELD = BrandTerms(
    id=1,
    name="Larkfield",
    terms=("Larkfield", "Café Delta", "@larkfieldcare"),
    misspellings=("larkfeild",),
    hashtags=("larkfield", "#DeltaCakes"),
    places=("Waterville",),
    exclusions=("Larkfield River", "airport"),
)
INN = BrandTerms(id=2, name="The Inn", places=("that B&B in Waterville",))
YAMADA = BrandTerms(id=3, name="Yamada", terms=("山田",))


@pytest.fixture(scope="session")
def triage() -> Triage:
    """All stages, the shipped model, three invented brands."""
    return Triage([LARKFIELD, INN, YAMADA])

"""One triage for an invented brand, made once, whose models know nothing."""

from __future__ import annotations

import pytest

from emberwatch.triage.interface import BrandTerms, Lexicon, Setting
from emberwatch.triage.pipeline import Triage
from tests.triage.readers import Stub

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
LEXICON = Lexicon(
    order_numbers=("LF-######", "?? 9999 ##"), competitors=("Birchmoor", "Old Mill Stores"), places=("Quillham",)
)
SETTING = Setting(brands=(LARKFIELD, INN, YAMADA), lexicon=LEXICON)


@pytest.fixture(scope="session")
def triage() -> Triage:
    """All stages, models that find everything neutral and nothing likely, three invented brands."""
    return Triage(SETTING, fast=Stub(), deep=Stub())

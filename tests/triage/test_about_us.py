"""Which posts are about us, and which words say so."""

from __future__ import annotations

import pytest

from emberwatch.triage.interface import BrandTerms, PostText
from emberwatch.triage.pipeline import Triage
from emberwatch.vocabulary.verdicts import Verdict
from tests.triage.readers import Stub


def unread(brands: list[BrandTerms]) -> Triage:
    """A triage of these brands whose models know nothing."""
    return Triage(brands, fast=Stub(), deep=Stub())


def spoken(triage: Triage, post: PostText) -> tuple[int | None, list[str]]:
    """The brand, and the words that named it."""
    verdict = triage.label(post)
    assert isinstance(verdict, Verdict)
    assert verdict.about_us == (verdict.brand is not None)
    return verdict.brand, [post.text[reason.start : reason.end] for reason in verdict.reasons.get("about_us", ())]


@pytest.mark.parametrize(
    ("text", "brand", "words"),
    [
        ("Larkfield never answers", 1, ["Larkfield"]),
        ("LARKFIELD's kettle", 1, ["LARKFIELD"]),
        ("café delta and CAFE\u0301 DELTA", 1, ["café delta", "CAFE\u0301 DELTA"]),
        ("I said cafe-delta", 1, ["cafe-delta"]),
        ("larkfeild is a joke", 1, ["larkfeild"]),
        ("la\u200brk\u200bfield hides", 1, ["la\u200brk\u200bfield"]),
        ("ＬＡＲＫＦＩＥＬＤ shouts", 1, ["ＬＡＲＫＦＩＥＬＤ"]),
        ("hey @LarkfieldCare", 1, ["LarkfieldCare"]),
        ("#larkfieldfail again", 1, ["larkfieldfail"]),
        ("#boycottLarkfield", 1, ["boycottLarkfield"]),
        ("#cafedelta", 1, ["cafedelta"]),
        ("#deltacakes", 1, ["deltacakes"]),
        ("A day at the  airport with Larkfield", None, []),
        ("larkfields are birds' meadows", None, []),
        ("clarkfield", None, []),
        ("cafedelta without its mark", None, []),
        ("deltacakes without its mark", None, []),
        ("Larkfield River is lovely", None, []),
        ("The Larkfield River flooded the Larkfield shop", 1, ["Larkfield"]),
        ("Larkfield at the airport", None, []),
        ("A day in Waterville", None, []),
        ("Larkfield in Waterville", 1, ["Larkfield", "Waterville"]),
        ("Bed bugs at that B & B in Waterville!", 2, ["that B & B in Waterville"]),
        ("山田のケーキ", 3, ["山田"]),
        ("nothing to do with it", None, []),
    ],
)
def test_brand_and_words(triage: Triage, text: str, brand: int | None, words: list[str]) -> None:
    assert spoken(triage, PostText(text=text)) == (brand, words)


def test_words_of_a_title_count_but_give_no_place(triage: Triage) -> None:
    assert spoken(triage, PostText(title="Larkfield", text="It broke.")) == (1, [])
    assert spoken(triage, PostText(title="Help", text="Your Larkfield oven")) == (1, ["Larkfield"])


def test_a_message_to_us_is_always_about_us(triage: Triage) -> None:
    verdict = triage.label(PostText(text="my order is late", direct=True))
    assert isinstance(verdict, Verdict)
    assert verdict.about_us
    assert verdict.brand is None
    only = unread([BrandTerms(id=7, name="Larkfield", terms=("larkfield",))])
    verdict = only.label(PostText(text="my order is late", direct=True))
    assert isinstance(verdict, Verdict)
    assert verdict.brand == 7


def test_the_brand_named_most_has_the_post() -> None:
    two = unread([BrandTerms(id=1, name="A", terms=("alder",)), BrandTerms(id=2, name="B", terms=("birch",))])
    assert spoken(two, PostText(text="alder or birch? birch!"))[0] == 2
    assert spoken(two, PostText(text="birch or alder?"))[0] == 2
    assert spoken(two, PostText(text="alder or birch?"))[0] == 1


def test_no_brands_at_all() -> None:
    assert spoken(unread([]), PostText(text="Larkfield")) == (None, [])

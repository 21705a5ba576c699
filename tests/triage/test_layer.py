"""What a workspace taught moves the posts that resemble it, and no others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.triage.interface import Setting
from emberwatch.triage.layer import FLOOR, About, Layer, Lesson, check_label
from emberwatch.triage.layer_votes import UnknownLabel, disagree
from emberwatch.triage.pipeline import Effort, PostText, Triage
from emberwatch.triage.reading import make_reading
from emberwatch.triage.scores import COLUMN, HEADS, Scores
from emberwatch.triage.stages.departments import DepartmentStage
from emberwatch.triage.stages.taught import TaughtStage
from emberwatch.vocabulary.verdicts import Intent, Tier, Verdict
from tests.triage.readers import Stub

CRIB = "the rail of our new crib came off in the night"
LIKE_IT = "the rail of our new crib came off last night"
UNLIKE = "wonderful concert, we danced until sunrise"


def lesson(number: int, about: About, label: str, text: str = CRIB) -> Lesson:
    return Lesson(id=number, text=text, language="en", about=about, label=label)


def moved(layer: Layer, text: str, reader: Stub | None = None) -> Scores:
    reader = reader or STUB
    readings = [make_reading(PostText(text=text))]
    return layer.moved(reader.read(readings, ["en"]), reader, readings)


STUB = Stub({"complaint": 0.3, "anger": 0.4, "neutral": 0.6, "negative": 0.3, "positive": 0.1}, width=512)


@pytest.mark.parametrize(
    ("about", "label", "head", "rises"),
    [
        (About.INTENT, "complaint", "complaint", True),
        (About.INTENT, "question", "complaint", False),
        (About.INTENT, "question", "question", True),
        (About.INTENT, "other", "complaint", False),
        (About.INTENT, "spam", "spam", True),
        (About.SENTIMENT, "negative", "negative", True),
        (About.SENTIMENT, "negative", "neutral", False),
        (About.ANGER, "yes", "anger", True),
        (About.ANGER, "no", "anger", False),
        (About.SARCASM, "yes", "sarcasm", True),
        (About.SPAM, "yes", "spam", True),
    ],
)
def test_a_near_copy_follows_the_lesson(about: About, label: str, head: str, rises: bool) -> None:
    layer = Layer([lesson(1, about, label)])
    for text in (CRIB, LIKE_IT):
        before, after = STUB.read([make_reading(PostText(text=text))], ["en"]), moved(layer, text)
        was, now = (float(each.probabilities[0, COLUMN[head]]) for each in (before, after))
        assert (now > was) if rises else (now < was)
    sure = float(moved(layer, CRIB).probabilities[0, COLUMN[head]])
    assert sure > 0.9 if rises else sure < 0.1


def test_an_unlike_post_and_other_labels_stay_exactly_as_they_were() -> None:
    layer = Layer([lesson(1, About.ANGER, "yes"), lesson(2, About.INTENT, "praise")])
    before = STUB.read([make_reading(PostText(text=UNLIKE))], ["en"])
    assert np.array_equal(moved(layer, UNLIKE).probabilities, before.probabilities)
    only = Layer([lesson(1, About.ANGER, "yes")])
    others = [place for head, place in COLUMN.items() if head != "anger"]
    assert np.array_equal(moved(only, CRIB).probabilities[:, others], before.probabilities[:, others])


def test_several_lessons_weigh_more_and_contradicting_ones_cancel() -> None:
    def anger(*lessons: Lesson) -> float:
        return float(moved(Layer(lessons), LIKE_IT).probabilities[0, COLUMN["anger"]])

    yes, again, no = (lesson(n, About.ANGER, said) for n, said in enumerate(("yes", "yes", "no")))
    assert 0.4 < anger(yes) < anger(yes, again)
    assert anger(yes, no) == pytest.approx(0.4, abs=1e-6)
    assert anger(no) < 0.4
    happy, sad = lesson(5, About.SENTIMENT, "positive"), lesson(6, About.SENTIMENT, "negative")
    row = moved(Layer([happy, sad]), CRIB).probabilities[0]
    assert row[COLUMN["neutral"]] == pytest.approx(0.6, abs=1e-6)


def unit(numbers: list[float]) -> np.ndarray:
    vector = np.array(numbers, dtype=np.float32) + 1e-3
    return vector / np.linalg.norm(vector)


numbers = st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4)


class Fixed:
    """A reader whose vectors are given by the text, "told" and four numbers: all such texts share their one word."""

    name, tier = "fixed", Tier.FAST

    def read(self, readings, languages):
        vectors = np.stack([
            unit([float(n) for n in reading.text.split()[1:]] if reading.text.startswith("told ") else [0, 0, 0, 1])
            for reading in readings
        ])  # fmt: skip
        return Scores(np.full((len(readings), len(HEADS)), 0.25, dtype=np.float32), vectors)

    def words(self, reading, language, heads, most):
        return [() for _ in heads]


@given(numbers, numbers, st.sampled_from(["yes", "no"]))
def test_a_lesson_never_moves_a_post_under_the_floor_and_always_its_own_way(one, other, label) -> None:
    reader = Fixed()
    told, asked = (" ".join(["told", *map(repr, each)]) for each in (one, other))
    layer = Layer([lesson(1, About.ANGER, label, told)])
    readings = [make_reading(PostText(text=asked))]
    scores = reader.read(readings, ["en"])
    after = layer.moved(scores, reader, readings).probabilities
    cosine = float(scores.vectors[0] @ unit(one))
    anger = float(after[0, COLUMN["anger"]])
    assert 0 <= anger <= 1
    assert anger >= 0.25 if label == "yes" else anger <= 0.25
    if cosine < FLOOR**2 - 1e-6:
        assert np.array_equal(after, scores.probabilities)


def test_an_undone_lesson_leaves_nothing_behind() -> None:
    first = Layer([lesson(1, About.ANGER, "yes")])
    both = Layer([lesson(1, About.ANGER, "yes"), lesson(2, About.ANGER, "no", LIKE_IT)], before=first)
    again = Layer([lesson(1, About.ANGER, "yes")], before=both)
    for text in (CRIB, LIKE_IT, UNLIKE):
        moved(both, text)
        assert np.array_equal(moved(first, text).probabilities, moved(again, text).probabilities)


def test_lessons_outlive_an_upgrade_of_the_reader_and_are_read_once() -> None:
    class Counting(Stub):
        read_so_far = 0

        def read(self, readings, languages):
            self.read_so_far += len(readings)
            return super().read(readings, languages)

    layer = Layer([lesson(1, About.ANGER, "yes")])
    for reader in (Counting({"anger": 0.2}, width=64), Counting({"anger": 0.2}, width=300)):
        assert moved(layer, CRIB, reader).probabilities[0, COLUMN["anger"]] > 0.9
    before = reader.read_so_far
    layer = Layer([*layer.lessons, lesson(2, About.ANGER, "no", UNLIKE)], before=layer)
    moved(layer, CRIB, reader)
    assert reader.read_so_far == before + 2


def test_a_post_without_words_is_left_alone() -> None:
    layer = Layer([lesson(1, About.ANGER, "yes"), lesson(2, About.ANGER, "yes", "")])
    assert moved(layer, "").probabilities[0, COLUMN["anger"]] == np.float32(0.4)
    assert moved(layer, "\U0001f600").probabilities[0, COLUMN["anger"]] == np.float32(0.4)


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ((About.ANGER, "yes"), (About.ANGER, "no"), True),
        ((About.ANGER, "yes"), (About.SADNESS, "no"), False),
        ((About.INTENT, "complaint"), (About.INTENT, "question"), True),
        ((About.INTENT, "spam"), (About.SPAM, "no"), True),
        ((About.INTENT, "complaint"), (About.SPAM, "yes"), True),
        ((About.SENTIMENT, "negative"), (About.SENTIMENT, "positive"), True),
        ((About.DEPARTMENT, "Billing"), (About.DEPARTMENT, "Delivery"), True),
        ((About.DEPARTMENT, "Billing"), (About.PRODUCT, "Cot"), False),
    ],
)
def test_what_contradicts(one, other, contradict) -> None:
    first, second = lesson(1, *one), lesson(2, *other, text=CRIB.upper() + "!")
    assert disagree(first, second) is contradict
    found = Layer([first, second, lesson(3, *other, text=UNLIKE)]).contradictions(STUB)
    assert [(pair.one.id, pair.other.id, pair.likeness) for pair in found] == ([(2, 1, 1.0)] if contradict else [])


def test_contradictions_of_one_lesson() -> None:
    lessons = [lesson(n, About.ANGER, "yes" if n % 2 else "no") for n in range(4)]
    found = Layer(lessons).contradictions(STUB, of=3)
    assert sorted(pair.other.id for pair in found) == [0, 2]
    assert {pair.one.id for pair in found} == {3}


def test_why_names_the_lessons_that_moved_a_post() -> None:
    layer = Layer(
        [lesson(1, About.ANGER, "yes"), lesson(2, About.ANGER, "yes", UNLIKE), lesson(3, About.INTENT, "other")]
    )
    told = layer.why(PostText(text=LIKE_IT), STUB, "en")
    assert sorted(each.lesson.id for each in told) == [1, 3]
    assert all(FLOOR < each.likeness < 1 for each in told)
    assert all(each.moved_by > 0.05 for each in told)


def test_a_label_that_cannot_be_is_refused_with_those_that_can() -> None:
    check_label(About.DEPARTMENT, "Anything")
    with pytest.raises(UnknownLabel, match="negative, neutral, positive"):
        check_label(About.SENTIMENT, "yes")


BILLING = ("charged twice this month", "refund my money you charged twice", "the bill is wrong, charged again")
DELIVERY = ("parcel never came", "where is the parcel, courier never rang", "courier left the parcel in the rain")


def examples(about: About) -> list[Lesson]:
    pairs = [("Billing", text) for text in BILLING] + [("Delivery", text) for text in DELIVERY]
    return [lesson(n, about, label, text) for n, (label, text) in enumerate(pairs)]


def test_departments_and_products_are_learnt_from_a_handful_of_examples() -> None:
    lessons = examples(About.DEPARTMENT) + [lesson(20 + n, About.PRODUCT, "Cot", CRIB) for n in range(2)]
    layer = Layer(lessons)
    triage = Triage(Setting(layer=layer), kinds=[DepartmentStage, TaughtStage], fast=STUB)
    texts = ["you charged my card twice", "the courier never came with my parcel", CRIB]
    verdicts = triage.label_many([PostText(text=text) for text in texts], Effort.FAST)
    assert all(isinstance(verdict, Verdict) for verdict in verdicts)
    first, second = (verdict.departments for verdict in verdicts[:2])
    assert max(first, key=first.get) == "Billing"
    assert max(second, key=second.get) == "Delivery"
    assert sum(first.values()) == pytest.approx(1, abs=0.05)
    assert verdicts[2].products["Cot"] > 0.9
    assert verdicts[0].products == {}
    sorter = layer.sorter(About.DEPARTMENT, STUB)
    assert sorter is not None
    assert sorter.of == (3, 3)
    assert layer.sorter(About.PRODUCT, STUB) is None


def test_an_untaught_workspace_sees_the_departments_of_the_shipped_model() -> None:
    reader = Stub({"Late Flight": 0.8, "Bad Flight": 0.19, "Lost Luggage": 0.01})
    verdict = Triage(kinds=[DepartmentStage], fast=reader).label(PostText(text="late"), Effort.FAST)
    assert verdict.departments == {"Late Flight": 0.8, "Bad Flight": 0.19}
    assert Triage(kinds=[DepartmentStage], fast=reader).label(PostText(text=" "), Effort.FAST).departments == {}


def test_a_close_reading_is_moved_by_the_same_lessons() -> None:
    fast, deep = Stub({"anger": 0.1}, width=128), Stub({"anger": 0.2}, tier=Tier.DEEP, width=256)
    layer = Layer([*examples(About.DEPARTMENT), lesson(30, About.INTENT, "praise")])
    triage = Triage(Setting(layer=layer), kinds=[DepartmentStage, TaughtStage], fast=fast, deep=deep)
    posts = [PostText(text=text) for text in (UNLIKE, CRIB, "you charged me twice")]
    quick, close = (triage.label_many(posts, effort) for effort in (Effort.FAST, Effort.DEEP))
    assert [verdict.intent for verdict in close] == [Intent.OTHER, Intent.PRAISE, Intent.OTHER]
    assert [verdict.tier for verdict in close] == [Tier.DEEP] * 3
    assert close[2].departments.keys() == quick[2].departments.keys()
    assert [each.lesson.id for each in triage.lessons_of(posts[1], close[1])] == [30]

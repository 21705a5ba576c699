"""Both shipped models: alike in their answers, alone or together; their words stand where they say."""

from __future__ import annotations

import threading
import tracemalloc

import numpy as np
import pytest

from emberwatch.triage import deep, fast
from emberwatch.triage.reading import PostText, make_reading
from emberwatch.triage.scores import COLUMN, HEADS, Reader, WrongModel

POSTS = [
    "My kettle broke after two days and nobody answers the phone. Where is my refund?",
    "Thank you so much, lovely people in the shop \U0001f60d",
    "Furchtbarer, schlechter Service, einfach schlimm und peinlich!",
    "El servicio es pésimo, nunca más",
    "أسوأ خدمة على الإطلاق",
    "बहुत बढ़िया सेवा, धन्यवाद",
    "ok",
    "\U0001f621",
    "@larkfield http://a.example/x?y=1 #larkfield",
    "word " * 900,
    "\ud800 broken \u202e text",
]
LANGUAGES = ["en", "en", "de", "es", "ar", "hi", None, None, None, "en", None]


@pytest.fixture(params=["fast", "deep"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return fast.shipped() if request.param == "fast" else deep.shipped()


def test_probabilities_are_probabilities(reader: Reader) -> None:
    scores = reader.read([make_reading(PostText(text=text)) for text in POSTS], LANGUAGES)
    assert scores.probabilities.shape == (len(POSTS), len(HEADS))
    assert ((scores.probabilities >= 0) & (scores.probabilities <= 1)).all()
    np.testing.assert_allclose(scores.probabilities[:, :3].sum(1), 1, atol=1e-4)
    np.testing.assert_allclose(scores.probabilities[:, -10:].sum(1), 1, atol=1e-4)
    lengths = np.sqrt((scores.vectors**2).sum(1))
    assert ((abs(lengths - 1) < 1e-3) | (lengths < 1e-3)).all()


def test_a_post_gets_the_same_answer_alone_and_among_others(reader: Reader) -> None:
    readings = [make_reading(PostText(text=text)) for text in POSTS]
    together = reader.read(readings, LANGUAGES).probabilities
    alone = np.concatenate(
        [reader.read([one], [language]).probabilities for one, language in zip(readings, LANGUAGES, strict=True)]
    )
    # Flows are quantised by the batch, so that the deep tier may differ a little with its company.
    np.testing.assert_allclose(together, alone, atol=0.06 if reader.tier.value == "deep" else 1e-5)


def test_no_posts_no_answers(reader: Reader) -> None:
    assert reader.read([], []).probabilities.shape == (0, len(HEADS))


def test_grief_and_joy_are_told_apart(reader: Reader) -> None:
    scores = reader.read([make_reading(PostText(text=text)) for text in POSTS[:4]], LANGUAGES[:4]).probabilities
    assert (scores[[0, 2, 3], COLUMN["negative"]] > 0.5).all()
    assert scores[1, COLUMN["positive"]] > 0.5


def test_words_stand_where_they_say_and_spoke_for_the_label(reader: Reader) -> None:
    text = "Good morning. The kettle is terrible and I am furious \U0001f621 about it"
    reading = make_reading(PostText(text=text, title="A title"))
    (words,) = reader.words(reading, "en", [COLUMN["negative"]], 4)
    told = {text[reason.start : reason.end].lower() for reason in words}
    assert "terrible" in told
    assert all(text[reason.start : reason.end].strip() for reason in words)
    assert [reason.weight for reason in words] == sorted((reason.weight for reason in words), reverse=True)


def test_words_of_a_post_with_moved_places() -> None:
    text = "ﬁne print\u200b\u200b terrible terrible"
    (words,) = fast.shipped().words(make_reading(PostText(text=text)), "en", [COLUMN["negative"]], 3)
    assert {text[reason.start : reason.end] for reason in words} <= {"terrible", "ﬁne", "print"}
    assert words


def test_the_memory_of_words_has_an_end() -> None:
    model = fast.Fast("small", fast.shipped()._weights)
    flood = [make_reading(PostText(text=" ".join(f"w{n}x{i}" for i in range(200)))) for n in range(400)]
    first = model.read(flood[:1]).probabilities
    tracemalloc.start()
    for start in range(0, 400, 100):
        model.read(flood[start : start + 100])
    assert tracemalloc.get_traced_memory()[1] < 200e6
    tracemalloc.stop()
    np.testing.assert_allclose(model.read(flood[:1]).probabilities, first, atol=1e-5)


def test_threads_may_share_a_model() -> None:
    model = fast.Fast("shared", fast.shipped()._weights)
    readings = [[make_reading(PostText(text=f"kettle {n} is broken number {i}")) for i in range(50)] for n in range(8)]
    wanted = [fast.shipped().read(some).probabilities for some in readings]
    found: dict[int, np.ndarray] = {}

    def read(number: int) -> None:
        found[number] = model.read(readings[number]).probabilities

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        np.testing.assert_allclose(found[number], wanted[number], atol=1e-5)


def test_weights_of_another_format_are_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = fast.pack(fast.shipped()._weights)
    assert fast.unpack(packed).name.startswith("fast-")
    monkeypatch.setattr(fast, "FORMAT", 99)
    with pytest.raises(WrongModel, match="make train"):
        fast.unpack(packed)

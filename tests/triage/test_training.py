"""Training's own care: missing sets are named, copies of held-out posts never teach."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emberwatch.training.data import NEEDED, MissingData, load, shared, without

pytest.importorskip("sklearn", reason="scikit-learn is in the dependency group `train`")


def test_missing_sets_are_named(tmp_path: Path) -> None:
    for name in NEEDED[:-1]:
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": "a &amp; b"}) + "\n")
    with pytest.raises(MissingData, match="sms_spam") as caught:
        load(tmp_path)
    assert "airline" not in str(caught.value)


def test_entities_are_read_as_characters(tmp_path: Path) -> None:
    for name in NEEDED:
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": "a &amp; b"}) + "\n\n")
    assert load(tmp_path)["airline"] == [{"text": "a & b"}]


def test_copies_of_held_out_posts_do_not_teach() -> None:
    held_out = [{"text": "@mara The kettle is BROKEN! http://a.example"}]
    rows = [{"text": "the kettle is broken"}, {"text": "the kettle is fine"}]
    assert without(rows, held_out) == [{"text": "the kettle is fine"}]
    assert shared(rows, held_out) == 1


def test_the_matrix_agrees_with_the_model_in_use() -> None:
    import numpy as np

    from emberwatch.training.matrix import BITS, counts, inverse_frequency, weighed
    from emberwatch.triage.folding import fold
    from emberwatch.triage.model import COMPLAINT, HEADS, pack, unpack

    texts = ["Larkfield broke, @mara!", "thank you \U0001f600 so much", "", "Où est mon colis 123 ?"]
    seen = counts(texts)
    idf = inverse_frequency(seen)
    weights = np.sin(np.arange((1 << BITS) * len(HEADS), dtype=np.float32)).reshape(1 << BITS, len(HEADS))
    weights = weights.astype(np.float16).astype(np.float32)
    model = unpack(pack(BITS, idf, weights, np.zeros(len(HEADS), dtype=np.float32)))
    expected = 1 / (1 + np.exp(-(weighed(seen, idf) @ weights)[:, COMPLAINT]))
    found = model.read([fold(text).text for text in texts]).probabilities[:, COMPLAINT]
    assert found == pytest.approx(expected, abs=1e-3)

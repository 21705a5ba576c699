"""Priority: a number that explains itself and never falls when something gets worse."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.cases.policy import BadPolicy
from emberwatch.cases.priority import (
    FIRST,
    MOST,
    Forecast,
    Urgency,
    Weights,
    anger_of,
    next_rise,
    number,
    priority,
    read_weights,
    waited_words,
)
from emberwatch.vocabulary.verdicts import Sentiment, Severity, Threat, Vulnerability
from tests.making import verdict

counts = st.none() | st.integers(0, 10**9)
minutes = st.floats(0, 10**6, allow_nan=False)
forecasts = st.none() | st.builds(
    Forecast, reposts_next_hour=st.none() | st.integers(0, 10**7), minutes_to_double=st.none() | minutes
)
urgencies = st.builds(
    Urgency, severity=st.sampled_from(Severity), anger=st.floats(0, 1), followers=counts, reposts=counts,
    waited=st.none() | minutes, late=st.booleans(), vulnerable=st.frozensets(st.sampled_from(Vulnerability)),
    threats=st.frozensets(st.sampled_from(Threat)), reopened=st.booleans(), earlier_cases=st.integers(0, 50),
    unhappy_before=st.booleans(), forecast=forecasts,
)  # fmt: skip
weights = st.builds(Weights, **{one.name: st.integers(0, 100) for one in fields(Weights)})


def sooner(one: Forecast | None, other: Forecast | None) -> Forecast:
    """A forecast that is as bad as either in every respect."""
    one, other = one or Forecast(), other or Forecast()
    reposts = [n for n in (one.reposts_next_hour, other.reposts_next_hour) if n is not None]
    left = [n for n in (one.minutes_to_double, other.minutes_to_double) if n is not None]
    return Forecast(max(reposts, default=None), min(left, default=None))


def worse(one: Urgency, other: Urgency) -> Urgency:
    """As bad as either in every respect."""

    def most(name: str) -> Any:
        values = [value for value in (getattr(one, name), getattr(other, name)) if value is not None]
        return max(values, default=None)

    names = (
        "severity",
        "anger",
        "followers",
        "reposts",
        "waited",
        "late",
        "reopened",
        "earlier_cases",
        "unhappy_before",
    )
    return Urgency(
        **{name: most(name) for name in names}, vulnerable=one.vulnerable | other.vulnerable,
        threats=one.threats | other.threats, forecast=sooner(one.forecast, other.forecast),
    )  # fmt: skip


@given(urgencies, urgencies, weights, st.sampled_from([one.name for one in fields(Urgency)]))
def test_it_never_falls_when_one_thing_gets_worse(one: Urgency, other: Urgency, by: Weights, name: str) -> None:
    grown = replace(one, **{name: getattr(worse(one, other), name)})
    assert number(grown, by) >= number(one, by)


@given(urgencies, urgencies, weights)
def test_it_never_falls_when_everything_gets_worse(one: Urgency, other: Urgency, by: Weights) -> None:
    assert number(worse(one, other), by) >= max(number(one, by), number(other, by))


@given(urgencies, weights, st.sampled_from([one.name for one in fields(Weights)]), st.integers(0, 100))
def test_it_never_falls_when_a_part_counts_for_more(case: Urgency, by: Weights, name: str, more: int) -> None:
    grown = replace(by, **{name: max(more, getattr(by, name))})
    assert number(case, grown) >= number(case, by)


@given(urgencies, weights)
def test_the_parts_add_up_to_the_number_largest_first(case: Urgency, by: Weights) -> None:
    told = priority(case, by)
    points = [part.points for part in told.parts]
    at_risk = Vulnerability.SELF_HARM in case.vulnerable
    assert told.number == min(sum(points), FIRST if at_risk else MOST)
    assert points == sorted(points, reverse=True)
    assert all(part.points > 0 and part.why.strip() for part in told.parts)
    assert all(line.strip() for line in told.told())


@given(urgencies, urgencies, weights)
def test_whoever_may_harm_themselves_stands_above_all_others(one: Urgency, other: Urgency, by: Weights) -> None:
    at_risk = replace(one, vulnerable=frozenset({Vulnerability.SELF_HARM}))
    calm = replace(other, vulnerable=other.vulnerable - {Vulnerability.SELF_HARM})
    assert number(at_risk, by) > number(calm, by)


@given(minutes, weights)
def test_waiting_rises_at_the_moment_foretold_and_not_before(waited: float, by: Weights) -> None:
    by = Weights(**{**dict.fromkeys(asdict(by), 0), "waiting": by.waiting})
    rise = next_rise(waited, by)
    now = number(Urgency(Severity.OPINION, 0, waited=waited), by)
    if rise is None:
        assert number(Urgency(Severity.OPINION, 0, waited=10**12), by) in (now, by.waiting, MOST)
        return
    assert rise >= waited - 1e-6
    assert number(Urgency(Severity.OPINION, 0, waited=rise + 1 / 60), by) == min(MOST, now + 1)
    just_before = max(waited, rise - rise * 1e-6)
    assert number(Urgency(Severity.OPINION, 0, waited=just_before), by) in (now, min(MOST, now + 1))


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (Urgency(Severity.MONEY, 0), ["severity 2, money or a broken promise +24"]),
        (Urgency(Severity.OPINION, 1), ["angry or unhappy +15"]),
        (Urgency(Severity.OPINION, 0, waited=180), ["waiting over 3 h +9"]),
        (Urgency(Severity.OPINION, 0, waited=1), []),
        (Urgency(Severity.OPINION, 0, late=True), ["deadline passed +12"]),
        (Urgency(Severity.OPINION, 0, followers=18_000), ["reach: 18,000 followers +15"]),
        (Urgency(Severity.OPINION, 0, followers=1, reposts=40), ["reach: 1 follower, 40 reposts +10"]),
        (Urgency(Severity.OPINION, 0, followers=8), []),
        (Urgency(Severity.OPINION, 0, vulnerable=frozenset({Vulnerability.ILLNESS})), ["illness +15"]),
        (Urgency(Severity.OPINION, 0, threats=frozenset({Threat.PRESS, Threat.LEGAL})),
         ["legal threat and press threat +8"]),
        (Urgency(Severity.OPINION, 0, threats=frozenset({Threat.CHURN})), ["may leave +5"]),
        (Urgency(Severity.OPINION, 0, earlier_cases=1), ["wrote to us before +1"]),
        (Urgency(Severity.OPINION, 0, reopened=True, unhappy_before=True, earlier_cases=9),
         ["came back after it was closed, an earlier case could not be solved, 9 earlier cases +10"]),
        (Urgency(Severity.OPINION, 0, forecast=Forecast(999)),
         ["spreading: 999 more reposts expected within the hour +15"]),
        (Urgency(Severity.OPINION, 0, forecast=Forecast(minutes_to_double=30)), ["spreading: doubles in 30 min +8"]),
        (Urgency(Severity.OPINION, 0, forecast=Forecast()), []),
        (Urgency(Severity.OPINION, 0, vulnerable=frozenset({Vulnerability.SELF_HARM})),
         ["may harm themselves: first in line, whatever else +100"]),
    ],
)  # fmt: skip
def test_it_says_why_in_words(case: Urgency, said: list[str]) -> None:
    assert priority(case).told() == said


def test_more_than_there_is_room_for_is_said_too() -> None:
    all_at_once = Urgency(
        Severity.HARM, 1, followers=10**9, waited=10**5, late=True, reopened=True, earlier_cases=9,
        vulnerable=frozenset({Vulnerability.ILLNESS}), threats=frozenset(Threat),
    )  # fmt: skip
    told = priority(all_at_once)
    assert told.number == 99
    assert told.told()[0] == "severity 4, harm to people +48"
    assert told.told()[-1] == "more than there is room for, so 99"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(4.9, "over 4 min"), (60, "over 1 h"), (2879, "over 47 h"), (2880, "over 2 days")],
)
def test_waiting_is_told_so_that_it_stays_true(minutes: float, words: str) -> None:
    assert waited_words(minutes) == words


@pytest.mark.parametrize(
    ("feelings", "anger"),
    [
        ({"emotions": {"anger": 0.9}}, 0.9),
        ({"emotions": {"anger": 0.1}}, 0.4),
        ({"emotions": {}}, 0.8),
        ({"emotions": {}, "sentiments": {}}, 1.0),
        ({"emotions": {}, "sentiments": {}, "sentiment": Sentiment.NEUTRAL}, 0.0),
        ({"emotions": {"joy": 0.9}, "sentiments": {"negative": 0.0}}, 0.0),
    ],
)
def test_anger_is_joined_with_the_negative_feeling(feelings: dict[str, Any], anger: float) -> None:
    assert anger_of(verdict(**feelings)) == pytest.approx(anger)


def test_weights_come_from_the_policy_and_the_rest_are_standard() -> None:
    assert read_weights({}) == Weights()
    assert read_weights({"priority": {"anger": 0, "reach": 100}}) == replace(Weights(), anger=0, reach=100)
    assert read_weights({"priority": Weights().stored()}) == Weights()


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ([], "Set them anew"),
        ({"anger": 101}, "“Anger” must be a whole number from 0 to 100, not 101"),
        ({"anger": -1}, "from 0 to 100, not -1"),
        ({"anger": 1.5}, "whole number"),
        ({"anger": True}, "whole number"),
        ({"anger": None}, "whole number"),
        ({"weather": 5}, "no part named 'weather'"),
    ],
)
def test_weights_that_cannot_hold_are_refused_in_words(stored: Any, said: str) -> None:
    with pytest.raises(BadPolicy, match=said):
        read_weights({"priority": stored})

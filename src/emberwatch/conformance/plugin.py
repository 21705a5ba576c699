"""The pytest plugin: makes one test of every promise for every channel, and notes how each came out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from emberwatch.channels.registry import channel, channels
from emberwatch.conformance.bench import RIGS, Bench, find_rig
from emberwatch.conformance.promise import Promise
from emberwatch.conformance.results import FOLDER, Result, newest, read
from emberwatch.conformance.rig import Rig

_results: list[Result] = []
_not_run: dict[str, str] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a channel for which the promise applies; nobody opts in, and a channel without a rig fails."""
    promise: Promise | None = getattr(metafunc.function, "__promise__", None)
    if promise is None:
        return
    rows = []
    for name, kind in channels().items():
        rig = find_rig(name, RIGS)
        if rig is None or not promise.applies(kind.spec, rig):
            continue
        if "fault" in metafunc.fixturenames:
            rows += [pytest.param(name, fault, id=f"{name}-{fault}") for fault in sorted(promise.faults & rig.faults)]
        else:
            rows.append(pytest.param(name, id=name))
    first = "bench" if "bench" in metafunc.fixturenames else "still"
    names = [first, "fault"] if "fault" in metafunc.fixturenames else [first]
    metafunc.parametrize(names, rows, indirect=[first], scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one network together, also under xdist --dist loadgroup, so that it is started once.

    A promise that means nothing for any channel here leaves no empty test behind.
    """
    items[:] = [item for item in items if _channel_of(item) or _promise_of(item) is None]
    places = [place for place, item in enumerate(items) if _channel_of(item)]
    for place, item in zip(places, sorted((items[p] for p in places), key=_channel_of), strict=True):
        items[place] = item
        item.add_marker(pytest.mark.xdist_group(f"conformance-{_channel_of(item)}"))


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """The channel with its network running, once for all promises."""
    rig = _rig(request.param)
    why = getattr(rig, "unavailable", "")
    if why:
        _not_run[rig.name] = why
        pytest.skip(f"NOT RUN against {rig.name}: {why}")
    made = Bench(request.param, rig)
    made.run(rig.start())
    yield made
    made.close()


@pytest.fixture(scope="session")
def still(request: pytest.FixtureRequest) -> Rig:
    """The rig without its network running, for what needs only its files and its parse."""
    return _rig(request.param)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note the outcome of each promise."""
    answer = yield
    report = answer.get_result()  # type: ignore[attr-defined]
    name = _channel_of(item)
    promise = _promise_of(item)
    if promise is None or not name or (report.when != "call" and report.passed):
        return
    reason = str(report.longrepr[2]) if report.skipped and isinstance(report.longrepr, tuple) else ""
    _results.append(Result(name, promise.number, item.name, report.outcome, reason, datetime.now(UTC)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the outcomes where `python -m emberwatch.conformance report` finds them."""
    cache = session.config.cache
    if cache is not None and _results:
        path = cache.mkdir(FOLDER) / f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.json"
        # A run of one network alone does not forget how the others came out.
        before = read(path) if path.exists() else []
        path.write_bytes(msgspec.json.encode(newest([*before, *_results])))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which networks were not run, and why."""
    for name, why in _not_run.items():
        terminalreporter.write_line(f"CONFORMANCE NOT RUN for {name}: {why}", yellow=True, bold=True)


def _rig(name: str) -> Rig:
    kind = find_rig(name, RIGS)
    assert kind is not None, f"{channel(name).spec.label} has no rig. Write {RIGS[0]}/{name}.py with a class Rig."
    return kind()


def _channel_of(item: pytest.Item) -> str:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    name = parameters.get("bench", parameters.get("still"))
    return name if isinstance(name, str) else ""


def _promise_of(item: pytest.Item) -> Promise | None:
    return getattr(getattr(item, "function", None), "__promise__", None)

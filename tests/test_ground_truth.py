"""What the fixture apps really send, to a stub on loopback, against what scopelint says that they send."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from cases import CASES, FIXTURES
from driven_apps import PYTHON, Driven, Drivers
from made_up_values import FILLER
from stub_server import Request, shaped

from scopelint import pipeline
from scopelint.config import load
from scopelint.model import ApiCall, Certainty

APPS = (*CASES, FIXTURES / "clinic_app")
MOST_OPEN = 2  # apps that are not held in full: it may only fall
TABLE = tomllib.loads(Path(__file__).with_name("ground_truth.toml").read_text())


def name_of(folder: Path) -> str:
    return folder.relative_to(FIXTURES).as_posix().removeprefix("cases/")


def covers(call: ApiCall, request: Request) -> bool:
    """Say whether a call's method and path template stand for a request; made-up segments stand for any."""
    if call.method not in (None, request.method):
        return False
    if call.path is None or shaped(call.path.rstrip("/")).fullmatch(request.path.rstrip("/")) is not None:
        return True
    said, sent = call.path.strip("/").split("/"), request.path.strip("/").split("/")
    return len(said) == len(sent) and all(
        FILLER in segment or shaped(part).fullmatch(segment) for part, segment in zip(said, sent, strict=True)
    )


def is_invented(request: Request) -> bool:
    """Say whether a request's method or resource is a text that the driver made up, or none at all."""
    resource = re.sub(r"^/(v\d+(/|$))?", "", request.path).partition("/")[0]
    return request.method.lower() == FILLER or FILLER in resource or not resource


def calls_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[ApiCall]:
    monkeypatch.chdir(folder)
    report = pipeline.calls(["."], load(Path()), every_host=False)
    return [matched.call for app in report.apps for matched in app.calls]


def unsaid(driven: Driven, calls: list[ApiCall]) -> set[str]:
    """Return the requests that no call stands for."""
    uncovered = (r for r in driven.sent if not any(covers(call, r) for call in calls) and not is_invented(r))
    return {f"{request.method} {request.path}" for request in uncovered}


def unsent(driven: Driven, calls: list[ApiCall]) -> set[str]:
    """Return the certain calls of live code that no request bears out."""
    certain = [call for call in calls if call.live and call.certainty is Certainty.CERTAIN and call.path is not None]
    return {f"{call.method} {call.path}" for call in certain if not any(covers(call, r) for r in driven.sent)}


@pytest.fixture(scope="module")
def driven(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Path, Future[Driven]]]:
    """The apps of the tests that were asked for, all being driven."""
    with Drivers(tmp_path_factory.mktemp("driven")) as drivers:
        specs = [item.callspec for item in request.session.items if hasattr(item, "callspec")]
        folders = [spec.params["folder"] for spec in specs if "folder" in spec.params]
        yield {folder: drivers.drive(folder, TABLE.get(name_of(folder), {})) for folder in folders}


@pytest.mark.skipif(not PYTHON.exists(), reason="needs .ground-truth, with the extra 'ground-truth': see CONTRIBUTING")
@pytest.mark.parametrize("folder", APPS, ids=name_of)
def test_what_is_sent_is_what_is_said(
    folder: Path, driven: dict[Path, Future[Driven]], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = TABLE.get(name_of(folder), {})
    calls = calls_of(folder, monkeypatch)
    result = driven[folder].result()
    assert sorted(unsaid(result, calls)) == sorted(entry.get("unsaid", ())), result.missing
    assert sorted(unsent(result, calls)) == sorted(entry.get("unsent", ())), result.missing


def test_what_is_not_held_in_full_has_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    names = {name_of(folder) for folder in APPS}
    assert set(TABLE) <= names
    open_ends = {name for name, entry in TABLE.items() if "unsent" in entry or "unsaid" in entry}
    assert {name for name, entry in TABLE.items() if "why" in entry} == open_ends
    assert len(open_ends) <= MOST_OPEN
    with capsys.disabled():
        print(f"\n{len(names) - len(open_ends)} of {len(names)} apps are held in full")

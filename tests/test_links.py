"""An app is linked again when its code says something else, and only then."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cases import FIXTURES

from scopelint import pipeline, sources
from scopelint.config import Config
from scopelint.link import Linked, LinkRequest, link
from scopelint.model import Report

APP = FIXTURES / "clinic_app"


@pytest.fixture
def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[LinkRequest]:
    """Work in a copy of the app; return what the linker is asked from now on."""
    asked: list[LinkRequest] = []

    def noted(request: LinkRequest) -> Linked:
        asked.append(request)
        return link(request)

    monkeypatch.setattr(sources, "link", noted)
    monkeypatch.setattr(pipeline, "tool_stamp", lambda: b"this version")
    monkeypatch.chdir(shutil.copytree(APP, tmp_path / "app"))
    return asked


def check() -> Report:
    return pipeline.check(["."], Config(jobs=1))


def edit(old: str, new: str) -> None:
    path = next(path for path in sorted(Path().rglob("*.py")) if old in path.read_text())
    path.write_text(path.read_text().replace(old, new, 1))


def told(report: Report) -> list[tuple[str, int, str]]:
    return [(finding.span.path, finding.span.line, finding.code) for finding in report.findings]


def test_a_comment_links_nothing_anew(linked: list[LinkRequest]) -> None:
    before = check()
    with max(Path().rglob("*.py")).open("a") as file:
        file.write("# more to say\n")
    after = check()
    assert len(linked) == 1
    assert told(after) == told(before) != []


def test_a_suppressing_comment_counts_all_the_same(linked: list[LinkRequest]) -> None:
    before = check()
    path, line, code = next(finding for finding in told(before) if finding[0].endswith(".py"))
    lines = Path(path).read_text().splitlines()
    lines[line - 1] += f"  # scopelint: ignore[{code}]"
    Path(path).write_text("\n".join(lines) + "\n")
    assert (path, line, code) not in told(check())
    assert len(linked) == 1


def test_a_line_more_is_linked_anew(linked: list[LinkRequest]) -> None:
    before = check()
    path = next(finding[0] for finding in told(before) if finding[0].endswith(".py"))
    Path(path).write_text("\n" + Path(path).read_text())
    after = check()
    assert len(linked) == 2
    assert told(after) == sorted((p, line + (p == path), code) for p, line, code in told(before))


def test_another_path_is_linked_anew(linked: list[LinkRequest]) -> None:
    check()
    edit('"/patients', '"/pets')
    assert "SCL401" in {code for _, _, code in told(check())}
    assert len(linked) == 2


def test_another_module_that_an_import_could_mean_is_linked_anew(linked: list[LinkRequest]) -> None:
    check()
    Path("requests.py").write_text("def get(*args, **options): ...\n")
    check()
    assert len(linked) == 2

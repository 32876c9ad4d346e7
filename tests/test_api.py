"""The analysis as Python programs use it."""

import subprocess
import sys
from pathlib import Path

import pytest
from cases import FIXTURES

import scopelint

APP = FIXTURES / "clinic_app"


def test_check_returns_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(APP)
    report = scopelint.check()
    assert isinstance(report, scopelint.Report)
    assert report.root == str(APP)
    assert [(finding.code, finding.severity, finding.span.path, finding.scope) for finding in report.findings] == [
        ("SCL101", scopelint.Severity.ERROR, "clinic/services/followups.py", "write:tasks"),
        ("SCL102", scopelint.Severity.WARNING, "clinic/services/visits.py", "read:soap_notes"),
        ("SCL302", scopelint.Severity.WARNING, "max-ai.app.toml", "read:encounters"),
        ("SCL201", scopelint.Severity.WARNING, "max-ai.app.toml", "read:claims"),
    ]
    assert all(isinstance(finding, scopelint.Finding) for finding in report.findings)
    assert report.apps[0].scopes.missing == ("write:tasks",)


def test_paths_are_spelled_as_one_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(APP)
    expected = scopelint.check().findings
    for paths in ("clinic", Path("clinic"), ["clinic"], (str(APP / "clinic"),), iter([Path("clinic")])):
        assert [finding.code for finding in scopelint.check(paths).findings] == [finding.code for finding in expected]


def test_a_configuration_is_found_named_or_given(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.scopelint]\nselect = ["SCL4"]\n')
    (tmp_path / "app.py").write_text('import requests\n\nrequests.get("https://api.maxcare.ai/v3/taskz")\n')
    other = tmp_path / "other.toml"
    other.write_text('ignore = ["SCL4"]\n')

    def codes(config: scopelint.Config | Path | str | None = None) -> list[str]:
        return [finding.code for finding in scopelint.check(tmp_path, config=config).findings]

    assert codes() == ["SCL401"]
    assert codes(other) == codes(str(other)) == []
    assert codes(scopelint.Config()) == ["SCL401"]
    assert codes(scopelint.Config(ignore=("SCL4",))) == []


def test_what_cannot_be_used_raises(tmp_path: Path) -> None:
    (tmp_path / "max-ai.app.toml").write_text("[permissions]\nscopes = 3\n")
    with pytest.raises(scopelint.ScopelintError, match=r"max-ai\.app\.toml:2: ") as caught:
        scopelint.check(tmp_path)
    assert (caught.value.path, caught.value.line) == ("max-ai.app.toml", 2)
    with pytest.raises(scopelint.ScopelintError, match="cannot be read"):
        scopelint.check(tmp_path / "nowhere")


def test_importing_the_package_imports_nothing_of_it() -> None:
    code = "import sys, scopelint; print(*sorted(name for name in sys.modules if name.startswith('scopelint')))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "scopelint\n"
    assert all(hasattr(scopelint, name) for name in scopelint.__all__)
    with pytest.raises(AttributeError, match="module 'scopelint' has no attribute 'chekc'"):
        _ = scopelint.chekc  # type: ignore[attr-defined]


def test_programs_that_use_it_are_type_checked(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import scopelint\n\n"
        'report = scopelint.check(["src"], config=scopelint.Config(include_tests=True))\n'
        "reveal_type(report.findings[0].severity)\n"
        "scopelint.check(3)\n"
    )
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(program)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    lines = [line.partition(": ")[2] for line in result.stdout.splitlines()]
    assert lines[0] == 'note: Revealed type is "scopelint.model.Severity"'
    assert lines[1].startswith('error: Argument 1 to "check" has incompatible type "int"')

"""The command line as a user meets it: what is printed where, files written, exit codes, and what is not imported."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args
from unittest.mock import Mock

import pytest
import samples

import scopelint
from scopelint import cli, pipeline
from scopelint.catalog.load import load_bundled
from scopelint.config import Config, FailOn, FormatName
from scopelint.errors import ScopelintError
from scopelint.model import Report
from scopelint.report import FORMATS
from scopelint.rules import ALL

HERE = Path(__file__).parents[1]
Analysis = Callable[[Report], list[tuple[Sequence[str], Config]]]


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch) -> Analysis:
    """Have every run find a given report; gives what each run was asked for."""

    def install(report: Report) -> list[tuple[Sequence[str], Config]]:
        asked: list[tuple[Sequence[str], Config]] = []

        def check(paths: Sequence[str], config: Config, **_: object) -> Report:
            asked.append((paths, config))
            return report

        def calls(paths: Sequence[str], config: Config, *, every_host: bool, **_: object) -> Report:
            asked.append((paths, config))
            return report if every_host else samples.report(findings=())

        monkeypatch.setattr(pipeline, "check", check)
        monkeypatch.setattr(pipeline, "calls", calls)
        return asked

    return install


@pytest.fixture(autouse=True)
def standing_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check"],
        ["check", "."],
        ["."],
        ["--format", "concise"],
        ["--format", "concise", "check", "."],
        ["--select", "SCL1", ".", "--isolated"],
        ["-v", "check"],
        ["--isolated", "check", "--format=concise", "."],
    ],
)
def test_check_is_the_default_command(arguments: list[str], analysis: Analysis) -> None:
    asked = analysis(samples.report(findings=()))
    assert cli.run(arguments) == 0
    assert [paths for paths, _ in asked] == [(".",)]


def test_options_go_before_the_configuration(analysis: Analysis, standing_in: Path) -> None:
    (standing_in / "scopelint.toml").write_text(
        "fail-on = 'error'\nselect = ['SCL2']\njobs = 3\nsearch-paths = ['lib']\nmanifest = 'm.toml'\n"
    )
    (standing_in / "a").mkdir()
    asked = analysis(samples.report(findings=()))
    cli.run(["--fail-on", "note", "--select", "SCL1,SCL2", "--select", "SCL3", "--search-path", "a", "--manifest", "b"])
    cli.run([])
    given, configured = (config for _, config in asked)
    here = str(standing_in)
    assert (given.fail_on, given.select, given.jobs) == (FailOn.NOTE, ("SCL1", "SCL2", "SCL3"), 3)
    assert (given.search_paths, given.manifest) == ((f"{here}/a",), f"{here}/b")
    assert (configured.fail_on, configured.select, configured.manifest) == (FailOn.ERROR, ("SCL2",), "m.toml")


@pytest.mark.parametrize(
    ("findings", "arguments", "code"),
    [
        ((), [], 0),
        ((samples.MISSING,), [], 1),
        ((samples.UNUSED,), [], 1),
        ((samples.UNRESOLVED,), [], 0),
        ((samples.UNRESOLVED,), ["--fail-on", "note"], 1),
        ((samples.UNUSED,), ["--fail-on", "error"], 0),
        ((samples.MISSING,), ["--fail-on", "never"], 0),
        ((samples.MISSING,), ["--exit-zero"], 0),
    ],
)
def test_exit_codes(findings: tuple[object, ...], arguments: list[str], code: int, analysis: Analysis) -> None:
    analysis(samples.report(findings=findings))  # type: ignore[arg-type]  # parametrize knows no types
    assert cli.run(arguments) == code


def test_an_incomplete_run_is_an_error(analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
    analysis(Report(root="/nowhere", apps=(), findings=(), incomplete=("a worker process died",)))
    assert cli.run(["--exit-zero"]) == 2
    assert "Incomplete: a worker process died\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "Invalid value for '[PATHS]...': Path 'nowhere' does not exist."),
        (["--format", "xml"], f"Invalid value for '--format': 'xml' is not one of {', '.join(map(repr, FORMATS))}."),
        (["--config", "no.toml"], "no.toml: cannot be read: No such file or directory"),
        (["--jobs", "-1"], "Invalid value for '--jobs': -1 is not in the range 0<=x<=256."),
        (["chekc"], "no command and no path is called 'chekc'; did you mean check?"),
        (["--python", "nowhere"], "Invalid value for '--python': Path 'nowhere' does not exist."),
        (["--search-path", "no"], "Invalid value for '--search-path': Directory 'no' does not exist."),
        (["--output", "jsn:report.json"], 'no format is called "jsn"; did you mean json?'),
        (["--output", "plain:b"], 'no format is called "plain"; write ./plain:b for a file of that name'),
        (["--select", "SCL1,E501"], 'no rule is called "E501"'),
        (["--ignore", "SLC101"], 'no rule is called "SLC101"; did you mean SCL101?'),
        (["explain", "SCL110"], '"SCL110" is no code, scope or endpoint; did you mean SCL101?'),
    ],
)
def test_an_error_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"scopelint: error: {message}\n")


@pytest.mark.parametrize("arguments", [["--formt", "json"], ["catalog", "sow"], ["explain"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("scopelint: error: ")
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], ["fix", "-h"]])
def test_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 0
    assert capsys.readouterr().out.startswith("Usage: scopelint")


def test_no_configuration_and_a_configuration_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "--isolated", "--config", "nowhere.toml"]) == 2
    message = "--isolated reads no configuration file, so --config cannot go with it"
    assert capsys.readouterr() == ("", f"scopelint: error: {message}\n")


def test_a_group_alone_shows_what_may_follow(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["catalog"]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("Usage: scopelint catalog [OPTIONS] COMMAND [ARGS]...\n")
    assert "  show    Show the table.\n" in shown


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_passes_over_a_missing_manifest(
    name: str, standing_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (standing_in / "app.py").write_text("import requests\nrequests.get('https://api.maxcare.ai/v3/tasks')\n")
    assert cli.run(["--format", name]) == 0
    captured = capsys.readouterr()
    note = "scopelint: note: no manifest (max-ai.app.toml) was found, so no scope is judged: name it with --manifest\n"
    told = name in ("text", "markdown", "html")
    assert captured.err == ("" if told else note)
    assert not told or re.search("(No|no) manifest", captured.out)
    assert cli.run(["--format", name, "--output", "report"]) == 0
    assert capsys.readouterr().err == note


def test_a_folder_without_python_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == 0
    captured = capsys.readouterr()
    assert captured.err == "scopelint: note: no Python file was found in .\n"
    assert captured.out.splitlines()[-1] == "No findings in 0 Python files, 0 of them analysed"


def test_an_error_in_the_analysis_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ScopelintError("not a\nlist \x1b[2J", "max-ai.app.toml", 3)
    monkeypatch.setattr(pipeline, "check", Mock(side_effect=error))
    assert cli.run([]) == 2
    assert capsys.readouterr().err == "scopelint: error: max-ai.app.toml:3: not a\\nlist \\x1b[2J\n"


def test_an_interrupt_is_130_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline, "check", Mock(side_effect=KeyboardInterrupt))
    assert cli.run([]) == 130
    captured = capsys.readouterr()
    assert (captured.out, captured.err.strip()) == ("", "")


def test_output_to_files(analysis: Analysis, standing_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    analysis(samples.report(findings=(samples.UNUSED,)))
    line = "max-ai.app.toml:2:12: SCL201 no call needs read:claims\n"
    assert cli.run(["--format", "concise", "--output", "json:report.json"]) == 1
    assert capsys.readouterr().out.endswith(line)
    assert [row["code"] for row in json.loads((standing_in / "report.json").read_text())["findings"]] == ["SCL201"]
    assert cli.run(["--format", "concise", "--output", "report.txt"]) == 1
    assert (capsys.readouterr().out, (standing_in / "report.txt").read_text()[-len(line) :]) == ("", line)
    assert sorted(path.name for path in standing_in.iterdir()) == ["report.json", "report.txt"]


def test_a_file_that_cannot_be_written_is_an_error(analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
    analysis(samples.report())
    assert cli.run(["--output", "no/such/folder.txt"]) == 2
    assert capsys.readouterr().err == (
        "scopelint: error: no/such/folder.txt: cannot be written: No such file or directory\n"
    )


def test_colours(analysis: Analysis, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    analysis(samples.report(findings=(samples.UNUSED,)))
    colored = []
    for arguments, terminal, no_color in (
        ([], False, ""),
        ([], True, ""),
        ([], True, "1"),
        (["--color", "always"], False, "1"),
        (["--color", "never"], True, ""),
    ):
        monkeypatch.setenv("NO_COLOR", no_color)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys.stdout, "isatty", lambda terminal=terminal: terminal)
        cli.run(arguments)
        colored.append("\x1b[" in capsys.readouterr().out)
    assert colored == [False, True, False, True, False]


def test_calls(analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
    analysis(samples.report())
    assert cli.run(["calls", "--all"]) == 0
    assert [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()] == [
        "GET https://api.maxcare.ai/v3/tasks  [read:tasks]",
        "GET https://api.maxcare.ai/v3/{}  [unresolved: 'name' is a parameter]",
        "GET https://api.maxcare.ai/v3/claims  [read:claims; not counted: nothing uses it]",
        "",
    ]
    assert cli.run(["calls", "--format", "json"]) == 0
    calls = json.loads(capsys.readouterr().out)["calls"]
    assert [(call["file"], call["line"], call["endpoint"]) for call in calls] == [
        ("app.py", 7, "GET /v3/tasks"),
        ("app.py", 11, None),
        ("app.py", 30, "GET /v3/claims"),
    ]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_every_rule_is_explained(rule: object, capsys: pytest.CaptureFixture[str]) -> None:
    code: str = rule.code  # type: ignore[attr-defined]  # parametrize knows no types
    assert cli.run(["explain", code.lower()]) == 0
    page = capsys.readouterr().out
    assert page.startswith(f"# {code} ")
    assert page.count("```") % 2 == 0
    for heading in ("## What it does\n", "## Why it matters\n", "## Example\n", "## What to do\n"):
        assert heading in page


def test_scopes_and_endpoints_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain", "read:encounters"]) == 0
    scope = capsys.readouterr().out
    assert "A legacy name: declare read:bills instead.\n" in scope
    assert "\n  GET /v3/bills\n" in scope
    for spelling in (["GET /v3/notes"], ["get", "/v3/notes/"], ["notes.list"]):
        assert cli.run(["explain", *spelling]) == 0
        assert capsys.readouterr().out.startswith(
            "GET /v3/notes  (notes.list)\n  needs read:notes\n  needs read:soap_notes with includeSoapNote=true\n"
        )
    assert cli.run(["explain", "/v3/tasks/42?x=1"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith(("GET", "PATCH"))] == [
        "GET /v3/tasks/{id}  (tasks.get)",
        "PATCH /v3/tasks/{id}  (tasks.update)",
    ]


def test_names_that_the_command_line_repeats() -> None:
    assert cli.FORMATS == tuple(FORMATS) == get_args(FormatName)
    assert tuple(member.value for member in FailOn) == cli.SEVERITIES


def test_version_imports_only_the_package_and_click() -> None:
    code = "import sys; from scopelint.cli import run; run(['--version']); print(*sorted(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HERE)
    version, modules = result.stdout.splitlines()
    assert version == f"scopelint {scopelint.__version__}"
    ours = {name for name in modules.split() if name.startswith("scopelint")}
    assert ours == {"scopelint", "scopelint.cli", "scopelint.errors"}
    assert not {"msgspec", "libcst", "rich", "tomllib", "tomlkit", "pathspec", "yaml"} & set(modules.split())


def test_a_reader_that_goes_away_ends_the_output_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [sys.executable, "-m", "scopelint", "explain", "SCL101"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        cwd=HERE,
    )
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, "")


def test_output_is_utf_8_whatever_the_locale() -> None:
    code = "from scopelint.commands.output import print_text; print_text('日本 \\udcff')"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True, cwd=HERE)
    assert result.stdout == "日本 \\udcff".encode()


def test_the_catalog_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["catalog", "show"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(load_bundled().endpoints)
    assert [line.split("  ")[-1].strip() for line in lines if line.startswith("GET /v3/marketplace/me")] == [
        "needs no scope"
    ]
    assert cli.run(["catalog", "show", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["prefix"] == "/v3"

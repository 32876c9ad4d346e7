"""Analysed code and configuration that mean harm: what they say stays text in every format, and nothing is executed.

Each format is judged by a parser, a terminal emulator or the rules of the service that reads it.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
import xml.etree.ElementTree
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pyte
import pytest
from markdown_it import MarkdownIt
from running import run

from scopelint import pipeline
from scopelint.cache import Cache, key
from scopelint.config import load
from scopelint.errors import ScopelintError
from scopelint.report.printable import printable

TEXT = (
    "\x1b[2J\x1b]0;taken\x07<script>alert(1)</script><img src=x onerror=alert(1)>::error::%0A##[error]x##vso[task]"
    "![x](http://evil.test)[y](javascript:alert(1))]]>`|&amp;\u202e\u2066\x85\u2028@someone"
)
NAMES = (
    "<b>&\"'.py",
    "::error::.py",
    "new\nline.py",
    "a`b|c.py",
    "\x1b[31m.py",
    "![x](http:evil).py",
    "%0A::error::.py",
    "##[error].py",
    "\u202egnp.py",
    "javascript:alert(1).py",
    os.fsdecode(b"\xff\xfe.py"),
)
CODE = """\
import requests

BASE = "https://api.maxcare.ai"  # ##[error] ::error::\x1b[2J
requests.get(BASE + "/v3/" + {text})
requests.get(BASE + "/v3/" + names[{text}])
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An app whose every name and text is hostile."""
    folder = tmp_path_factory.mktemp("hostile") / "::error::<i>"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(CODE.format(text=ascii(TEXT)))
    (folder / "raw.py").write_text(CODE.format(text='"' + TEXT.replace("\x85", "").replace("\u2028", "") + '"'))
    (folder / "max-ai.app.toml").write_text(f"[permissions]\nscopes = [{json.dumps(TEXT)}]\n")
    return folder


def shown(app: Path, name: str, *arguments: str, command: str = "check") -> str:
    result = run(app, command, "--no-cache", "--format", name, *arguments)
    assert result.returncode in (0, 1)
    assert "internal error" not in result.stderr
    assert_harmless(result.stderr)
    return result.stdout


def assert_harmless(output: str) -> None:
    """No character that a terminal obeys or hides, and no line that a CI service takes for a command."""
    hidden = {character for character in output if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert hidden <= {"\n"}
    assert [line for line in output.splitlines() if line.lstrip().startswith("::")] == []
    assert "##[" not in output
    assert "##vso[" not in output


def test_ci_commands_are_written_as_escapes() -> None:
    assert [printable(text) for text in ("::error::x", " ::x", "a::b", "##[x]", "##vso[x]", "## [x]", "a #")] == [
        "\\x3a:error::x",
        " \\x3a:x",
        "a::b",
        "\\x23#[x]",
        "\\x23#vso[x]",
        "## [x]",
        "a #",
    ]


@pytest.mark.parametrize("arguments", [("text",), ("text", "-v"), ("concise",)])
def test_what_a_person_reads_is_harmless(app: Path, arguments: tuple[str, ...]) -> None:
    output = shown(app, *arguments)
    assert output.count("SCL401") >= len(NAMES)
    assert_harmless(output)


def test_the_inventory_is_harmless(app: Path) -> None:
    output = shown(app, "text", "--all", command="calls")
    assert output.count("\n") >= 2 * len(NAMES)
    assert_harmless(output)
    assert len(json.loads(shown(app, "json", "--all", command="calls"))["calls"]) == 2 * (len(NAMES) + 1)


def test_a_terminal_shows_the_colours_and_obeys_nothing_else(app: Path) -> None:
    output = shown(app, "text", "--color", "always")
    screen = pyte.HistoryScreen(300, 50, history=100_000)
    stream = pyte.Stream(screen)
    stream.feed(output.replace("\n", "\r\n"))
    assert screen.title == ""
    lines = [
        "".join(line[column].data for column in range(screen.columns)).rstrip()
        for line in (*screen.history.top, *(screen.buffer[row] for row in range(screen.lines)))
    ]
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    assert "\x1b" not in plain
    assert [line[:250] for line in lines if line] == [
        line.rstrip()[:250] for line in plain.splitlines() if line.strip()
    ]


def test_json_and_sarif_are_whole(app: Path) -> None:
    report = json.loads(shown(app, "json"))
    paths = {finding["path"] for finding in report["findings"] if finding["code"] == "SCL401"}
    expected = {name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for name in NAMES}
    assert len(paths) == len(NAMES) + 1
    assert expected - {"\ufffd\ufffd.py"} <= paths
    (sarif,) = json.loads(shown(app, "sarif"))["runs"]
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in sarif["results"]
        if result["ruleId"] == "SCL401"
    ]
    assert len(uris) == len(NAMES) + 1
    assert [uri for uri in uris if not re.fullmatch(r"[A-Za-z0-9._~%-]+", uri)] == []
    for result in sarif["results"]:
        assert not re.search(r"(?<!\\)\[[^\]]*\]\(", result["message"]["text"])
        assert_harmless(result["message"]["text"])


def test_github_reads_one_command_a_finding(app: Path) -> None:
    count = len(json.loads(shown(app, "json"))["findings"])
    lines = shown(app, "github").splitlines()
    assert len(lines) == count
    for line in lines:
        command = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert command is not None
        assert re.findall(r"%(?!25|3A|2C|0A|0D)", command[2] + command[3]) == []
        assert [part.partition("=")[0] for part in command[2].split(",")][:3] == ["file", "line", "endLine"]
        assert_harmless(command[3])


def test_gitlab_and_junit_are_whole(app: Path) -> None:
    for issue in json.loads(shown(app, "gitlab")):
        assert_harmless(issue["description"])
    text = shown(app, "junit")
    assert "<!ENTITY" not in text
    root = xml.etree.ElementTree.fromstring(text)
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "skipped"}


def test_markdown_holds_no_link_no_image_and_no_html(app: Path) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(shown(app, "markdown"))
    kinds = {child.type for token in tokens for child in (token, *(token.children or ()))}
    assert kinds & {"html_block", "html_inline", "link_open", "image"} == set()
    assert len([token for token in tokens if token.type == "tr_open"]) > len(NAMES)


def test_html_runs_nothing_of_the_code(app: Path) -> None:
    class Elements(HTMLParser):
        found: list[str]
        handlers: list[str]
        links: list[str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found.append(tag)
            self.handlers += [name for name, _ in attrs if name.startswith("on")]
            self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href")]

    page = Elements()
    page.found, page.handlers, page.links = [], [], []
    text = shown(app, "html")
    page.feed(text)
    assert (page.found.count("script"), page.found.count("img"), page.found.count("i")) == (1, 0, 0)
    assert page.handlers == []
    assert [link for link in page.links if not link.startswith("#") and link != "data:,"] == []
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize("error", ["nowhere\n::error::\x1b[2J", "##[error]"])
def test_errors_are_harmless(app: Path, error: str) -> None:
    result = run(app, "check", error)
    assert (result.returncode, result.stdout) == (2, "")
    assert_harmless(result.stderr)
    assert result.stderr.count("\n") == 1


# Configuration of the analysed repository.


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "max-ai.app.toml").write_text("[permissions]\nscopes = []\n")
    (folder / "a.py").write_text('import requests\nrequests.get("https://api.maxcare.ai/v3/tasks")\n')
    return folder


def codes(folder: Path, **more: str) -> list[str]:
    result = run(folder, "check", "--format", "json", **more)
    assert result.stderr == ""
    return [finding["code"] for finding in json.loads(result.stdout)["findings"]]


def test_an_interpreter_in_the_configuration_is_never_run(project: Path, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    environment = project / "env"
    (environment / "bin").mkdir(parents=True)
    packages = environment / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    for file in (environment / "bin" / "python", project / "python", project / "sitecustomize.py"):
        file.write_text(f"#!/bin/sh\ntouch {mark}\n")
        file.chmod(0o755)
    (packages / "evil.pth").write_text(f"import os; os.system('touch {mark}')\n")
    (packages / "sitecustomize.py").write_text(f"import os; os.system('touch {mark}')\n")
    (packages / "evil.py").write_text(f"import os; os.system('touch {mark}')\nBASE = 'https://api.maxcare.ai'\n")
    (project / "a.py").write_text("import requests, evil\nrequests.get(evil.BASE + '/v3/tasks')\n")
    for python in ("env/bin/python", "env", "python"):
        (project / "scopelint.toml").write_text(f"python = {json.dumps(python)}\n")
        codes(project)
    for python in ("$(touch x)", "env/bin/python; touch x"):
        (project / "scopelint.toml").write_text(f"python = {json.dumps(python)}\n")
        assert run(project, "check").stderr.endswith(f'scopelint.toml:1: "python": there is no {python}\n')
    (project / "scopelint.toml").write_text('python = "env"\n')
    assert codes(project) == ["SCL101"]
    assert not mark.exists()
    assert not (project / "x").exists()


def test_neither_project_nor_working_folder_is_imported(project: Path, tmp_path: Path) -> None:
    """Parsing processes are started inside the analysed project: its modules must not stand for the real ones."""
    mark = tmp_path / "executed"
    for name in ("libcst", "msgspec", "scopelint", "gc", "re", "ast", "click", "sitecustomize", "usercustomize"):
        (project / f"{name}.py").write_text(f"open({str(mark)!r}, 'w')\n")
    filler = '"""' + "text\n" * 200_000 + '"""\n'
    (project / "large.py").write_text((project / "a.py").read_text() + filler)
    from scopelint.parsing import pool

    sources = [(name, (project / "large.py").read_bytes()) for name in ("a", "b", "c")]
    before = Path.cwd()
    os.chdir(project)
    try:
        results = pool.parse(sources, 3, lambda: None)
    finally:
        os.chdir(before)
    assert [parsed.lost for parsed in results.values()] == ["", "", ""]
    assert not mark.exists()


@pytest.mark.parametrize("path", ["../outside", "/tmp/outside", "inside/../../outside", "link/outside", "nul\\u0000"])
@pytest.mark.parametrize("name", ["cache-dir", "manifest"])
def test_what_is_written_stays_in_the_project(project: Path, tmp_path: Path, path: str, name: str) -> None:
    (project / "link").symlink_to(tmp_path)
    (project / "scopelint.toml").write_text(f'{name} = "{path}"\n')
    result = run(project, "check")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f'scopelint: error: {project}/scopelint.toml:1: "{name}" must stay inside')
    assert sorted(path.name for path in tmp_path.iterdir()) == ["project"]


def test_paths_that_leave_the_project_name_no_content(project: Path, tmp_path: Path) -> None:
    """What is only read may lie elsewhere, but an error about it tells nothing of what stands there."""
    (tmp_path / "secret.txt").write_text("password = hunter2 hunter2\n")
    for name in ("baseline", "catalog"):
        (project / "scopelint.toml").write_text(f'{name} = "../secret.txt"\n')
        result = run(project, "check")
        assert result.returncode == 2
        assert "hunter2" not in result.stdout + result.stderr
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "text",
    [
        'exclude = ["' + "*a" * 2_000 + '"]',
        'exclude = ["' + "**/" * 2_000 + '"]',
        'exclude = ["(a+)+$", "[", "[z-a]", "\\\\", "!", ""]',
        "exclude = [" + '"*a*b*c",' * 20_000 + "]",
        'per-file-ignores = {"' + "*a" * 2_000 + '" = ["SCL101"]}',
        'base-urls = ["' + "a" * 100_000 + '", "https://", "://", "", "http://[::1"]',
        'library = ["' + "../" * 1_000 + '", "/", "*"]',
        'search-paths = ["/", "/proc", "..", "' + "x/" * 3_000 + '"]',
        'operations = {"' + "a." * 2_000 + 'b()" = "GET /v3/tasks"}',
        'clients = [{call = "' + "a." * 2_000 + 'b", signature = "' + "x," * 2_000 + '"}]',
        "x = " + "[" * 5_000,
        "x = " + "{a=" * 5_000,
        ".".join(["a"] * 5_000) + " = 1",
        "jobs = " + "9" * 5_000,
    ],
)
def test_an_exploding_configuration_ends(project: Path, text: str) -> None:
    (project / ("a" * 200 + ".py")).write_text("x = 1\n")
    (project / "scopelint.toml").write_text(text + "\n")
    result = run(project, "check", "--format", "concise")
    assert result.returncode in (0, 1, 2)
    assert "internal error" not in result.stderr
    assert result.stderr.count("\n") == (result.returncode == 2)


def test_a_yaml_manifest_executes_and_multiplies_nothing(project: Path, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(15)
    )
    for text in (
        f"permissions: !!python/object/apply:os.system ['touch {mark}']\n",
        f"permissions:\n  scopes: !!python/object/new:os.system ['touch {mark}']\n",
        bomb + "permissions:\n  scopes: *p\n",
        "permissions: &p\n  scopes: *p\n",
    ):
        (project / "app.yaml").write_text(text)
        (project / "scopelint.toml").write_text('manifest = "app.yaml"\nmanifest-required-key = "permissions.scopes"\n')
        result = run(project, "check")
        assert result.returncode in (0, 1, 2)
        assert "internal error" not in result.stderr
        assert result.stderr.count("\n") <= 1
    assert not mark.exists()


def test_a_planted_cache_is_not_believed(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in the repository that says "nothing was found": without the configuration's word nobody looks at it."""
    report = pipeline.check([str(project)], load(project))
    empty = msgspec.msgpack.encode(msgspec.structs.replace(report, findings=(), apps=()))
    for folder in (".scopelint_cache", ".cache", "cache"):
        planted = Cache(project / folder)
        for name in (b"report", b"facts"):
            planted.put(key(b"", name, b""), empty)
    assert codes(project) == ["SCL101"]
    (project / "scopelint.toml").write_text('cache-dir = "cache"\n')
    assert codes(project) == ["SCL101"]
    assert codes(project) == ["SCL101"]
    for path in (project / "cache").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            path.write_bytes(data[: len(data) // 2] + empty)
    assert codes(project) == ["SCL101"]
    (project / "cache" / "aa").mkdir(exist_ok=True)
    (project / "cache" / "aa" / "bb").symlink_to(tmp_path / "elsewhere")
    assert codes(project) == ["SCL101"]
    monkeypatch.chdir(project)
    assert not (tmp_path / "elsewhere").exists()


def test_a_manifest_behind_a_link_is_not_changed(project: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim.toml"
    victim.write_text("[permissions]\nscopes = []\n")
    (project / "max-ai.app.toml").unlink()
    (project / "max-ai.app.toml").symlink_to(victim)
    result = run(project, "fix")
    assert (result.returncode, result.stdout) == (2, "")
    assert "is a link that leads out of the project" in result.stderr
    assert victim.read_text() == "[permissions]\nscopes = []\n"


def test_a_configuration_that_is_a_link_to_a_secret_tells_nothing(project: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("scopelint hunter2 = = hunter2\n")
    (project / "pyproject.toml").symlink_to(tmp_path / "secret")
    with pytest.raises(ScopelintError) as raised:
        load(project)
    assert "hunter2" not in str(raised.value)

"""Programs that could keep the analysis busy for ever: each ends, finds what is plain beside, and says what it bounded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

SAFETY_NET = 120  # seconds after which a run is taken for one that never ends; each takes a fraction of that

HEAD = """\
import requests
BASE = "https://api.maxcare.ai/v3"
def fetch(path):
    return requests.get(BASE + path).json()
"""
PLAIN = '\ndef plain():\n    return requests.get("https://api.maxcare.ai/v3/providers")\n'


class Run(NamedTuple):
    """What `calls` says: "METHOD path" of each call, and what it gave up at."""

    calls: list[str]
    bounds: list[str]


def run(folder: Path, **files: str) -> Run:
    """Analyse files (named without `.py`) in a process of its own; fails when it does not end."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    program = (
        "import json; from pathlib import Path; from scopelint import sources; from scopelint.config import Config; "
        "from scopelint.link import engine; from scopelint import pipeline; linked = []; link = sources.link; "
        "sources.link = lambda request: linked.append(link(request)) or linked[-1]; "
        "pipeline.calls(['.'], Config(no_cache=True, jobs=1), every_host=False); "
        "print(json.dumps([[f'{c.method} {c.path}' for l in linked for c in l.calls], [b for l in linked for b in l.bounds]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=SAFETY_NET, check=False
    )
    assert done.returncode == 0, done.stderr
    return Run(*json.loads(done.stdout))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def walk(n):\n    fetch('/patients')\n    return walk(n + 1)\n", id="recursion"),
        pytest.param(
            "def walk(n, p='/patients'):\n    fetch(p)\n    walk(n, p) if n else walk(n - 1, p)\n", id="two ways"
        ),
        pytest.param(
            "def even(n):\n    fetch('/patients')\n    return odd(n - 1)\ndef odd(n):\n    return even(n - 1)\n",
            id="mutual recursion",
        ),
        pytest.param("def walk(p):\n    fetch('/patients')\n    walk(p + 'x')\nwalk('')\n", id="argument that grows"),
        pytest.param(
            "def walk(f):\n    fetch('/patients')\n    walk(lambda: f)\nwalk(None)\n", id="closure that grows"
        ),
        pytest.param("def walk(*a):\n    fetch('/patients')\n    walk(a, a)\nwalk()\n", id="tuple that grows"),
        pytest.param(
            "def tree(n):\n    fetch('/patients')\n    tree(n) + tree(n) + tree(n) + tree(n)\ntree(3)\n", id="fan"
        ),
        pytest.param("y = lambda f: f(f)\ndef go(f):\n    fetch('/patients')\n    return f(f)\ny(go)\n", id="Y"),
        pytest.param(
            "class Node:\n    def __getattr__(self, name):\n        return Node()\n    def __call__(self):\n"
            "        return fetch('/patients')\nNode().a.b.c.d()\n",
            id="proxy that gives itself",
        ),
        pytest.param(
            "def gen():\n    while True:\n        yield fetch('/patients')\n        yield from gen()\nlist(gen())\n",
            id="generator that never ends",
        ),
        pytest.param(
            "class A:\n    def __init__(self):\n        self.next = B()\n    def go(self):\n        fetch('/patients')\n"
            "        self.next.go()\nclass B:\n    def __init__(self):\n        self.next = A()\n    def go(self):\n"
            "        self.next.go()\nA().go()\n",
            id="constructors of each other",
        ),
        pytest.param(
            "@(lambda f: lambda *a: f(*a))\ndef deep(n):\n    fetch('/patients')\n    return deep(n)\n", id="decorated"
        ),
        pytest.param("class A(B): pass\nclass B(A):\n    def go(self):\n        fetch('/patients')\n", id="base cycle"),
        pytest.param(
            "x = {}\nx['x'] = x\ny = []\ny.append(y)\nfetch('/patients', *y)\nfetch('/patients')\n", id="self-made"
        ),
    ],
)
def test_recursion_ends(text: str, tmp_path: Path) -> None:
    assert {"GET /v3/patients", "GET /v3/providers"} <= set(run(tmp_path, app=HEAD + text + PLAIN).calls)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("path = '/patients'\nwhile path:\n    path += '/x'\nfetch(path)\n", id="text"),
        pytest.param(
            "def go():\n    p = ['/patients']\n    while True:\n        p = p + p\n        fetch('/'.join(p))\n",
            id="list",
        ),
        pytest.param("def go(d):\n    for k in d:\n        d = {**d, k: d}\n        fetch(str(d))\n", id="dict"),
        pytest.param(
            "def go():\n    p = '/a'\n    for _ in range(10 ** 9):\n        p = f'{p}{p}'\n    fetch(p)\n", id="double"
        ),
        pytest.param(
            "def go():\n    fetch('/a' * 10 ** 12)\n    fetch('%0999999999d' % 1)\n    fetch(f'{1:>999999999}')\n",
            id="wide",
        ),
        pytest.param("def go():\n    fetch(str(9 ** 9 ** 9))\n    fetch('/a' + str(1 << 1 << 40))\n", id="numbers"),
        pytest.param(
            "def go():\n    f = fetch\n    while True:\n        f = (lambda g: lambda p: g(p))(f)\n        f('/a')\n",
            id="closures",
        ),
        pytest.param(
            "import functools\ndef go():\n    f = fetch\n    while True:\n        f = functools.partial(f)\n    f('/a')\n",
            id="partials",
        ),
    ],
)
def test_values_that_grow_in_a_loop_end(text: str, tmp_path: Path) -> None:
    assert "GET /v3/providers" in run(tmp_path, app=HEAD + text + PLAIN).calls


def test_import_cycles_end(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        one="import two\nfrom three import *\nBASE = 'https://api.maxcare.ai'\ndef url(p):\n    return BASE + two.V + p\n",
        two="import three, one\nV = '/v3'\ndef go():\n    return three.fetch('/patients')\n",
        three="from one import *\nimport one, three, requests\ndef fetch(p):\n    return requests.get(one.url(p))\n",
    )
    assert found.calls == ["GET /v3/patients"]


def test_a_module_that_imports_itself_by_star_ends(tmp_path: Path) -> None:
    found = run(tmp_path, app="from app import *\nimport app\n" + HEAD + "app.fetch('/patients')\n")
    assert found.calls == ["GET /v3/patients"]


def test_2_to_the_40_ways_through_a_function_are_joined_and_said(tmp_path: Path) -> None:
    body = "".join(f"    if flags[{n}]:\n        path += '/{n}'\n" for n in range(40))
    found = run(tmp_path, app=f"{HEAD}def go(flags):\n    path = '/patients'\n{body}    fetch(path)\n{PLAIN}")
    assert "GET /v3/providers" in found.calls
    assert any("states" in bound for bound in found.bounds), found.bounds


def test_2_to_the_40_values_of_one_expression_are_joined_and_said(tmp_path: Path) -> None:
    text = " + ".join(f"('/a{n}' if flags[{n}] else '/b{n}')" for n in range(40))
    found = run(tmp_path, app=f"{HEAD}def go(flags):\n    fetch({text})\n{PLAIN}")
    assert "GET /v3/providers" in found.calls
    assert any("ways" in bound for bound in found.bounds), found.bounds


def test_a_complete_graph_of_500_functions_ends(tmp_path: Path) -> None:
    calls = "".join(f"    f{n}(path)\n" for n in range(500))
    functions = "".join(f"def f{n}(path):\n    fetch('/patients')\n{calls}" for n in range(500))
    found = run(tmp_path, app=HEAD + functions + PLAIN)
    assert {"GET /v3/patients", "GET /v3/providers"} <= set(found.calls)
    assert found.bounds != []


def test_50000_callers_of_one_wrapper_are_50000_calls(tmp_path: Path) -> None:
    callers = "".join(f"def f{n}(id):\n    return fetch(f'/patients/{{id}}')\n" for n in range(50_000))
    assert run(tmp_path, app=HEAD + callers).calls == ["GET /v3/patients/{}"] * 50_000


def test_a_chain_of_calls_deeper_than_the_bound_is_said(tmp_path: Path) -> None:
    chain = "".join(f"def f{n}(path):\n    return f{n + 1}(path)\n" for n in range(100))
    found = run(
        tmp_path, app=f"{HEAD}{chain}def f100(path):\n    return fetch(path)\ndef go():\n    f0('/patients')\n{PLAIN}"
    )
    assert "GET /v3/providers" in found.calls
    assert any("calls inside each other" in bound for bound in found.bounds), found.bounds


def test_a_loop_over_more_than_the_bound_is_said(tmp_path: Path) -> None:
    names = [f"/patients/{n}/x" for n in range(500)]
    found = run(tmp_path, app=f"{HEAD}for path in {names!r}:\n    fetch(path)\n{PLAIN}")
    assert "GET /v3/providers" in found.calls
    assert any("elements" in bound for bound in found.bounds), found.bounds

"""Programs that could keep the analysis busy for ever: each ends, finds what is plain, and says what it bounded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import running as command

SAFETY_NET = 120  # seconds after which a run is taken for one that never ends; each takes a small part of that

HEAD = """\
import requests
BASE = "https://api.maxcare.ai/v3"
def fetch(path):
    return requests.get(BASE + path).json()
"""
PLAIN = '\ndef plain():\n    return requests.get("https://api.maxcare.ai/v3/providers")\n'

# Tells what the linker returns: "METHOD path" of each call, and the bounds that it reached.
PROGRAM = """
import json
from scopelint import pipeline, sources
from scopelint.config import Config
found, link = [], sources.link
sources.link = lambda request: found.append(link(request)) or found[-1]
pipeline.calls(["."], Config(no_cache=True, jobs=1), every_host=False)
calls = [f"{call.method} {call.path}" for linked in found for call in linked.calls]
print(json.dumps([calls, [bound.limit for linked in found for bound in linked.bounds]]))
"""

# The same with no steps left for anything: each entry point has the few that it has past the bound of all.
SPENT = """
from scopelint.link import engine
engine.MAX_TOTAL_STEPS, engine.STEPS_A_FUNCTION, engine.LAST_STEPS = 1, 0, %d
"""

RECURSIONS = {
    "itself": """
def walk(n):
    fetch('/patients')
    return walk(n + 1)
""",
    "itself in two ways": """
def walk(n, path='/patients'):
    fetch(path)
    walk(n, path) if n else walk(n - 1, path)
""",
    "each other": """
def even(n):
    fetch('/patients')
    return odd(n - 1)
def odd(n):
    return even(n - 1)
""",
    "a text that grows": """
def walk(path):
    fetch('/patients')
    walk(path + 'x')
walk('')
""",
    "a closure that grows": """
def walk(f):
    fetch('/patients')
    walk(lambda: f)
walk(None)
""",
    "a tuple that grows": """
def walk(*args):
    fetch('/patients')
    walk(args, args)
walk()
""",
    "a fan": """
def tree(n):
    fetch('/patients')
    return tree(n) + tree(n) + tree(n) + tree(n)
tree(3)
""",
    "a function given to itself": """
twice = lambda f: f(f)
def go(f):
    fetch('/patients')
    return f(f)
twice(go)
""",
    "a proxy that gives itself": """
class Node:
    def __getattr__(self, name):
        return Node()
    def __call__(self):
        return fetch('/patients')
Node().a.b.c.d()
""",
    "a generator of itself": """
def gen():
    while True:
        yield fetch('/patients')
        yield from gen()
list(gen())
""",
    "constructors of each other": """
class A:
    def __init__(self):
        self.next = B()
    def go(self):
        fetch('/patients')
        self.next.go()
class B:
    def __init__(self):
        self.next = A()
    def go(self):
        self.next.go()
A().go()
""",
    "a decorated function": """
@(lambda f: lambda *args: f(*args))
def deep(n):
    fetch('/patients')
    return deep(n)
""",
    "classes that derive from each other": """
class A(B): pass
class B(A):
    def go(self):
        fetch('/patients')
""",
    "a list and a dict that hold themselves": """
table, items = {}, []
table['self'] = table
items.append(items)
fetch('/patients', *items, **table)
fetch('/patients')
""",
    "a property of itself": """
class A:
    @property
    def path(self):
        return self.path + '/x'
    def go(self):
        fetch(self.path)
        fetch('/patients')
""",
}

GROWING = {
    "text": "path = '/a'\nwhile path:\n    path += '/x'\nfetch(path)\n",
    "doubled text": "path = '/a'\nfor _ in range(10 ** 9):\n    path = f'{path}{path}'\nfetch(path)\n",
    "list": "parts = ['/a']\nwhile True:\n    parts = parts + parts\n    fetch('/'.join(parts))\n",
    "dict": "table = {}\nfor key in table:\n    table = {**table, key: table}\n    fetch(str(table))\n",
    "closures": "f = fetch\nwhile f:\n    f = (lambda g: lambda path: g(path))(f)\n    f('/a')\n",
    "partials": "import functools\nf = fetch\nwhile f:\n    f = functools.partial(f)\nf('/a')\n",
    "counted characters": "fetch('/a' * 10 ** 12)\nfetch('x'.zfill(10 ** 12))\n",
    "width in %": "fetch('%0999999999d' % 1)\n",
    "width in a format": "fetch('{:>999999999}'.format(1))\n",
    "width in an f-string": "fetch(f'{1:>999999999}')\n",
    "replaced": "fetch(('x' * 9000).replace('x', 'y' * 9000).replace('y', 'z' * 9000))\n",
    "power": "fetch(str(9 ** 9 ** 9))\n",
    "shift": "fetch('/a' + str(1 << 1 << 40))\n",
}


DOUBLED = {
    "tuple": ("x = ('/a',)", "x = (x, x)"),
    "tuple in a row": ("x = ('/a',)", "x = x + x"),
    "spread": ("x = ('/a',)", "x = (*x, *x)"),
    "list": ("x = ['/a']", "x = [x, x]"),
    "list in a row": ("x = ['/a']", "x = x + x"),
    "dict": ("x = {'a': '/a'}", "x = {'a': x, 'b': [x, x]}"),
    "text": ("x = '/a'", "x = x + x"),
    "formatted text": ("x = '/a'", "x = f'{x}{x}'"),
    "joined text": ("x = '/a'", "x = x.join([x, x])"),
    "number": ("x = 9", "x = x ** x"),
    "lambda": ("x = fetch", "x = lambda f=x, g=x: f"),
    "partial": ("x = fetch", "x = functools.partial(x, x)"),
    "bound method": ("x = fetch", "x = Box(x, x).get"),
    "alternatives": ("x = '/a'", "x = x if flag else (x, x)"),
    "arguments": ("def collect(*all): return all", "x = collect(x, x)"),
    "instance": ("x = fetch", "x = Box(x, x)"),
}
"""What a value is at first, and a statement that makes one of twice the size; forty of them make 2^40."""


class Run(NamedTuple):
    """What a run found, and what it gave up at."""

    calls: list[str]
    bounds: list[str]


def run(folder: Path, program: str = PROGRAM, **files: str) -> Run:
    """Analyse files, named without `.py`, in a process of its own; fails when it does not end."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=SAFETY_NET, check=False
    )
    assert done.returncode == 0, done.stderr
    return Run(*json.loads(done.stdout))


@pytest.mark.parametrize("name", RECURSIONS)
def test_recursion_ends(name: str, tmp_path: Path) -> None:
    calls = run(tmp_path, app=HEAD + RECURSIONS[name] + PLAIN).calls
    assert {"GET /v3/patients", "GET /v3/providers"} <= set(calls)


@pytest.mark.parametrize("name", GROWING)
def test_values_that_grow_end(name: str, tmp_path: Path) -> None:
    body = "".join(f"    {line}\n" for line in GROWING[name].splitlines())
    found = run(tmp_path, app=f"{HEAD}def go():\n{body}{PLAIN}")
    assert "GET /v3/providers" in found.calls
    assert max(map(len, found.calls)) < 100_000


@pytest.mark.parametrize("name", DOUBLED)
def test_values_of_2_to_the_40_parts_end(name: str, tmp_path: Path) -> None:
    first, twice = DOUBLED[name]
    box = "class Box:\n    def __init__(self, a, b):\n        self.a, self.b = a, b\n    def get(self): return self.a\n"
    doubled = f"    {twice}\n" * 40
    uses = "    if flag:\n        fetch(x[0])\n    fetch(x)\n    fetch('/patients', x)\n    return {x: x == x}\n"
    found = run(
        tmp_path, app=f"import functools\n{HEAD}{box}def go(flag, x=None):\n    {first}\n{doubled}{uses}{PLAIN}"
    )
    assert {"GET /v3/patients", "GET /v3/providers"} <= set(found.calls)


def test_import_cycles_end(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        one="import two\nfrom three import *\nB = 'https://api.maxcare.ai'\ndef url(p):\n    return B + two.V + p\n",
        two="import three, one\nV = '/v3'\ndef go():\n    return three.fetch('/patients')\n",
        three="from one import *\nimport one, three, requests\ndef fetch(p):\n    return requests.get(one.url(p))\n",
    )
    assert found.calls == ["GET /v3/patients"]


def test_a_module_that_imports_itself_ends(tmp_path: Path) -> None:
    found = run(tmp_path, app=f"from app import *\nimport app\n{HEAD}app.fetch('/patients')\n")
    assert found.calls == ["GET /v3/patients"]


def test_a_file_named_like_a_library_imports_the_library(tmp_path: Path) -> None:
    found = run(tmp_path, requests="import requests\nrequests.get('https://api.maxcare.ai/v3/patients')\n")
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


@pytest.mark.parametrize("size", [50, 500])
def test_a_complete_graph_of_functions_ends(size: int, tmp_path: Path) -> None:
    calls = "".join(f"    f{n}(path)\n" for n in range(size))
    functions = [f"def f{n}(path):\n    fetch('/patients')\n{calls}" for n in range(size)]
    parts = {f"part_{n}": "from app import *\n" + "".join(functions[n::25]) for n in range(25)}  # each can be parsed
    imports = "".join(f"from {name} import *\n" for name in parts)
    found = run(tmp_path, app=HEAD + imports + PLAIN, **parts)
    assert sorted(found.calls) == ["GET /v3/patients"] * size + ["GET /v3/providers"]
    assert found.bounds != []


@pytest.mark.parametrize("size", [5_000, 50_000])
def test_callers_of_one_wrapper_are_as_many_calls(size: int, tmp_path: Path) -> None:
    callers = [f"def f{n}(id):\n    return fetch(f'/patients/{{id}}')\n" for n in range(size)]
    parts = {f"part_{n}": "from app import fetch\n" + "".join(callers[n::25]) for n in range(25)}  # each can be parsed
    assert run(tmp_path, app=HEAD, **parts).calls == ["GET /v3/patients/{}"] * size


def test_a_chain_of_calls_deeper_than_the_bound_is_said(tmp_path: Path) -> None:
    chain = "".join(f"def f{n}(path):\n    return f{n + 1}(path)\n" for n in range(100))
    end = "def f100(path):\n    return fetch(path)\ndef go():\n    f0('/patients')\n"
    found = run(tmp_path, app=f"{HEAD}{chain}{end}{PLAIN}")
    assert "GET /v3/providers" in found.calls
    assert any("calls inside each other" in bound for bound in found.bounds), found.bounds


def test_a_loop_over_more_than_the_bound_is_said(tmp_path: Path) -> None:
    names = [f"/patients/{n}/x" for n in range(500)]
    found = run(tmp_path, app=f"{HEAD}for path in {names!r}:\n    fetch(path)\n{PLAIN}")
    assert "GET /v3/providers" in found.calls
    assert any("elements" in bound for bound in found.bounds), found.bounds


def test_an_object_whose_making_spends_all_steps_is_made_once(tmp_path: Path) -> None:
    fields = "".join(f"        self.f{n} = name or str({n})\n" for n in range(400))
    client = (
        f"class Client:\n    def __init__(self, name):\n{fields}    def patients(self):\n        fetch('/patients')\n"
    )
    found = run(
        tmp_path, SPENT % 1_000_000 + PROGRAM, app=f"{HEAD}{client}def go(client):\n    client.patients()\n{PLAIN}"
    )
    assert "GET /v3/providers" in found.calls
    assert found.bounds == ["more steps than all entry points may take together"]


def test_past_the_last_step_only_what_sends_runs_and_it_is_said(tmp_path: Path) -> None:
    app = f"{HEAD}def go():\n    fetch('/patients')\n{PLAIN}"
    found = run(tmp_path, SPENT % 1 + PROGRAM, app=app)
    assert found == Run(["GET /v3{...}", "GET /v3/providers"], ["more steps than all entry points may take together"])


def test_a_bound_is_told_and_accuses_no_scope(tmp_path: Path) -> None:
    paths = [f"/patients/{n}/x" for n in range(500)]
    (tmp_path / "app.py").write_text(f"{HEAD}for path in {paths!r}:\n    fetch(path)\n{PLAIN}")
    (tmp_path / "max-ai.app.toml").write_text('[permissions]\nscopes = ["read:providers", "read:claims"]\n')
    done = command.run(tmp_path, "check", "--no-cache", "--select", "SCL2")
    assert done.returncode == 0
    assert "no call is known to need read:claims, but a call beyond what was followed in app.py" in done.stdout
    bound = "Bounded: more than 48 elements of a loop in app.py: calls beyond that may be missing\n"
    assert bound in done.stdout
    assert bound in command.run(tmp_path, "calls", "--no-cache").stdout
    row = {"limit": "more than 48 elements of a loop", "path": "app.py", "cuts": True}
    for arguments in (("check", "--format", "json"), ("calls", "--format", "json")):
        assert json.loads(command.run(tmp_path, *arguments, "--no-cache").stdout)["bounds"] == [row]
    for name in ("sarif", "markdown", "html"):
        assert "elements of a loop in app" in command.run(tmp_path, "check", "--no-cache", "--format", name).stdout


def test_the_inventory_tells_what_it_could_not_read(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(f"{HEAD}{PLAIN}")
    (tmp_path / "old.py").write_text("import requests\nprint 'https://api.maxcare.ai/v3'\n")
    done = command.run(tmp_path, "calls", "--no-cache")
    assert done.stdout.splitlines()[-2:] == [
        "old.py:2:1: this file cannot be read as Python: Missing parentheses in call to 'print'. "
        "Did you mean print(...)?",
        "2 calls",
    ]
    report = json.loads(command.run(tmp_path, "calls", "--no-cache", "--format", "json").stdout)
    assert [(row["path"], row["line"], row["code"]) for row in report["findings"]] == [("old.py", 2, "SCL902")]

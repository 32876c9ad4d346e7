"""Random programs that all send one and the same request, for tests of equivalent spellings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from string import Template

from hypothesis import strategies as st

HOST = "https://api.maxcare.ai"
ENDPOINTS = (
    ("GET", "/v3/patients"),
    ("GET", "/v3/patients/{}"),
    ("POST", "/v3/tasks"),
    ("PATCH", "/v3/tasks/{}"),
    ("PUT", "/v3/inventory/products/{}"),
    ("DELETE", "/v3/notes/{}/images/{}"),
    ("GET", "/v3/inventory/changes/{}/products"),
)
HOLES = ("first", "second")  # the parameters of the app's function, in order

# How a text is kept in one place, `$name`, and how it is had from there. `$left` and `$right` make up `$text`.
KEPT = {
    "constant": ("$name = $text", "$name"),
    "parts": ("$name = $left", "($name + $right)"),
    "implicit": ("$name = $left $right", "$name"),
    "class attribute": ("class $name:\n    text = $text", "$name.text"),
    "property": ("class $name:\n    @property\n    def text(self):\n        return $text", "$name().text"),
    "attribute": ("class $name:\n    def __init__(self, text):\n        self.text = text", "$name(text=$text).text"),
    "dict": ("$name = {'a': '/other', 'b': $text}", "$name['b']"),
    "get": ("$name = {'a': '/other', 'b': $text}", "$name.get('b', '/none')"),
    "tuple": ("$name = ('/other', $text)", "$name[-1]"),
    "enum": (
        "import enum\nclass $name(enum.Enum):\n    OTHER = '/other'\n    THIS = $text",
        "$name.THIS.value",
    ),
    "dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass $name:\n    text: str = $text",
        "$name().text",
    ),
    "function": ("def $name(part=$left):\n    return part + $right", "$name()"),
    "lambda": ("$name = lambda: $text", "$name()"),
    "or": ("$name = None", "($name or $text)"),
    "condition": ("$name = True", "($text if $name else '/other')"),
    "join": ("$name = ''", "$name.join([$left, $right])"),
    "strip": ("$name = $text + '  '", "$name.strip()"),
}

# What sends, in one place, and how it is used: `$verb` is "get", `$method` and `$url` are expressions.
SENDERS = {
    "verb": ("", "requests.$verb($url)"),
    "request": ("", "requests.request($method, $url)"),
    "keywords": ("", "requests.request(url=$url, method=$method)"),
    "dict": ("", "requests.request(**dict(method=$method, url=$url))"),
    "getattr": ("", "getattr(requests, $method.lower())($url)"),
    "prepared": ("", "requests.Session().send(requests.Request($method, $url).prepare())"),
    "httpx": ("", "httpx.request($method, $url)"),
    "session": ("import requests\n$name = requests.Session()", "$name.$verb($url, timeout=5)"),
    "partial": (
        "import functools, requests\n$name = functools.partial(requests.request, timeout=5)",
        "$name($method, url=$url)",
    ),
    "table": (
        "import requests\n$name = {'GET': requests.get, 'POST': requests.post, 'PUT': requests.put,\n"
        "    'PATCH': requests.patch, 'DELETE': requests.delete}",
        "$name[$method]($url)",
    ),
    "subclass": (
        "import requests\nclass $name(requests.Session):\n    def ask(self, method, url):\n"
        "        return super().request(method, url)",
        "$name().ask($method, $url)",
    ),
    "retry": (
        """\
import functools, requests
def again_$name(times):
    def decorate(f):
        @functools.wraps(f)
        def inner(*args, **options):
            for attempt in range(times):
                return f(*args, **options)
        return inner
    return decorate
@again_$name(times=3)
def $name(url):
    return requests.$verb(url)""",
        "$name($url)",
    ),
}

# The same, given a path: `$path` is an expression, `$base` that of the host.
CLIENTS = {
    "wrapper": (
        "import requests\ndef $name(path, *, verb='GET', base=None, **options):\n"
        "    return requests.request(verb, (base or 'https://api.maxcare.dev') + path, **options)",
        "$name($path, verb=$method, base=$base)",
    ),
    "positions": (
        "import requests\ndef $name(*args, **options):\n    method, *rest = args\n"
        "    return requests.request(method, ''.join(rest), **options)",
        "$name($method, $base, $path)",
    ),
    "httpx base": ("import httpx\n$name = httpx.Client(base_url='$host/')", "$name.$verb($path)"),
    "httpx with": ("import httpx\n$name = httpx.Client", "$name(base_url=$base).request($method, url=$path)"),
    "toolbelt": (
        "from requests_toolbelt.sessions import BaseUrlSession\n$name = BaseUrlSession('$host')",
        "$name.$verb($path)",
    ),
    "class": (
        """\
import requests
class Base$name:
    prefix = ''
    def __init__(self, base):
        self.base = base
        self.http = requests.Session()
    def send(self, verb, path):
        return self._send(verb, self.base + self.prefix + path)
    def _send(self, verb, url):
        raise NotImplementedError
class $name(Base$name):
    def _send(self, verb, url):
        return self.http.request(verb, url)""",
        "$name($base).send($method, $path)",
    ),
    "closure": (
        "import requests\ndef $name(base):\n    def send(method, path):\n"
        "        return requests.request(method, f'{base}{path}')\n    return send",
        "$name($base)($method, $path)",
    ),
}

URLS = {
    "plus": "($base + $path)",
    "percent": "('%s%s' % ($base, $path))",
    "format": "'{}{}'.format($base, $path)",
    "join": "''.join(($base, $path))",
    "urljoin": "urljoin($base, $path)",
    "slashes": "($base.rstrip('/') + '/' + $path.lstrip('/'))",
    "lambda": "(lambda base, rest: base + rest)(rest=$path, base=$base)",
    "httpx": "str(httpx.URL($base).join($path))",
}


@dataclass
class Project:
    """Files that are being written: the app's module, and others that it takes things from."""

    draw: st.DrawFn
    texts: dict[str, list[str]]
    count: int = field(default=0)

    def name(self) -> str:
        """Return a name that nothing has."""
        self.count += 1
        return f"thing{self.count}"

    def pick(self, *options: str) -> str:
        """Draw one of the options."""
        return self.draw(st.sampled_from(options))

    def put(self, lines: str, name: str) -> str:
        """Define `name` by `lines` in some module; return how the app's module reaches it."""
        place = self.pick("app", "names", "pkg/inner", "pkg/__init__")
        self.texts[place] += lines.splitlines()
        if place == "app":
            return name
        module = place.removesuffix("/__init__").replace("/", ".")
        if place == "pkg/inner" and self.draw(st.booleans()):
            self.texts["pkg/__init__"].append(f"from .inner import {name}")  # handed on by the package
            module = "pkg"
        alias = f"my_{name}"
        statement, expression = {
            "from": (f"from {module} import {name}", name),
            "as": (f"from {module} import {name} as {alias}", alias),
            "module": (f"import {module}", f"{module}.{name}"),
            "module as": (f"import {module} as {alias}", f"{alias}.{name}"),
            "star": (f"from {module} import *", name),
        }[self.pick("from", "as", "module", "module as", "star")]
        self.texts["app"].append(statement)
        return expression

    def use(self, ways: dict[str, tuple[str, str]], **texts: str) -> str:
        """Draw one of the ways, write its definition somewhere, and return the expression that uses it."""
        definition, use = ways[self.pick(*ways)]
        name = self.name()
        reached = self.put(Template(definition).substitute(texts, name=name), name) if definition else ""
        return Template(use).substitute(texts, name=reached)


def constant(project: Project, text: str) -> str:
    """Return an expression for a text without holes, parted where people part texts."""
    if project.draw(st.booleans()):
        return repr(text)
    seams = [0, *(place for place, letter in enumerate(text) if letter in "/."), len(text)]
    middle = project.draw(st.sampled_from(seams))
    return project.use(KEPT, text=repr(text), left=repr(text[:middle]), right=repr(text[middle:]))


def template(project: Project, path: str) -> str:
    """Return an expression for a path whose `{}` are the app's parameters."""
    holes = HOLES[: path.count("{}")]
    if not holes:
        return constant(project, path)
    named = path.format(*(f"{{{hole}}}" for hole in holes))
    arguments = ", ".join(holes)
    keywords = ", ".join(f"{hole}={hole}" for hole in holes)

    def segments() -> str:
        names = iter(holes)
        parts = (next(names) if part == "{}" else constant(project, part) for part in path.split("/"))
        return f"'/'.join([{', '.join(parts)}])"

    def added() -> str:
        pieces = path.split("{}")
        parts = [constant(project, pieces[0])]
        for hole, piece in zip(holes, pieces[1:], strict=True):
            parts += [f"str({hole})", *([constant(project, piece)] if piece else [])]
        return f"({' + '.join(parts)})"

    def function() -> str:
        name = project.name()
        reached = project.put(f"def {name}({arguments}):\n    return f{named!r}", name)
        return f"{reached}({arguments})"

    forms: dict[str, Callable[[], str]] = {
        "f-string": lambda: f"f{named!r}",
        "percent": lambda: f"({constant(project, path.replace('{}', '%s'))} % ({arguments},))",
        "percent names": lambda: f"({named.replace('{', '%(').replace('}', ')s')!r} % dict({keywords}))",
        "format": lambda: f"{constant(project, path)}.format({arguments})",
        "format names": lambda: f"{constant(project, named)}.format(**dict({keywords}))",
        "replace": lambda: f"{named!r}" + "".join(f".replace('{{{hole}}}', {hole})" for hole in holes),
        "segments": segments,
        "added": added,
        "function": function,
    }
    return forms[project.pick(*forms)]()


def request(project: Project, method: str, path: str) -> str:
    """Return an expression that sends the request."""
    verb, written = method.lower(), constant(project, method)
    base, rest = HOST, path
    if project.draw(st.booleans()):
        base, rest = f"{HOST}/v3", path.removeprefix("/v3")
    if project.draw(st.booleans()):
        client = project.pick(*CLIENTS) if base == HOST else project.pick("wrapper", "positions", "class", "closure")
        texts = {"base": constant(project, base), "path": template(project, rest)}
        return project.use({client: CLIENTS[client]}, verb=verb, method=written, host=HOST, **texts)
    form = (
        project.pick(*URLS) if base == HOST else project.pick("plus", "percent", "format", "join", "slashes", "lambda")
    )
    url = Template(URLS[form]).substitute(base=constant(project, base), path=template(project, rest))
    return project.use(SENDERS, verb=verb, method=written, url=url)


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """Draw an endpoint, and the texts of the modules of a program that calls it."""
    method, path = draw(st.sampled_from(ENDPOINTS))
    project = Project(draw, {"app": [], "names": [], "pkg/__init__": [], "pkg/inner": []})
    expression = request(project, method, path)
    project.texts["app"][:0] = ["import httpx", "import requests", "from urllib.parse import urljoin"]
    project.texts["app"] += [f"def go({', '.join(HOLES[: path.count('{}')])}):", f"    return {expression}"]
    return f"{method} {path}", {name: "\n".join([*lines, ""]) for name, lines in project.texts.items()}

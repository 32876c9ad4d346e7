"""The promises of `fuzz/` for a short while in every run: random bytes, programs, manifests, configurations, caches.

`python -m fuzz TARGET` goes on for as long as it may; what it found stands here as an example each.
"""

from __future__ import annotations

import contextlib
import json
import os
import random

import hypothesmith
import pytest
import tomlkit
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fuzz import properties
from fuzz.programs import Programs
from scopelint.config import KEYS
from scopelint.facts import ir
from scopelint.parsing import wire

TIMES = int(os.environ.get("SCOPELINT_EXAMPLES", "60"))
short = settings(
    max_examples=TIMES,
    deadline=None,
    database=None,
    derandomize=TIMES == 60,
    suppress_health_check=list(HealthCheck),
)

PYTHON = st.lists(
    st.sampled_from(
        [
            *(
                "def",
                "class",
                "f",
                "x",
                "(",
                ")",
                "[",
                "]",
                "{",
                "}",
                ":",
                ",",
                ".",
                "=",
                "\n",
                "\n ",
                "\n  ",
                "\t",
                "#",
            ),
            *(
                '"',
                "'",
                '"""',
                "f'",
                "b'",
                "\\",
                "\\\n",
                "\r",
                "\r\n",
                "\x0c",
                "lambda",
                "match",
                "case",
                "*",
                "**",
                "@",
            ),
            *(
                "import",
                "from",
                "if",
                "else",
                "for",
                "in",
                "await",
                "async",
                "yield",
                "return",
                "with",
                "as",
                "1",
                "0x",
            ),
            *(
                "é",
                "\u2028",
                "\ufeff",
                "\x00",
                "\ud800",
                "coding: latin-1",
                "\U0001d4fb",
                ":=",
                "->",
                "...",
                "!r",
                "not",
            ),
        ]
    ),
    max_size=60,
).map(" ".join)

SCOPES = st.lists(st.one_of(st.sampled_from(["read:patients", "write:notes"]), st.text(max_size=20)), max_size=5)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), SCOPES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
MANIFESTS = st.one_of(
    st.binary(max_size=200),
    st.fixed_dictionaries({}, optional={"permissions": VALUES, "a": VALUES, "c": VALUES, "oauth": VALUES}),
    st.fixed_dictionaries(
        {"permissions": st.fixed_dictionaries({}, optional={"scopes": SCOPES, "optional_scopes": VALUES})}
    ),
)


def written(value: object, kind: int) -> bytes:
    """Return the value as JSON, TOML or YAML; bytes as they are."""
    if isinstance(value, bytes):
        return value
    if kind == 1 and isinstance(value, dict):
        with contextlib.suppress(TypeError, ValueError):  # no null in TOML
            return tomlkit.dumps(value).encode("utf-8", "surrogatepass")
    if kind == 2:
        return str(yaml.safe_dump(value, allow_unicode=True)).encode("utf-8", "surrogatepass")
    return json.dumps(value).encode()


@short
@given(st.one_of(st.binary(max_size=300), PYTHON.map(lambda text: text.encode("utf-8", "surrogatepass"))))
@example(b"a\xe2\x80\x8db = 1")
@example(b"# coding: " + b"a" * 1_000)
@example(b"match x:\n case " + b"[" * 30 + b"]" * 30 + b": 1")
@example(b'x = "\\ud800\\777\\N{x}"')
def test_any_bytes_give_facts_or_a_reason(source: bytes) -> None:
    properties.facts(source)


@settings(short, max_examples=TIMES // 3)
@given(hypothesmith.from_grammar())
def test_what_the_grammar_allows_gives_facts_or_a_reason(source: str) -> None:
    properties.facts(source.encode("utf-8", "surrogatepass"))


@settings(short, max_examples=TIMES // 3)
@given(hypothesmith.from_node())
def test_what_the_parser_writes_is_read_and_followed(source: str) -> None:
    facts = properties.facts(source.encode("utf-8", "surrogatepass"))
    if isinstance(facts, ir.ModuleFacts):
        properties.source(source.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("seed", range(TIMES))
def test_a_random_project_is_analysed_to_its_end(seed: int) -> None:
    properties.project(random.Random(seed).randrange)


def test_random_programs_are_programs() -> None:
    sources = [Programs(random.Random(seed).randrange).program() for seed in range(100)]
    valid = [source for source in sources if isinstance(properties.facts(source.encode()), ir.ModuleFacts)]
    assert len(valid) > 80


@short
@given(MANIFESTS, st.integers(0, 2))
def test_a_manifest_is_read_or_refused_in_one_line(value: object, kind: int) -> None:
    properties.manifest(written(value, kind))


@short
@given(st.one_of(st.binary(max_size=200), st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3)))
def test_a_configuration_is_followed_or_refused_in_one_line(value: object) -> None:
    properties.configuration(written(value, 1))


@short
@given(st.binary(max_size=200))
@example(b"\x91" * 100_000)
@example(b"\x81\xa1a" * 50_000)
def test_a_cache_gives_back_what_was_put_or_nothing(data: bytes) -> None:
    properties.cache(data)


@settings(short, max_examples=TIMES * 5)
@given(st.data())
def test_damaged_facts_are_other_facts_or_none(data: st.DataObject) -> None:
    whole = bytearray(
        wire.encode(properties.facts(b"import a\nclass A:\n def f(self, x=1): return a.get(f'/{x}', [1])\n"))
    )
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = wire.decode(bytes(whole))
    assert found is None or isinstance(found, (ir.ModuleFacts, ir.Unreadable))

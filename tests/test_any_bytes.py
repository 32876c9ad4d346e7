"""Whatever bytes a Python file holds: facts, or SCL902 at the right line; never a traceback, a crash or a long wait."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import run

from scopelint.facts import ir
from scopelint.facts.extract import extract
from scopelint.parsing import wire

DEEP = 5_000

CALL = 'import requests\nrequests.get("https://api.maxcare.ai/v3/patients")\n'

READABLE = {
    "nothing": b"",
    "byte-order mark": b"\xef\xbb\xbff()\n",
    "declared Latin-1": b'# -*- coding: latin-1 -*-\nf("\xe9")\n',
    "declared on line 2": b'#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nf("\x80")\n',
    "Big5": b'# coding: big5\nf("\xa4\xa4")\n',
    "CRLF": b"f()\r\ng()\r\n",
    "lone CR": b"f()\rg()\r",
    "mixed line ends": b"f()\r\ng()\rh()\n",
    "form feeds": b"f()\n\x0c\ng()\n\x0cif x:\n\x0c  h()\n",
    "no newline at the end": b"f()",
    "a comment at the end": b"# a",
    "only white space": b"   \n\t\n",
    "next-line character in a string": 'x = "\u0085"\nf()\n'.encode(),
    "direction marks": 'x = "\u202e" # \u2066\nf()\n'.encode(),
    "letters outside the basic plane": "\U0001d4fb\U0001d4ee\U0001d4fa = f()\n".encode(),
    "an escaped surrogate": b'x = "\\ud800"\nf(x)\n',
    "malformed escapes": b'f("\\N{NO SUCH NAME}", "\\x1", "\\U00110000", "\\777", "\\d")\n',
    "numbers beyond all types": b"x = 1e999999, 0x" + b"f" * 40 + b", " + b"9" * 9000 + b"\n",
    "statements out of place": b"return f()\nyield\nawait g()\nnonlocal x\n",
    "Python 3.14": b'x = t"a{b}"\ntry: pass\nexcept A, B: pass\n',
    "Python 3.12": b'type X = int\ndef f[T](x: T): pass\ny = f"{a["b"]}"\n',
    "many elif": b"if x: pass\n" + b"elif y: pass\n" * DEEP,
    "many decorators": b"@d\n" * DEEP + b"def f(): pass\n",
    "many names at once": b"x = " * DEEP + b"1\n",
    "many statements on a line": b"x = 1;" * DEEP + b"\n",
    "many arguments": b"f(" + b"a," * DEEP + b")\n",
    "many strings in a row": b"x = (" + b"'a'\n" * 2_500 + b")\n",
    "many parts of an f-string": b"x = f'" + b"{a}" * DEEP + b"'\n",
    "a megabyte of text": b'x = "' + b"a" * 1_000_000 + b'"\n',
    "a megabyte of comment": b"#" + b"a" * 1_000_000 + b"\n",
    "ten megabytes of text": b'x = """' + (b"a" * 79 + b"\n") * 125_000 + b'"""\n',
    "ten megabytes of comments": (b"#" + b"a" * 78 + b"\n") * 125_000,
}

UNREADABLE = {
    "NUL byte": (b'f()\nx = "\0"\n', 2, "contains a NUL byte"),
    "UTF-16": ("f()\n".encode("utf-16"), 1, "cannot be decoded: it is saved as UTF-16, not as UTF-8"),
    "UTF-32": ("f()\n".encode("utf-32"), 1, "cannot be decoded: it is saved as UTF-32, not as UTF-8"),
    "UTF-16 without a mark": ("f()\n".encode("utf-16-le"), 1, "contains a NUL byte"),
    "Latin-1 without a word": (b'f()\n\n# a comment\nx = "\xe9"\n', 4, "cannot be decoded"),
    "no such encoding": (b"# coding: nosuchcodec\n", 1, "cannot be decoded: unknown encoding: nosuchcodec"),
    "an encoding of bytes": (b"# coding: zlib\n", 1, "cannot be decoded: 'zlib' is not a text encoding"),
    "an endless encoding": (b"# coding: " + b"a" * 100_000 + b"\n", 1, "cannot be decoded: unknown encoding: aaa"),
    "a mark against the declaration": (b"\xef\xbb\xbf# coding: latin-1\n", 1, "cannot be decoded"),
    "a surrogate as UTF-8": (b'x = "\xed\xa0\x80"\n', 1, "cannot be decoded"),
    "an invisible letter": ("a\u200db = 1\n".encode(), 1, "cannot be parsed"),
    "Python 2 print": (b'f()\nprint "hello"\n', 2, "Missing parentheses in call to 'print'"),
    "Python 2 backticks": (b"x = `f`\n", 1, "invalid syntax"),
    "Python 2 raise": (b'raise A, "b"\n', 1, "invalid syntax"),
    "inconsistent tabs": (b"if x:\n\tf()\n        g()\n", 3, "inconsistent use of tabs"),
    "unexpected indent": (b"f()\n  g()\n", 2, "unexpected indent"),
    "half a call": (b"f()\nrequests.get(\n", 2, "'(' was never closed"),
    "half a string": (b'f()\nx = "abc\n', 2, "unterminated string literal"),
    "half a text": (b'f()\nx = """abc\n', 2, "unterminated triple-quoted string"),
    "half an import": (b"f()\nimport\n", 2, "invalid syntax"),
    "half an f-string": (b'f()\nx = f"{a', 2, ""),
    "a merge conflict": (b"<<<<<<< HEAD\nx = 1\n", 1, "invalid syntax"),
    "a template": (b"{% if x %}\ny\n", 1, "invalid syntax"),
    "HTML": (b"<html>\n", 1, "invalid syntax"),
    "deep parentheses": (b"x = \\\n" + b"(" * DEEP + b")" * DEEP, 2, "more than 100 brackets"),
    "deep lists": (b"x = " + b"[" * DEEP + b"]" * DEEP, 1, "more than 100 brackets"),
    "deep sets": (b"x = " + b"{" * DEEP + b"}" * DEEP, 1, "more than 100 brackets"),
    "deep calls": (b"x = " + b"f(" * DEEP + b")" * DEEP, 1, "more than 100 brackets"),
    "brackets never closed": (b"x = " + b"[" * DEEP, 1, "more than 100 brackets"),
    "deep patterns": (
        b"match x:\n case " + b"[" * 30 + b"]" * 30 + b": pass\n",
        2,
        "the patterns are nested too deeply",
    ),
    "deep mappings in patterns": (
        b"match x:\n case " + b"{1:" * 12 + b"a" + b"}" * 12 + b": pass\n",
        2,
        "the patterns",
    ),
    "deep not": (b"x = " + b"not " * DEEP + b"1\n", 1, "more operations follow one another"),
    "deep minus": (b"x = " + b"-" * DEEP + b"1\n", 1, "more operations follow one another"),
    "deep lambda": (b"x = " + b"lambda: " * DEEP + b"1\n", 1, "more operations follow one another"),
    "deep await": (b"async def f():\n x = " + b"await " * DEEP + b"1\n", 2, "more operations follow one another"),
    "deep conditions": (b"x = " + b"a if b else " * DEEP + b"c\n", 1, "more operations follow one another"),
    "long attributes": (b"x = a" + b".b" * DEEP + b"\n", 1, "more operations follow one another"),
    "long calls": (b"x = a" + b".b()" * DEEP + b"\n", 1, "more operations follow one another"),
    "long subscripts": (b"x = a" + b"[0]" * DEEP + b"\n", 1, "more operations follow one another"),
    "long sum": (b"x = 'a'" + b" + 'b'" * 10_000 + b"\n", 1, "more operations follow one another"),
    "long sum over lines": (b"x = (a\n" + b"  + b\n" * 10_000 + b")\n", 10_002, "more operations follow one another"),
    "long sum in an f-string": (b"x = f'{a" + b"+b" * 10_000 + b"}'\n", 1, "more operations follow one another"),
    "long comparison": (b"x = a" + b" < b" * DEEP + b"\n", 1, "more operations follow one another"),
    "long or": (b"x = a" + b" or b" * DEEP + b"\n", 1, "more operations follow one another"),
    "many long sums": ((b"x = a" + b"+b" * 1_000 + b"\n") * 20, 17, "more operations follow one another"),
    "too many strings in a row": (
        b"x = (" + b"'a'\n" * 10_000 + b")\n",
        10_001,
        "the parser does not know this syntax",
    ),
    "a megabyte of list": (b"x = [" + b"1," * 500_000 + b"]\n", 1, "the file is too long to be parsed"),
    "ten megabytes of code": (b"x = f('a', b=[1, 2])\n" * 500_000, 50_001, "the file is too long to be parsed"),
    "a megabyte of quotes": (b"'\"(" * 300_000, 1, ""),
    "a megabyte of texts never closed": (b'"""\n' + b'\\"""\n' * 200_000, 1, ""),
    "ten megabytes of noise": (b"\x01\x02)(*&^%$#@!" * 800_000, 1, ""),
}

BLOCKS = {
    "if": ("if x:", 1),
    "for": ("for x in y:", 1),
    "while": ("while x:", 1),
    "with": ("with x:", 1),
    "def": ("def f():", 1),
    "async def": ("async def f():", 1),
    "class": ("class C:", 1),
    "match": ("match x:\n{}case 1:", 2),
}


def nested(header: str, levels: int, depth: int) -> bytes:
    """Return a statement that is nested in itself; a `match` takes two levels of indentation."""
    rows = []
    for level in range(0, depth, levels):
        rows.append(" " * level + header.format(" " * (level + 1)))
    return ("\n".join(rows) + "\n" + " " * (depth + 1) + "f()\n").encode()


@pytest.mark.parametrize("name", READABLE)
def test_what_can_be_read_is_read(name: str) -> None:
    facts = extract(READABLE[name])
    assert isinstance(facts, ir.ModuleFacts)
    data = wire.encode(facts)
    assert wire.encode(wire.decode(data) or ir.Unreadable(1, 1, "")) == data


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_says_where_and_why(name: str) -> None:
    source, line, message = UNREADABLE[name]
    facts = extract(source)
    assert isinstance(facts, ir.Unreadable)
    assert (facts.line, facts.message[: len(message)]) == (line, message)
    assert facts.column >= 1
    assert 0 < len(facts.message) < 250
    assert "\n" not in facts.message
    assert wire.decode(wire.encode(facts)) is not None


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_are_read_as_deep_as_python_reads_them(name: str) -> None:
    header, levels = BLOCKS[name]
    assert isinstance(extract(nested(header, levels, 98)), ir.ModuleFacts)
    facts = extract(nested(header, levels, 1_000))
    assert isinstance(facts, ir.Unreadable)
    assert facts.message == "too many levels of indentation"


def test_chains_are_read_up_to_their_limit() -> None:
    assert isinstance(extract(b"x = a" + b" + b" * 1_900 + b"\n"), ir.ModuleFacts)
    assert isinstance(extract(b"x = " + b"not " * 1_900 + b"b\n"), ir.ModuleFacts)
    assert isinstance(extract(b"x = [" + b"a.b + c.d,\n" * 3_000 + b"]\n"), ir.ModuleFacts)
    assert isinstance(extract(b"x = f(\n" + b"  a.b, # + + +\n" * 3_000 + b")\n"), ir.ModuleFacts)
    text = b"x = " + b"'a + b + c ((((' " * 200 + b"'''" + b" + (" * 5_000 + b"'''\n"
    assert isinstance(extract(text), ir.ModuleFacts)
    assert isinstance(extract(b"match x:\n case C(a=[{1: (D(b=2), *_)}]): pass\n" * 500), ir.ModuleFacts)


def test_every_file_is_accounted_for(tmp_path: Path) -> None:
    """One run over all of them: the good file's finding is there, and each of the others is read or named."""
    small = {name: source for name, source in READABLE.items() if len(source) < 2**20}
    small |= {name: source for name, (source, _, _) in UNREADABLE.items() if len(source) < 2**20}
    for number, source in enumerate(small.values()):
        (tmp_path / f"file_{number}.py").write_bytes(source)
    imports = "".join(f"import file_{number}\n" for number in range(len(small)))  # else most would not matter
    (tmp_path / "good.py").write_text(imports + CALL)
    (tmp_path / "max-ai.app.toml").write_text("[permissions]\nscopes = []\n")
    result = run(tmp_path, "check", "--no-cache", "--format", "json")
    assert (result.returncode, result.stderr) == (1, "")
    report = json.loads(result.stdout)
    named = {finding["path"]: finding["line"] for finding in report["findings"] if finding["code"] == "SCL902"}
    lines = [line for source, line, _ in UNREADABLE.values() if len(source) < 2**20]
    assert sorted(named.values()) == sorted(lines)
    assert [(finding["path"], finding["code"]) for finding in report["findings"] if finding["code"] != "SCL902"] == [
        ("good.py", "SCL101")
    ]
    assert report["summary"]["files"] == len(small) + 1
    assert report["summary"]["analysed"] == len(small) + 1
    assert report["summary"]["unreadable"] == len(named)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("sieve", ["true", "false"])
def test_a_file_of_wide_characters_is_told_when_it_concerns_the_platform(
    encoding: str, sieve: str, tmp_path: Path
) -> None:
    (tmp_path / "wide.py").write_bytes(CALL.encode(encoding))
    (tmp_path / "other.py").write_bytes("print(1)\n".encode(encoding))
    (tmp_path / "max-ai.app.toml").write_text('[permissions]\nscopes = ["read:patients"]\n')
    (tmp_path / "scopelint.toml").write_text(f"sieve = {sieve}\n")
    result = run(tmp_path, "check", "--no-cache", "--format", "concise")
    name = encoding.upper()
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        "max-ai.app.toml:2:11: SCL203 no call is known to need read:patients, but the mention of GET /v3/patients at "
        "wide.py:2 could",
        "wide.py:1:1: SCL902 this file cannot be read as Python: cannot be decoded: it is saved as "
        f"{name}, not as UTF-8",
    ]

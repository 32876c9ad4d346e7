"""What stands in two places is the same in both."""

import re
import runpy
from pathlib import Path

import pytest

from scopelint.config import KEYS
from scopelint.rules import ALL

ROOT = Path(__file__).parents[1]
GENERATOR = runpy.run_path(str(ROOT / "docs/generate.py"))
CODES = {rule.code for rule in ALL}


@pytest.mark.parametrize(
    ("path", "text"), GENERATOR["documents"]().items(), ids=lambda value: getattr(value, "name", "")
)
def test_generated_documents_are_up_to_date(path: Path, text: str) -> None:
    assert path.read_text("utf-8") == text, "run python docs/generate.py"


LINK = re.compile(r"""\]\((?P<target>[^)\s]+)\)|(?:src|srcset|href)="(?P<address>[^"]+)\"""")
OUTSIDE_THE_SITE = [*ROOT.glob("*.md"), *ROOT.glob("benchmarks/*.md"), *ROOT.glob("fixtures/**/README.md")]


@pytest.mark.parametrize("page", OUTSIDE_THE_SITE, ids=lambda path: path.name)
def test_links_of_pages_outside_the_site_lead_somewhere(page: Path) -> None:
    """The site's own are checked where it is made."""
    for match in LINK.finditer(page.read_text("utf-8")):
        target = match["target"] or match["address"]
        if target.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}, target


def test_the_pages_have_every_rule_and_every_key() -> None:
    rules = (ROOT / "docs/rules.md").read_text("utf-8")
    assert set(re.findall(r"^## (SCL\d+)", rules, re.MULTILINE)) == CODES
    configuration = (ROOT / "docs/configuration.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([\w-]+)` \|", configuration, re.MULTILINE)) >= set(KEYS)


def test_the_fixtures_expect_every_code_and_no_other() -> None:
    files = [path for path in (ROOT / "fixtures/cases").glob("*/*/**/*") if path.suffix in (".py", ".toml")]
    marks = [
        mark for file in files for mark in re.findall(r"#\s*(?:expect|todo):(.*)", file.read_text("utf-8", "replace"))
    ]
    assert {code for mark in marks for code in re.findall(r"SCL\d+", mark)} == CODES

"""The documentation's site is made without a warning: a link that leads nowhere is one."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.skipif(
    find_spec("sphinx") is None or find_spec("furo") is None, reason="Sphinx and furo are not installed"
)
def test_the_site_is_made_without_a_warning(tmp_path: Path) -> None:
    command: list[str | Path] = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", tmp_path / "work", DOCS, tmp_path / "site"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "SCL101" in (tmp_path / "site/rules.html").read_text("utf-8")

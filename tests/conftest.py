"""What every test shares: a cache of its own, so that no run sees another's results."""

from __future__ import annotations

import pytest

SLOW = frozenset(
    {
        "another_platform",
        "any_bytes",
        "benchmarks",
        "bounds",
        "ci",
        "client_places",
        "completion",
        "diff",
        "docs_commands",
        "docs_site",
        "equivalent_spellings",
        "faults",
        "figures",
        "fix",
        "flake8_plugin",
        "fuzz",
        "generated_clients",
        "granted",
        "ground_truth",
        "hostile",
        "html_browser",
        "invariants",
        "mutations",
        "odd_calls",
        "partial_use",
        "pre_commit",
        "pypi_packages",
        "reliability",
    }
)
"""Test files that start many processes, a browser or generators: `pytest -m slow` runs them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long."""
    for item in items:
        if item.path.stem.removeprefix("test_") in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # else its packages are read, as if the fixtures were made for it

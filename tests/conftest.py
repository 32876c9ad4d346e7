"""What every test shares: a cache of its own, so that no run sees another's results."""

from __future__ import annotations

import pytest


SLOW = frozenset(
    {
        "test_another_platform", "test_any_bytes", "test_benchmarks", "test_bounds", "test_ci", "test_client_places", "test_diff",
        "test_docs_commands", "test_docs_site", "test_equivalent_spellings", "test_fix", "test_flake8_plugin", "test_fuzz",
        "test_generated_clients", "test_granted", "test_ground_truth", "test_html_browser", "test_invariants",
        "test_mutations", "test_partial_use", "test_pre_commit", "test_pypi_packages", "test_faults", "test_hostile",
    }
)  # fmt: skip
"""Test files that start many processes, a browser or generators: `pytest -m slow` runs them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long."""
    for item in items:
        if item.path.stem in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))

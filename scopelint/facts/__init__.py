"""Facts: what one module says, in a form that can be executed, cached and sent."""

from scopelint.facts.extract import extract

__all__ = ["extract"]

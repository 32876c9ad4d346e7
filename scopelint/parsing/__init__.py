"""The facts of many files: what is known from earlier runs, the rest parsed, in several processes where that pays."""

from scopelint.parsing.reader import FactsReader

__all__ = ["FactsReader"]

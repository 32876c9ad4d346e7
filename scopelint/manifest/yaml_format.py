"""YAML manifests: nodes and their marks, of which nothing is ever constructed."""

import yaml

from scopelint.errors import ScopelintError
from scopelint.manifest.document import Field, Item, KeyPath, Kind, Range

_STRING_TAG = "tag:yaml.org,2002:str"
_DEPTH_LIMIT = 100  # the parser's own recursion is not bounded


class YamlDocument:
    """A YAML text that can be asked for fields and where they stand. Aliases are followed, merge keys are not."""

    def __init__(self, text: str, shown: str) -> None:
        """Parse the text; `shown` is its name in errors. Raises ScopelintError."""
        self.shown = shown
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            depth = 0
            for event in yaml.parse(text, Loader=loader):
                if isinstance(event, yaml.CollectionStartEvent):
                    depth += 1
                elif isinstance(event, yaml.CollectionEndEvent):
                    depth -= 1
                if depth > _DEPTH_LIMIT:
                    raise ScopelintError("is nested too deeply", shown)
            self.root = yaml.compose(text, Loader=loader)
        except yaml.MarkedYAMLError as error:
            if "nesting depth" in (error.problem or ""):  # a bound of PyYAML's own, since 6.0.4
                raise ScopelintError("is nested too deeply", shown) from None
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            problem = ", ".join(clause for clause in (error.context, error.problem) if clause)
            raise ScopelintError(f"is not valid YAML: {problem}", shown, line) from None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise ScopelintError(f"is not valid YAML: {error.reason}", shown, line) from None
        if self.root is not None and not isinstance(self.root, yaml.MappingNode):
            raise ScopelintError("must hold a YAML mapping", shown, 1)

    def field(self, path: KeyPath) -> Field | None:
        """Return the field at a path of keys, or None. Raises ScopelintError for a key that is there twice."""
        if self.root is None:
            return None
        key = value = self.root
        for name in path:
            found = self._member(value, name) if isinstance(value, yaml.MappingNode) else None
            if found is None:
                return None
            key, value = found
        if isinstance(value, yaml.SequenceNode):
            items = tuple(Item(_string(element), _range(element)) for element in value.value)
            return Field(Kind.ARRAY, _range(key), _range(value), items)
        if isinstance(value, yaml.MappingNode):
            names = tuple(name for name in (_string(member) for member, _ in value.value) if name is not None)
            return Field(Kind.TABLE, _range(key), _range(value), names=names)
        return Field(Kind.OTHER, _range(key), _range(value))

    def _member(self, mapping: yaml.MappingNode, name: str) -> tuple[yaml.Node, yaml.Node] | None:
        found = [pair for pair in mapping.value if _string(pair[0]) == name]
        if len(found) > 1:
            raise ScopelintError(f'the key "{name}" is there twice', self.shown, found[1][0].start_mark.line + 1)
        return found[0] if found else None


def _string(node: yaml.Node) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) and node.tag == _STRING_TAG else None


def _range(node: yaml.Node) -> Range:
    return Range(node.start_mark.index, node.end_mark.index)

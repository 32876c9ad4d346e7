"""Names of findings that stay the same when lines move, for tools that follow findings over time."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from scopelint.model import Finding

_LINE = re.compile(r"(:| line )\d+")


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """Return a fingerprint for each finding: of its code, file, scope, endpoint and message, without line numbers.

    Findings alike in all of these are told apart by their order in the file.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    prints: list[str] = []
    for finding in findings:
        message = _LINE.sub("", finding.message)
        identity = (finding.code, finding.span.path, finding.scope or "", finding.endpoint or "", message)
        seen[identity] += 1
        text = "\0".join((*identity, str(seen[identity])))
        prints.append(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())
    return prints

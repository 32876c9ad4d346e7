"""One endpoint call, spelled in random equivalent ways over several modules, is the same resolved call."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, note, settings
from spellings import HOST, programs

from scopelint import pipeline
from scopelint.config import Config


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(programs())
def test_every_spelling_is_the_same_call(program: tuple[str, dict[str, str]]) -> None:
    endpoint, texts = program
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            note(f"--- {name}.py\n{text}")
            file = Path(folder, f"{name}.py")
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        report = pipeline.calls([folder], Config(no_cache=True, jobs=1), every_host=False)
    calls = [matched.call for app in report.apps for matched in app.calls]
    told = [(f"{c.method} {c.path}", c.origin.text, c.certainty.value, c.span.path, c.query.parameters) for c in calls]
    assert told == [(endpoint, HOST, "certain", "app.py", ())]

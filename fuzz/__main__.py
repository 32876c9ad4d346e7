"""`python -m fuzz TARGET [libFuzzer's options]`: look for inputs that break a promise, as long as it may take."""

import sys
from collections.abc import Callable

import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]  # installed for a fuzzing run only

with atheris.instrument_imports(include=["scopelint"]):
    from fuzz import properties


def _project(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    properties.project(lambda count: provider.ConsumeIntInRange(0, count - 1))


TARGETS: dict[str, Callable[[bytes], object]] = {
    "facts": properties.facts,
    "source": properties.source,
    "project": _project,
    "manifest": properties.manifest,
    "configuration": properties.configuration,
    "cache": properties.cache,
}


def main() -> None:
    """Run one target until it fails or its time is over."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python -m fuzz {'|'.join(TARGETS)} [-max_total_time=SECONDS] [FOLDER OF INPUTS]")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()


if __name__ == "__main__":
    main()

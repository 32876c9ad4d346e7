"""Takes the README's pictures from the app in fixtures/: the report in a browser, and what the terminal shows.

It needs Debian's `chromium`, and `playwright` from the extra `dev`. Pictures differ from one machine's fonts to the
next, so that they are made by hand and not compared: `python docs/pictures.py`.
"""

import html
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scopelint import pipeline
from scopelint.config import Config
from scopelint.report import RenderOptions, render

ROOT = Path(__file__).resolve().parents[1]
APP = "fixtures/clinic_app"
PICTURES = ROOT / "docs/pictures"
COLORS = {"31": "#ff8f86", "33": "#e8c95f", "35": "#d0b0f7", "36": "#7fd6e0"}
SCREEN = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 22px 26px; width: max-content; background: #151b23; color: #dde4ee;
  font: 14px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
pre { margin: 0; font: inherit; } b { font-weight: 700; } i { font-style: normal; opacity: .6; }
</style><pre>"""


def main() -> int:
    """Write the pictures; returns the exit code."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Install Debian's chromium first", file=sys.stderr)
        return 2
    report = pipeline.check([str(ROOT / APP)], Config(no_cache=True))
    page = render(report, "html")
    command = "$ scopelint check fixtures/clinic_app\n"
    shown = SCREEN + command + "".join(marked_up(render(report, "text", RenderOptions(color=True, width=110))))
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        take(browser, page, "report.png", "light", ".top, main > section", 1180)
        take(browser, page, "report-dark.png", "dark", ".top, main > section", 1180)
        take(browser, page, "flow.png", "light", "#flow figure .scroller", 1180)
        take(browser, shown, "terminal.png", "dark", "body", 1180)
        browser.close()
    return 0


def take(browser: Browser, content: str, name: str, scheme: str, selector: str, width: int) -> None:
    """Write a picture of the first elements of a page, as high as these are."""
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1.5,
    )
    page.set_content(content)
    elements = page.locator(selector)
    boxes = [box for box in (elements.nth(place).bounding_box() for place in range(min(2, elements.count()))) if box]
    top, bottom = boxes[0]["y"], boxes[-1]["y"] + boxes[-1]["height"]
    clip = {"x": boxes[0]["x"], "y": top, "width": boxes[0]["width"], "height": bottom - top}
    if name.startswith("report"):
        clip |= {"x": 0, "width": width}
    page.screenshot(path=PICTURES / name, clip=clip, full_page=True)  # type: ignore[arg-type]  # a TypedDict
    page.close()


def marked_up(text: str) -> Iterator[str]:
    """Yield the text of a terminal as HTML."""
    for place, part in enumerate(re.split(r"\x1b\[([\d;]+)m(.*?)\x1b\[0m", text, flags=re.DOTALL)):
        if place % 3 == 0:
            yield html.escape(part)
        elif place % 3 == 1:
            codes = part.split(";")
        else:
            painted = html.escape(part)
            for code in codes:
                painted = {"1": f"<b>{painted}</b>", "2": f"<i>{painted}</i>"}.get(code) or (
                    f'<span style="color: {COLORS[code]}">{painted}</span>'
                )
            yield painted


if __name__ == "__main__":
    sys.exit(main())

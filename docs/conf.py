"""How Sphinx makes the documentation's site: `sphinx-build -W -b html docs site`."""

from scopelint import __version__

project = "scopelint"
release = version = __version__
extensions = ["myst_parser"]
myst_heading_anchors = 3  # rules.md links to its headings
html_theme = "furo"
html_title = "scopelint"
html_copy_source = False
html_show_copyright = False

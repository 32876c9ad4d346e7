"""The hook for pre-commit and the jobs for CI services, as they are written into a project."""

from scopelint import __version__

REPOSITORY = "https://github.com/maxcare/scopelint"

PRE_COMMIT_FILE = ".pre-commit-config.yaml"
PRE_COMMIT_KEY = "repos"
PRE_COMMIT_ITEM = f"""\
- repo: {REPOSITORY}
  rev: v{__version__}
  hooks:
    - id: scopelint
"""

GITHUB_FILE = ".github/workflows/scopelint.yml"
GITHUB_WORKFLOW = f"""\
name: scopelint
on: [push, pull_request]
permissions:
  contents: read
jobs:
  scopes:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: {REPOSITORY.removeprefix("https://github.com/")}@v{__version__}
"""

GITLAB_FILE = ".gitlab-ci.yml"
GITLAB_KEY = "include"
GITLAB_ITEM = f"""\
- remote: {REPOSITORY.replace("github.com", "raw.githubusercontent.com")}/v{__version__}/ci/gitlab.yml
"""

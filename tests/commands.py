"""Commands as they are typed, called in the process of the tests."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from jcfs_etl.cli import app


def jcfs(*words: object) -> Result:
    """Call ``jcfs`` with these words; paths and numbers are spelt out."""
    return CliRunner().invoke(app, [str(word) for word in words])

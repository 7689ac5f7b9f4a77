"""Errors that a person reads: each says what is wrong, where, and what to do about it."""

from __future__ import annotations


class JcfsError(Exception):
    """Base of all errors that this package raises on purpose.

    Args:
        message: what is wrong and where, in one line.
        remedy: what the reader can do about it, in one line.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} — {self.remedy}" if self.remedy else self.message


class UnreadableDocumentError(JcfsError):
    """The file cannot be read as a PDF, or not for certain as a whole.

    Args:
        reason: a stable word for the kind of fault, such as ``not_a_pdf``.
        message: what is wrong, in one line, without the file's name.
        remedy: what the reader can do about it.
    """

    def __init__(self, reason: str, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.reason = reason

    def __reduce__(self) -> tuple[type[UnreadableDocumentError], tuple[str, str, str]]:
        # Raised in worker processes: must survive pickling with all three arguments.
        return (type(self), (self.reason, self.message, self.remedy))


class ContractError(JcfsError):
    """A contract is wrong; the message begins with file and line."""


def with_extra(extra: str) -> str:
    """How to install what an optional part needs; the package is on no index."""
    return f"install the extra {extra}: pip install '.[{extra}]' in a checkout, or 'jcfs_etl-….whl[{extra}]'"


class RunError(JcfsError):
    """The run as a whole cannot go on, such as an output folder that cannot be written."""

"""Tells an address of one's own how a nightly run went."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import httpx

from jcfs_etl.errors import JcfsError

#: Seconds that the address may take to answer.
_TIMEOUT = 15.0


class NoticeError(JcfsError):
    """The address could not be told; the message never holds more of it than the host."""


def post_notice(address: str, notice: Mapping[str, Any]) -> None:
    """Send a notice as JSON by POST. Redirects are not followed: the address may hold a secret.

    Raises:
        NoticeError: it cannot be reached, or does not answer with 2xx.
    """
    # httpx tells whole addresses at level INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    host = "the webhook"
    try:
        host = f"the webhook at {httpx.URL(address).host}"
        answer = httpx.post(address, json=dict(notice), timeout=_TIMEOUT, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoticeError(f"{host} cannot be told ({type(error).__name__})", "see run.webhook") from None
    if not answer.is_success:
        raise NoticeError(f"{host} answers {answer.status_code}", "see run.webhook")

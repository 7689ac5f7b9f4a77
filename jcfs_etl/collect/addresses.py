"""Which addresses may be asked: their form, the hosts allowed, and no private networks."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import unquote

import httpx

from jcfs_etl.collect.model import CollectError
from jcfs_etl.contracts.sources import PublicationSource

#: IPv6 prefixes that carry an IPv4 address: NAT64 (RFC 6052, in the last 32 bits) and 6to4 (RFC 3056).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST_ADDRESS = 4000

#: Hosts that may be asked for a source; one that begins with a dot stands for all below it.
Hosts = tuple[str, ...]


def parse_address(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """An http or https address in its normal form, without fragment.

    Args:
        text: as a contract, a link or a redirect gives it.
        base: what it is relative to.

    Raises:
        CollectError: it is none, or holds a user name or password.
    """
    try:
        if len(text) > _LONGEST_ADDRESS:
            raise ValueError
        url = httpx.URL(text.strip())
        url = (base.join(url) if base is not None else url).copy_with(fragment=None)
        if url.scheme not in ("http", "https") or not url.host or "%" in url.host:
            raise ValueError
        if url.port is not None and not 0 < url.port < 65536:
            raise ValueError
    except (httpx.InvalidURL, ValueError):
        raise CollectError(
            "bad_address", f"{_short(text)} is no http or https address", "correct it, or the page's link"
        ) from None
    if url.userinfo:
        raise CollectError(
            "bad_address", "the address holds a user name or password", "give one that needs none"
        )
    return url


def readable(url: httpx.URL) -> str:
    """An address with its characters unquoted, as people write it in patterns."""
    return unquote(str(url))


def origin(url: httpx.URL) -> str:
    """Scheme, host and port: what one robots.txt speaks for."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def check_host(url: httpx.URL, hosts: Hosts) -> None:
    """Refuse an address on any other host than those that may be asked.

    Raises:
        CollectError: naming the host.
    """
    host = _plain(url.host)
    if not any(host == name or (name.startswith(".") and host.endswith(name)) for name in hosts):
        raise CollectError(
            "host_not_allowed",
            f"it leads to {host}, which the source does not name",
            "if that is right, add it to the source's hosts or to JCFS_COLLECT_HOSTS",
        )


def hosts_of(source: PublicationSource, more: Sequence[str]) -> Hosts:
    """The hosts that a source may lead to: its own, those it names, and those of the settings."""
    names = (parse_address(source.address).host, *source.hosts, *more)
    return tuple(dict.fromkeys(_plain(name) for name in names))


def _plain(name: str) -> str:
    """A host as it is asked for, or the end of hosts: lower case, a Chinese one in its ASCII form."""
    below, host = name.startswith("."), name.lower().strip(".")
    try:
        host = httpx.URL(scheme="https", host=host).raw_host.decode("ascii")
    except httpx.InvalidURL:
        raise CollectError("bad_address", f"{_short(name)} is no host", "correct it in the sources") from None
    return f".{host}" if below else host


def is_private(address: str) -> bool:
    """Whether an IP address is anything but one that all of the internet can reach.

    Loopback, private and link-local networks, shared and reserved ranges and multicast count, and so
    do IPv4 addresses of these kinds inside an IPv6 address.

    Args:
        address: as the resolver gives it; a zone after ``%`` is only found on link-local ones.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
    return not ip.is_global or ip.is_multicast


def _short(text: str) -> str:
    shown = text if len(text) <= 120 else text[:119] + "…"
    return repr(shown)

"""Gets a document from an address someone typed in, without being led into our own network."""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
import socket
from collections.abc import Mapping

import httpx

from emberwatch.channels import _http
from emberwatch.channels.errors import Refused, Unreachable
from emberwatch.channels.interface import Tools

MOST_REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclasses.dataclass(frozen=True, slots=True)
class Got:
    """What came: a 200 or 304, and the address it came from in the end."""

    response: httpx.Response
    url: str


async def get(tools: Tools, url: str, headers: Mapping[str, str], *, seconds: float = 30.0) -> Got:
    """Follow `url` through at most five redirects.

    A public address never leads to a private one: each name is looked up once, judged, and the connection made to
    the very address that was judged. A private address in the settings themselves is allowed, since whoever may
    write settings runs such a feed; cloud metadata addresses never are. Raises Refused and the errors of `_http`.
    """
    private_allowed = True
    for _ in range(MOST_REDIRECTS + 1):
        target = _target(url)
        addresses = await _look_up(target)
        private = any(not address.is_global for address in addresses)
        if any(_forbidden(address) for address in addresses) or (private and not private_allowed):
            raise Refused(
                f"{target.host} leads to an address inside a private network ({addresses[0]}), which a feed on the "
                "internet has no reason to do. Nothing was read; check the feed's address.",
                code="private_address",
            )
        private_allowed = private_allowed and private
        response = await _from_any(tools, target, addresses, headers, seconds)
        if response.status_code not in _MOVED:
            return Got(response, url)
        where = response.headers.get("location", "")
        try:
            url = str(target.join(where))
        except httpx.InvalidURL:
            raise Refused(
                f"{target.host} redirects to {where[:100]!r}, which is no address.", code="redirect"
            ) from None
    raise Refused(
        f"{_target(url).host} redirects more than {MOST_REDIRECTS} times. Nothing was read; check the feed's address.",
        code="redirect",
    )


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        target = httpx.URL("")
    if target.scheme not in ("http", "https") or not target.host:
        raise Refused(f"{url[:100]!r} is not a web address. It must begin with http:// or https://.", code="address")
    return target


async def _look_up(target: httpx.URL) -> list[_Address]:
    port = target.port or (443 if target.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(target.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"The name {target.host} could not be found. Check it, or wait; we try again.") from error
    return [_plain(ipaddress.ip_address(entry[4][0])) for entry in found]


async def _from_any(
    tools: Tools, target: httpx.URL, addresses: list[_Address], headers: Mapping[str, str], seconds: float
) -> httpx.Response:
    """The response from the first address that takes the connection."""
    failure: Unreachable | None = None
    for address in dict.fromkeys(addresses):
        request = tools.http.build_request(
            "GET",
            target.copy_with(host=str(address)),
            headers={**headers, "host": target.netloc.decode("ascii")},
            # The certificate must still be the name's, not the address's.
            extensions={"sni_hostname": target.raw_host.decode("ascii")},
            timeout=httpx.Timeout(10.0),
        )
        try:
            return await _http.send(tools, request, acting=False, seconds=seconds)
        except Unreachable as error:
            failure = error
            if not isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout):
                raise
    raise failure or Unreachable(f"The name {target.host} has no address. Check it; we try again.")


def _plain(address: _Address) -> _Address:
    """An IPv4 address that came dressed as IPv6 is judged as what it is."""
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if mapped is not None else address


def _forbidden(address: _Address) -> bool:
    return address.is_link_local or address.is_multicast or address.is_unspecified

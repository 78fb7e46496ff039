"""Reaching anybody: over the network, over sockets of this machine."""

from __future__ import annotations

import os
import socket
import struct

from .registry import World, attack

_SECONDS = 0.5


@attack("connect to a server of this machine", quick=True)
def tcp(world: World) -> str:
    with socket.create_connection(("127.0.0.1", world["port"]), timeout=_SECONDS) as connection:
        return repr(connection.recv(100))


@attack("connect by the newer internet protocol")
def tcp6(world: World) -> str:
    with socket.create_connection(("::1", world["port"]), timeout=_SECONDS) as connection:
        return repr(connection.recv(100))


@attack("connect while sending (TCP fast open)")
def fast_open(world: World) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sender:
        sender.settimeout(_SECONDS)
        sender.sendto(b"x", 0x20000000, ("127.0.0.1", world["port"]))
        return repr(sender.recv(100))


@attack("send a datagram", quick=True)
def udp(world: World) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hello", ("127.0.0.1", world["udp_port"]))
    return ""  # whether it arrived is seen outside


@attack("ask a name server")
def names(world: World) -> str:
    return repr(socket.gethostbyname("example.org"))


@attack("reach the internet")
def internet(world: World) -> str:
    for place in (("8.8.8.8", 53), ("1.1.1.1", 443), ("10.0.2.2", 80)):
        try:
            with socket.create_connection(place, timeout=_SECONDS):
                return repr(place)
        except OSError:
            continue
    return ""


@attack("wait for callers")
def listen(world: World) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.listen(1)
        return _heard_outside(world, server)


@attack("wait for callers at a chosen port")
def bind(world: World) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind(("0.0.0.0", 0))
        server.listen(1)
        return _heard_outside(world, server)


def _heard_outside(world: World, server: socket.socket) -> str:
    """In a network of its own nobody can call."""
    if not {name for _, name in socket.if_nameindex()} & set(world["interfaces"]):
        return ""
    return f"listening at {server.getsockname()}"


@attack("connect to a socket file of the grader's")
def unix_path(world: World) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_SECONDS)
        connection.connect(world["unix"])
        return repr(connection.recv(100))


@attack("connect to an abstract socket of the grader's", quick=True)
def abstract(world: World) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_SECONDS)
        connection.connect("\0" + world["abstract"])
        return repr(connection.recv(100))


@attack("send from half of a pair of sockets to a socket file")
def pair(world: World) -> str:
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"hello", world["unix_datagram"])
    return ""


@attack("send a message with an address from half of a pair")
def pair_message(world: World) -> str:
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendmsg([b"hello"], [], 0, world["unix_datagram"])
    return ""


@attack("talk to the system's own services")
def services(world: World) -> str:
    for path in (
        "/run/docker.sock",
        "/var/run/docker.sock",
        "/run/dbus/system_bus_socket",
        f"/run/user/{os.getuid()}/bus",
        "/run/systemd/private",
        "/dev/log",
        "/run/systemd/journal/socket",
    ):
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(path)
                return path
        except OSError:
            continue
    return ""


@attack("ask the kernel who is connected (netlink)")
def netlink(world: World) -> str:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as asking:
        asking.bind((0, 0))
        asking.settimeout(_SECONDS)
        asking.send(struct.pack("=IHHIIB3x", 20, 18, 0x301, 1, 0, 0))  # RTM_GETLINK, dump
        answer = asking.recv(65536)
    names = [name for name in world["interfaces"] if name.encode() + b"\0" in answer]
    return f"sees {names}" if names else ""


@attack("read packets from the wire")
def packets(world: World) -> str:
    with socket.socket(17, socket.SOCK_RAW, socket.htons(3)) as wire:
        return f"listening: {wire.fileno()}"


@attack("use other families of sockets")
def families(world: World) -> str:
    made = []
    for family in (40, 38, 31, 29, 16, 44):  # vsock, alg, bluetooth, can, netlink, xdp
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, 5):
            try:
                socket.socket(family, kind).close()
                made.append(family)
            except OSError:
                continue
    return repr(made) if set(made) - {16} else ""

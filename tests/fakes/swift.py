"""OpenStack Swift as a real S3 service on this machine: its own object store, and its S3 API."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

KEY, SECRET = "test:tester", "testing"
SERVERS = ("account", "container", "object")
PYTHON = "/usr/bin/python3"  # Debian's, which has the packages swift-*
PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
log_address = /dev/null
[pipeline:main]
pipeline = catch_errors cache s3api tempauth bulk slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""
SERVER = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
devices = {folder}/disk
mount_check = false
fallocate_reserve = 0
log_address = /dev/null
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
COMMON = """
[swift-hash]
swift_hash_path_suffix = of
swift_hash_path_prefix = tests
[storage-policy:0]
name = only
default = yes
"""
RINGS = """
import sys
from swift.common.ring import RingBuilder
for kind, port in zip(sys.argv[2::2], sys.argv[3::2]):
    builder = RingBuilder(2, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port),
        "replication_ip": "127.0.0.1", "replication_port": int(port), "device": "d", "weight": 1})
    builder.rebalance()
    builder.get_ring().save(f"{sys.argv[1]}/{kind}.ring.gz")
"""


def free_ports(count: int) -> list[int]:
    """Ports below those that the system gives to whoever wants any: they stay free until used."""
    found: list[int] = []
    for port in random.SystemRandom().sample(range(20_000, 32_000), 1000):
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no port is free")


class Swift:
    """Four small servers; `address` is what CoursePorter takes."""

    def __init__(self, bucket: str = "team") -> None:
        if shutil.which("swift-proxy-server") is None:
            pytest.skip("OpenStack Swift is not installed: packaging/setup.sh test installs it")
        self.folder = Path(tempfile.mkdtemp(prefix="courseporter-swift-", dir="/tmp"))
        (self.folder / "disk" / "d").mkdir(parents=True)
        self.port, *others = free_ports(1 + len(SERVERS))
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.address = f"s3://{bucket}/some/where?endpoint={self.endpoint}"
        self.processes: list[subprocess.Popen[bytes]] = []
        ports = dict(zip(SERVERS, others, strict=True))
        words = {"folder": self.folder, "user": _account()}
        (self.folder / "swift.conf").write_text(COMMON)
        (self.folder / "proxy.conf").write_text(PROXY.format(port=self.port, **words))
        for kind, port in ports.items():
            text = SERVER.format(kind=kind, port=port, **words)
            (self.folder / f"{kind}.conf").write_text(text)
        flat = [str(word) for pair in ports.items() for word in pair]
        subprocess.run([PYTHON, "-c", RINGS, self.folder, *flat], check=True, capture_output=True)

    def start(self) -> None:
        """Start the servers, wait, and make the bucket."""
        for kind in (*SERVERS, "proxy"):
            with (self.folder / "log").open("ab") as log:
                command = [f"swift-{kind}-server", self.folder / f"{kind}.conf"]
                self.processes.append(subprocess.Popen(command, stdout=log, stderr=log))
        deadline = time.monotonic() + 120
        while not self._made_bucket():
            if time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.1)

    def _made_bucket(self) -> bool:
        import obstore
        from obstore.store import S3Store

        store = S3Store(
            "team", access_key_id=KEY, secret_access_key=SECRET, region="us-east-1",
            config={"endpoint": self.endpoint, "virtual_hosted_style_request": False},
            client_options={"allow_http": True},
        )  # fmt: skip
        address = obstore.sign(store, "PUT", "", timedelta(seconds=60))
        try:
            return httpx.put(address, timeout=20).status_code in {200, 409}
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """End the servers."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(120)
        self.processes.clear()

    def remove(self) -> None:
        """End the servers and remove what they kept."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _account() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name

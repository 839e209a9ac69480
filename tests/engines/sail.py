"""Spark Connect served by Sail until standard input ends; prints its port: ``python -m tests.engines.sail``."""

from __future__ import annotations

import os
import sys

# Sail looks for a PySpark of its own choice, for functions in Python that we have none of; Spark's would stop it.
sys.modules["pyspark"] = None  # type: ignore[assignment]

from pysail.spark import SparkConnectServer  # noqa: E402

if __name__ == "__main__":
    server = SparkConnectServer(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    server.start()
    address = server.listening_address
    assert address is not None
    print(address[1], flush=True)
    sys.stdin.read()
    # To stop in good order takes it eight seconds.
    os._exit(0)

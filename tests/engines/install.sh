#!/bin/sh
# Java for the tests on Spark, where missing. Without it they are skipped and say so; all others run.
set -eu

if command -v java >/dev/null 2>&1; then exit 0; fi

if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
    if $as_root true 2>/dev/null; then
        $as_root apt-get update -qq || true
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq default-jre-headless >/dev/null || true
    fi
fi
command -v java >/dev/null 2>&1 || echo "Java could not be installed: the tests on Spark will be skipped."

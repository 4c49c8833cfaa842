#!/bin/sh
# Renews the lock files (`make lock`).  They hold names, versions and hashes, and no address of any
# index.  Existing pins are kept unless `--upgrade` is given.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "uv is missing: pip install uv" >&2; exit 1; }

lock() {
    uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}

lock pyproject.toml --group build --python-version 3.11 -o packaging/requirements.lock "$@"
lock pyproject.toml --group dev --extra postgres --extra s3 --python-version 3.11 -c packaging/requirements.lock \
    -o packaging/requirements-dev.lock "$@"
lock packaging/requirements-oracle.in --python-version 3.11 \
    -o packaging/requirements-oracle.lock "$@"

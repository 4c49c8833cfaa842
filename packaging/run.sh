#!/bin/sh
# Opens the app; where there is no display, converts the bundled sample course instead.
set -eu
cd "$(dirname "$0")/.."
if why=$(.venv/bin/python -m courseporter.gui.display); then
    exec .venv/bin/courseporter
fi
echo "${why:-No window can open here.} Converting the sample course instead." >&2
mkdir -p build
rm -f build/sample-course.tar.gz
exec .venv/bin/courseporter sample -o build/sample-course.tar.gz

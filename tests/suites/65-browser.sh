#!/bin/bash
# A real browser through the real service, with scripts, without them and without cookies; buying; every page by axe's
# rules; every answer of the API against pages/openapi.json.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
for tool in node chromium; do
    command -v "$tool" >/dev/null || { echo "skipped - a real browser: $tool is not installed"; exit 0; }
done
[ -d node_modules/playwright-core ] || { echo "skipped - a real browser: scripts/setup has not installed playwright-core"; exit 0; }
exec /usr/bin/python3 -B tests/browser/run.py

#!/bin/bash
# The service in the hands of people who mean it ill: ambiguous bytes, slowness, others' ids, forged forms, and
# programs that look for known weaknesses.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/python3 -B tests/safe/safe.py

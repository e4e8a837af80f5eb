#!/usr/bin/env bash
# The mail programs that only `make test-clients` drives, from Debian packages: too heavy for every run of the tests.
set -uo pipefail
cd "$(dirname "$0")/.."
exec tools/apt.sh alpine aerc thunderbird xvfb xauth

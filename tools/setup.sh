#!/usr/bin/env bash
# Prepares .venv with what maildesk needs: "tools/setup.sh run" to run it, "tools/setup.sh dev" to test it as well.
# Asks for nothing. Where python3-venv is missing, it is installed if root or sudo can; else one sentence names it.
set -euo pipefail
cd "$(dirname "$0")/.."
want=${1:-run}
stamp=.venv/.ready-$want

fail() { echo "$1" >&2; exit 69; }

command -v python3 >/dev/null || fail "maildesk needs Python 3.11 or later; install it with: apt-get install python3"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "maildesk needs Python 3.11 or later; this is $(python3 --version). Install a newer one."

if [ -e "$stamp" ] && [ "$stamp" -nt pyproject.toml ]; then exit 0; fi

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        tools/apt.sh python3-venv || fail "maildesk needs python3-venv; install it with: sudo apt-get install python3-venv"
    fi
    echo "Setting up .venv ..."
    rm -rf .venv
    python3 -m venv .venv
fi

echo "Installing what maildesk needs into .venv (a minute or two the first time) ..."
# --no-compile: Python compiles what is really used when it is first used; compiling all took half the time.
install() { .venv/bin/python -m pip --quiet --disable-pip-version-check install --no-compile "$@"; }
if [ "$want" = dev ]; then
    install --upgrade 'pip>=25.1' # dependency groups
    install --editable . --group dev
    touch .venv/.ready-run
else
    install --editable .
fi
touch "$stamp"

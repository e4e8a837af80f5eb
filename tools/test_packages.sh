#!/usr/bin/env bash
# The real servers, mail programs and browsers that the tests run against, from Debian packages. What cannot be had is
# named, and the tests that need it are skipped with that reason; with CI=true that is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."

packages=(faketime postfix dovecot-core dovecot-imapd dovecot-lmtpd postgresql s-nail mutt neomutt swaks systemd
    chromium tidy w3m)
tools/apt.sh "${packages[@]}" && exit 0

left_out=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || left_out+=("$package")
done
[ ${#left_out[@]} -eq 0 ] && exit 0
echo "Left out: the tests that need ${left_out[*]}. Install them with: sudo apt-get install ${left_out[*]}" >&2
[ "${CI:-}" != true ]

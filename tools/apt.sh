#!/usr/bin/env bash
# Installs Debian packages without asking and without starting their services; fails quietly where it may not.
# Packages that are there already cost nothing.
set -uo pipefail

missing=()
for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null || exit 1
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || exit 1
    as_root=(sudo -n)
fi

# policy-rc.d with 101 forbids packages to start services (invoke-rc.d); a policy of the machine's own stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null && "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
quiet=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive)
if printf '%s\n' "${missing[@]}" | grep -qx postfix; then
    echo 'postfix postfix/main_mailer_type select Local only' | "${quiet[@]}" debconf-set-selections 2>/dev/null
fi
echo "Installing ${missing[*]} ..."
install() { "${quiet[@]}" apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" >"$log" 2>&1; }
log=$(mktemp)
install || { "${quiet[@]}" apt-get update >>"$log" 2>&1; install; } || { tail -n 5 "$log" >&2; rm -f "$log"; exit 1; }
rm -f "$log"

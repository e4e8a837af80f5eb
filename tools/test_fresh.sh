#!/usr/bin/env bash
# Tries the two commands on a bare Debian in a chroot: python3 and make, nothing else.
#   tools/test_fresh.sh [run|test]      what to try; "run" also plays the three lines that make run prints
# Needs root, debootstrap and a Debian mirror. PIP_* variables and the machine's certificates are handed in, for sites
# with a mirror of their own. FRESH names the folder of the chroot (default: a temporary one, removed at the end);
# BIND is a list of folders to show inside, read-only, such as a folder of wheels.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-run}
suite=${SUITE:-bookworm}
mirror=${MIRROR:-http://deb.debian.org/debian}

fail() { echo "$1" >&2; exit 69; }
[ "$(id -u)" -eq 0 ] || fail "This needs root: sudo make test-fresh"
command -v debootstrap >/dev/null || fail "This needs debootstrap: apt-get install debootstrap"

fresh=${FRESH:-$(mktemp -d)}
mounted=()
clean_up() {
    for each in "${mounted[@]}"; do umount "$each" 2>/dev/null || true; done
    [ -n "${FRESH:-}" ] || rm -rf --one-file-system "$fresh"
}
trap clean_up EXIT

if [ ! -e "$fresh/usr/bin/make" ]; then
    debootstrap --variant=minbase --include=python3,make,ca-certificates,git "$suite" "$fresh" "$mirror" >/dev/null
fi
mount -t proc proc "$fresh/proc" && mounted+=("$fresh/proc")
for folder in ${BIND:-}; do
    mkdir -p "$fresh$folder"
    mount --bind -o ro "$folder" "$fresh$folder" && mounted+=("$fresh$folder")
done
cp /etc/resolv.conf "$fresh/etc/resolv.conf" 2>/dev/null || true
cp /etc/ssl/certs/ca-certificates.crt "$fresh/etc/ssl/certs/ca-certificates.crt"
[ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$fresh/etc/pip.conf"

rm -rf "$fresh/srv/maildesk"
git clone --quiet --no-hardlinks . "$fresh/srv/maildesk"
inside() { chroot "$fresh" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "${pip[@]}" bash -c "cd /srv/maildesk && $1"; }
mapfile -t pip < <(env | grep -E '^(PIP_|http_proxy|https_proxy)' || true)

if [ "$what" = test ]; then
    inside "make test"
    exit
fi

began=$SECONDS
set -m # the desk gets a process group of its own, so that it can be ended as with Ctrl-C
inside "exec make run" >"$fresh/srv/said" 2>"$fresh/srv/log" &
desk=$!
set +m
until grep -q '"started"' "$fresh/srv/log"; do
    kill -0 "$desk" 2>/dev/null || { cat "$fresh/srv/said" "$fresh/srv/log" >&2; exit 1; }
    sleep 0.5
done
grep '^python3 ' "$fresh/srv/said" | while read -r line; do
    echo "> $line"
    chroot "$fresh" bash -c "$line"
done
echo "From git clone to the first answer: $((SECONDS - began)) seconds."
kill -INT -- "-$desk"
wait "$desk" || true

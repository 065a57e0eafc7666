# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced by scripts/start and scripts/test: packages of Debian, and the build.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# package_names PURPOSE...: the packages of scripts/debian-packages for these purposes.
package_names() {
  local purpose
  for purpose in "$@"; do
    awk -v purpose="$purpose" '$1 == purpose { print $2 }' "$root/scripts/debian-packages"
  done | sort -u
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# ensure_packages PURPOSE...: installs what is missing; tells what to do where that is not possible.
ensure_packages() {
  local name missing=() as_root=()
  command -v dpkg-query >/dev/null || die "find Debian's dpkg: not here (install what scripts/debian-packages names by hand)"
  while read -r name; do
    is_installed "$name" || missing+=("$name")
  done < <(package_names "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "install packages: not root and no sudo (as root: apt-get install ${missing[*]})"
    as_root=(sudo)
  fi
  echo "installing ${missing[*]}" >&2
  local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}")
  # The lists of a fresh machine or container are empty or old: one update, then again.
  if ! "${install[@]}" >&2 </dev/null; then
    "${as_root[@]}" apt-get update >&2 </dev/null || die "update the package lists: apt-get update failed"
    "${install[@]}" >&2 </dev/null || die "install packages: apt-get failed (try it by hand: apt-get install ${missing[*]})"
  fi
}

# build PRESET [TARGET...]: configures and builds in build/PRESET.
build() {
  local preset=$1 targets=()
  shift
  [ $# -eq 0 ] || targets=(--target "$@")
  (cd "$root" && cmake --preset "$preset") >&2 </dev/null || die "configure: cmake --preset $preset failed"
  cmake --build "$root/build/$preset" -j "$(nproc)" "${targets[@]}" >&2 </dev/null || die "build: preset $preset failed"
}

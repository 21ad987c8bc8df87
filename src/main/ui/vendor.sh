#!/bin/sh
# Makes the page's libraries (src/main/resources/ui/vendor) anew from npm, as vendor.lock names them: their versions, files and
# SHA-256. Needs npm, tar and sha256sum. For another version: change it in vendor.lock, run "vendor.sh --lock", and read what came.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
lock=$here/vendor.lock
target=$here/../resources/ui/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The folder of a package at a version, fetched once.
fetched() {
  folder=$work/$(printf '%s' "$1" | tr '/@' '__')
  if [ ! -d "$folder" ]; then
    mkdir "$folder"
    (cd "$folder" && npm pack --silent "$1" > packed && tar -xzf "$(cat packed)")
  fi
  echo "$folder/package"
}

grep -v '^#' "$lock" | while read -r sum file package path; do
  from=$(fetched "$package")/$path
  found=$(sha256sum "$from" | cut -d ' ' -f 1)
  if [ "${1:-}" = --lock ]; then
    echo "$found $file $package $path" >> "$work/lock"
  elif [ "$found" != "$sum" ]; then
    echo "$package: $path has the SHA-256 $found, not $sum as vendor.lock says" >&2
    exit 1
  fi
  mkdir -p "$target"
  cp "$from" "$target/$file"
  chmod 644 "$target/$file"
done

if [ "${1:-}" = --lock ]; then
  { grep '^#' "$lock"; cat "$work/lock"; } > "$work/whole"
  cp "$work/whole" "$lock"
fi

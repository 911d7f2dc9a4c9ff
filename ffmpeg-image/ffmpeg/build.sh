#!/bin/bash
# Builds ffmpeg and ffprobe from Debian's source package in the current directory, with the features in FILE, and
# installs them below DIRECTORY, as they are to stand below /; what dpkg would say of them is left in ffmpeg.control.
# Usage: build.sh FILE DIRECTORY
set -euo pipefail
features=$1
directory=$2

cd ffmpeg-*/
# As Debian hardens its own: what is decoded here is hostile.
export DEB_BUILD_MAINT_OPTIONS=hardening=+all
flags() { dpkg-buildflags --get "$1"; }
version=$(dpkg-parsechangelog --show-field Version)

mapfile -t components < <(sed 's/#.*//' "$features" | while read -r kind names; do
  for name in $names; do echo "--enable-$kind=$name"; done
done)

./configure \
  --prefix=/usr --libdir="/usr/lib/$(dpkg-architecture --query DEB_HOST_MULTIARCH)" \
  --extra-version="${version#*-}" \
  --extra-cflags="$(flags CPPFLAGS) $(flags CFLAGS) -g0" \
  --extra-ldflags="$(flags LDFLAGS)" \
  --enable-pic --disable-static --enable-shared \
  --disable-everything --disable-autodetect --disable-doc --disable-debug \
  --disable-avdevice --disable-swresample --disable-ffplay \
  --enable-zlib --enable-libdav1d --enable-libwebp --enable-libzimg \
  "${components[@]}"

# A name that this version of ffmpeg does not know, or that lacks a library, is only warned of by configure.
for component in "${components[@]}"; do
  name=${component#--enable-}
  grep -qix "#define CONFIG_${name#*=}_${name%%=*} 1" config_components.h ||
    { echo "not built in: $component" >&2; exit 1; }
done

make -j"$(nproc)"
make install-progs install-libs DESTDIR="$directory"

cat >../ffmpeg.control <<CONTROL
Package: ffmpeg
Status: install ok installed
Architecture: $(dpkg --print-architecture)
Version: $version
Description: Debian's source package built with few features, see features.txt

CONTROL

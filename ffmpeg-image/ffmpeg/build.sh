#!/bin/bash
# Builds ffmpeg and ffprobe from Debian's source package in the current directory, with the features in FILE, and
# installs them under PREFIX. Usage: build.sh FILE PREFIX
set -euo pipefail
features=$1
prefix=$2

cd ffmpeg-*/
# As Debian hardens its own: what is decoded here is hostile.
export DEB_BUILD_MAINT_OPTIONS=hardening=+all
flags() { dpkg-buildflags --get "$1"; }

mapfile -t components < <(sed 's/#.*//' "$features" | while read -r kind names; do
  for name in $names; do echo "--enable-$kind=$name"; done
done)

./configure \
  --prefix="$prefix" \
  --extra-version="$(dpkg-parsechangelog --show-field Version | cut -d- -f2-)" \
  --extra-cflags="$(flags CPPFLAGS) $(flags CFLAGS) -g0" \
  --extra-ldflags="$(flags LDFLAGS)" \
  --enable-pic --disable-static --enable-shared --enable-rpath \
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
make install-progs install-libs

#!/bin/bash
# Builds ffmpeg and ffprobe from Debian's source package in the current directory, with the features in features.txt
# and confined by confine.c, both beside this file, and installs them below DIRECTORY, as they are to stand below /; what
# dpkg would say of them is left in ffmpeg.control. Usage: build.sh DIRECTORY
set -euo pipefail
recipe=$(cd "$(dirname "$0")" && pwd)
directory=$1

cd ffmpeg-*/
# As Debian hardens its own: what is decoded here is hostile.
export DEB_BUILD_MAINT_OPTIONS=hardening=+all
flags() { dpkg-buildflags --get "$1"; }
version=$(dpkg-parsechangelog --show-field Version)

mapfile -t components < <(sed 's/#.*//' "$recipe/features.txt" | while read -r kind names; do
  for name in $names; do echo "--enable-$kind=$name"; done
done)

# shellcheck disable=SC2046 # Flags are words.
gcc $(flags CPPFLAGS) $(flags CFLAGS) -g0 -fPIC -Wall -Wextra -Werror -c "$recipe/confine.c" -o "$PWD/confine.o"

./configure \
  --prefix=/usr --libdir="/usr/lib/$(dpkg-architecture --query DEB_HOST_MULTIARCH)" \
  --extra-version="${version#*-}" \
  --extra-cflags="$(flags CPPFLAGS) $(flags CFLAGS) -g0" \
  --extra-ldflags="$(flags LDFLAGS)" --extra-ldexeflags="$PWD/confine.o" \
  --enable-pic --disable-static --enable-shared \
  --disable-everything --disable-autodetect --disable-doc --disable-debug \
  --disable-avdevice --disable-swresample --disable-ffplay \
  --enable-zlib --enable-libdav1d --enable-libvpx --enable-libwebp --enable-libzimg \
  "${components[@]}"

# A name that this version of ffmpeg does not know, or that lacks a library, is only warned of by configure.
for component in "${components[@]}"; do
  name=${component#--enable-}
  grep -qix "#define CONFIG_${name#*=}_${name%%=*} 1" config_components.h ||
    { echo "not built in: $component" >&2; exit 1; }
done

make -j"$(nproc)"
make install-progs install-libs DESTDIR="$directory"

# The LGPL asks for its text (base-files has it), and for how the libraries were made of their source.
install -D --mode=644 --target-directory="$directory/usr/share/doc/ffmpeg" debian/copyright "$recipe"/*

cat >../ffmpeg.control <<CONTROL
Package: ffmpeg
Status: install ok installed
Architecture: $(dpkg --print-architecture)
Version: $version
Description: Debian's source package built with few features, see features.txt

CONTROL

#!/bin/bash
# Lays out below DIRECTORY the files of Debian's PACKAGEs that a program needs while it runs. They are not installed:
# no maintainer script runs, so no shell is needed there. Usage: debian.sh DIRECTORY PACKAGE…
set -euo pipefail
root=$1
shift

packages=$(mktemp -d)
cd "$packages"
# As root: apt's own user may not write here.
apt-get download --option APT::Sandbox::User=root "$@"
mkdir -p "$root/var/lib/dpkg" "$root/etc"
for name in "$@"; do
  dpkg-deb --extract "$name"_*.deb "$root"
  # What dpkg would keep of an installed package; scanners look here for what has a known vulnerability.
  { dpkg-deb --field "$name"_*.deb | sed '1a Status: install ok installed'; echo; } >>"$root/var/lib/dpkg/status"
done

cd "$root"
# Licences stay; documentation, translations, character sets beyond UTF-8 and empty directories go.
find usr/share/doc -type f ! -name copyright -delete
rm -rf usr/share/{man,info,locale,lintian,base-files,bug,gcc,gdb} usr/lib/*/gconv etc/{update-motd.d,profile.d}
rm -f usr/bin/tini-static
rm -rf boot home media mnt opt srv tmp run var/{backups,cache,local,lock,log,mail,opt,run,spool,tmp}
find usr -type d -empty -delete

# The task's user, and names looked up in the files that ECS mounts before DNS is asked.
echo 'root:x:0:0:root:/:/usr/sbin/nologin
worker:x:1000:1000:worker:/:/usr/sbin/nologin' >etc/passwd
echo 'root:x:0:
worker:x:1000:' >etc/group
echo 'hosts: files dns' >etc/nsswitch.conf

#!/usr/bin/env bash
# Makes sure that the base images of ffmpeg-image/Dockerfile are there, under the names that it gives them: pulled
# where a registry of images can be reached, or else made here from Debian's packages and npm's. So the same
# Dockerfile is built either way. Making them needs root and debootstrap.
set -euo pipefail
cd "$(dirname "$0")/.."

docker info >/dev/null 2>&1 ||
  { echo 'Docker is needed, and no engine answers `docker info`: start it, or install it (https://docs.docker.com/engine/install/).' >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The Debian release SUITE as an image NAME, like the official one in what our Dockerfile uses: apt and its sources.
make_debian() {
  local name=$1 suite=$2 root="$scratch/$2"
  command -v debootstrap >/dev/null && [ "$(id -u)" = 0 ] ||
    { echo "$name cannot be pulled, and making a stand-in for it needs root and debootstrap." >&2; return 1; }
  debootstrap --variant=minbase "$suite" "$root" >"$scratch/debootstrap.log" 2>&1 ||
    { tail -n 20 "$scratch/debootstrap.log" >&2; return 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root/etc/apt/sources.list"
  cat >"$root/etc/apt/sources.list.d/debian.sources" <<SOURCES
Types: deb
URIs: http://deb.debian.org/debian
Suites: $suite $suite-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: $suite-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  # How this machine's apt reaches its packages (a proxy, say) holds for the image's, too.
  apt-config dump | grep -E '^Acquire::(http|https|Check-)' >"$root/etc/apt/apt.conf.d/90host" || true
  tar -C "$root" -c . | docker import --change 'CMD ["bash"]' - "$name" >/dev/null
}

# Node of the release MAJOR on top of the Debian image BASE, as an image NAME, from the packages node-linux-… and npm.
make_node() {
  local name=$1 major=$2 base=$3 context="$scratch/node"
  local -A platforms=([amd64]=x64 [arm64]=arm64)
  local package="node-linux-${platforms[$(dpkg --print-architecture)]}"
  mkdir -p "$context"
  npm install --prefix "$context" --no-save --no-audit --no-fund --loglevel=error "$package@$major" npm@10
  # How this machine's npm reaches its packages: its registry, and who signs for it.
  local certificates
  certificates=$(npm config get cafile 2>/dev/null)
  [ -f "$certificates" ] || certificates=/dev/null
  cat "$certificates" >"$context/certificates.pem"
  { echo "registry=$(npm config get registry 2>/dev/null)"
    [ ! -s "$context/certificates.pem" ] || echo "cafile=/usr/local/etc/certificates.pem"; } >"$context/npmrc"
  cat >"$context/Dockerfile" <<DOCKERFILE
FROM $base
COPY node_modules/$package/bin/node /usr/local/bin/node
COPY node_modules/$package/LICENSE /usr/local/LICENSE
COPY node_modules/npm /usr/local/lib/node_modules/npm
COPY npmrc certificates.pem /usr/local/etc/
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && npm --version
DOCKERFILE
  docker build --tag "$name" "$context" >"$scratch/node.log" 2>&1 ||
    { tail -n 20 "$scratch/node.log" >&2; return 1; }
}

make() {
  local name=$1
  if [[ $name =~ /debian:([a-z]+)-slim$ ]]; then
    make_debian "$name" "${BASH_REMATCH[1]}"
  elif [[ $name =~ ^(.*)/node:([0-9]+)-([a-z]+)-slim$ ]]; then
    local base="${BASH_REMATCH[1]}/debian:${BASH_REMATCH[3]}-slim" major="${BASH_REMATCH[2]}"
    have "$base"
    make_node "$name" "$major" "$base"
  else
    echo "no stand-in is known for the base image $name" >&2
    return 1
  fi
}

have() {
  local name=$1
  docker image inspect "$name" >/dev/null 2>&1 && return
  if docker pull --quiet "$name" >/dev/null 2>&1; then
    echo "pulled $name"
  else
    make "$name"
    echo "made a stand-in for $name"
  fi
}

for name in $(grep -oE '^FROM [a-z0-9.-]+\.[a-z]+/[^ ]+' ffmpeg-image/Dockerfile | cut -d' ' -f2 | sort -u); do
  have "$name"
done

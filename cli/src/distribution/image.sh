#!/bin/sh
# Makes a container image without a container engine: Debian with a Java runtime, and Lockkeeper above it.
# The archive is both an OCI layout and what `docker load` and `podman load` read.
set -eu

usage='usage: image.sh lockkeeper-VERSION-bin.tar.gz lockkeeper-VERSION-servers.tar.gz image.tar'
[ $# -eq 3 ] || { echo "$usage" >&2; exit 2; }
for needed in mmdebstrap sha256sum tar; do
    command -v "$needed" >/dev/null || {
        echo "error: $needed is missing; on Debian and Ubuntu: apt-get install $needed" >&2
        exit 1
    }
done
for given in "$1" "$2"; do
    [ -r "$given" ] || { echo "error: $given cannot be read; make it with: ./mvnw package" >&2; exit 1; }
done
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1704067200}
export SOURCE_DATE_EPOCH
suite=${LOCKKEEPER_IMAGE_SUITE:-bookworm}
case $(uname -m) in
    x86_64) architecture=amd64 ;;
    aarch64) architecture=arm64 ;;
    *) echo "error: no image for the architecture $(uname -m)" >&2; exit 1 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
blobs=$work/image/blobs/sha256
mkdir -p "$blobs" "$work/root/opt/lockkeeper" "$work/root/usr/local/bin" "$work/root/work" \
    "$work/root/var/cache/lockkeeper"

packed() {
    tar --create --format=gnu --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
        --directory="$1" --file="$2" .
}
# Moves a file among the blobs and says its digest.
blob() {
    digest=$(sha256sum "$1" | cut -d ' ' -f 1)
    mv "$1" "$blobs/$digest"
    echo "$digest"
}
size() {
    wc -c <"$blobs/$1" | tr -d ' '
}

mmdebstrap --quiet --variant=essential --include=openjdk-17-jre-headless,ca-certificates \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --customize-hook='echo lockkeeper:x:1000:1000::/work:/bin/sh >>"$1/etc/passwd"' \
    --customize-hook='echo lockkeeper:x:1000: >>"$1/etc/group"' \
    --aptopt='Apt::Install-Recommends "false"' "$suite" "$work/system.tar"
tar --extract --gzip --strip-components=1 --file="$1" --directory="$work/root/opt/lockkeeper"
tar --extract --gzip --strip-components=1 --file="$2" --directory="$work/root/opt/lockkeeper"
ln -s /opt/lockkeeper/bin/lockkeeper "$work/root/usr/local/bin/lockkeeper"
# whoever the container runs as: the servers are unpacked there
chmod 1777 "$work/root/var/cache/lockkeeper"
packed "$work/root" "$work/program.tar"

system=$(blob "$work/system.tar")
program=$(blob "$work/program.tar")
cat >"$work/config.json" <<JSON
{"architecture":"$architecture","os":"linux","config":{"Entrypoint":["lockkeeper"],"Cmd":["help"],"WorkingDir":"/work","User":"1000:1000","Env":["PATH=/usr/local/bin:/usr/bin:/bin","LOCKKEEPER_CACHE=/var/cache/lockkeeper","LANG=C.UTF-8"],"Labels":{"org.opencontainers.image.title":"Lockkeeper","org.opencontainers.image.licenses":"Apache-2.0"}},"rootfs":{"type":"layers","diff_ids":["sha256:$system","sha256:$program"]}}
JSON
config=$(blob "$work/config.json")
layer=application/vnd.oci.image.layer.v1.tar
cat >"$work/manifest.json" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$config","size":$(size "$config")},"layers":[{"mediaType":"$layer","digest":"sha256:$system","size":$(size "$system")},{"mediaType":"$layer","digest":"sha256:$program","size":$(size "$program")}]}
JSON
manifest=$(blob "$work/manifest.json")
echo '{"imageLayoutVersion":"1.0.0"}' >"$work/image/oci-layout"
cat >"$work/image/index.json" <<JSON
{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$manifest","size":$(size "$manifest"),"annotations":{"org.opencontainers.image.ref.name":"latest"}}]}
JSON
cat >"$work/image/manifest.json" <<JSON
[{"Config":"blobs/sha256/$config","RepoTags":["lockkeeper:latest"],"Layers":["blobs/sha256/$system","blobs/sha256/$program"]}]
JSON
packed "$work/image" "$3"
echo "made $3"

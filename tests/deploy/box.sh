# What a container engine does, as far as it matters here: a root of its own, all of it read-only but /tmp and the
# state, an ordinary user, and no rights. Called in a mount namespace: box.sh ROOT PYTHON_PREFIX USER COMMAND...
# What the image brings lies in ROOT already; the machine's /usr and Python stand in for the base image.
set -eu
root=$1 python=$2 user=$3
shift 3
mount --bind "$root" "$root"
for name in usr etc proc dev "${python#/}"; do
	mkdir -p "$root/$name"
	mount --rbind "/$name" "$root/$name"
	mount -o remount,bind,ro "$root/$name"
done
for name in bin sbin lib lib64; do
	test ! -L "/$name" || ln -sfn "usr/$name" "$root/$name"
done
mount --bind "$root/hosts" "$root/etc/hosts"
mkdir -p "$root/tmp"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$root/var/lib/callboard" "$root/var/lib/callboard"
mount -o remount,bind,ro "$root"
exec chroot "$root" setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all \
	--inh-caps=-all sh -c 'cd /var/lib/callboard && exec "$@"' sh "$@"

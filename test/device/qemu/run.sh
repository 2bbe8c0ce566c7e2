#!/usr/bin/env bash
# Boots a stock Debian kernel in QEMU, with this machine's files read-only underneath, and runs
# guest.py there: the software key behind real hidraw nodes. Needs qemu-system-x86, busybox-static,
# cpio and kmod, and fido2-tools and yubikey-manager for the guest. The kernel is KERNEL_DIR, an unpacked Debian
# linux-image package, or is fetched with apt-get into a scratch folder.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD

missing=()
for program in qemu-system-x86_64 busybox cpio depmod modprobe fido2-assert ykman; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "$program" > /dev/null || missing+=("$program")
done
if [ "${#missing[@]}" -gt 0 ]; then
  echo "missing: ${missing[*]} (qemu-system-x86 busybox-static cpio kmod fido2-tools yubikey-manager)" >&2
  exit 2
fi
export PATH="$PATH:/usr/sbin:/sbin"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ -z "${KERNEL_DIR:-}" ]; then
  image=$(apt-cache depends linux-image-amd64 | awk '/Depends/ { print $2; exit }')
  (cd "$scratch" && apt-get download -q "$image" && dpkg -x "$image"_*.deb kernel)
  KERNEL_DIR=$scratch/kernel
fi
version=$(ls "$KERNEL_DIR/lib/modules")
[ -f "$KERNEL_DIR/lib/modules/$version/modules.dep" ] || depmod -b "$KERNEL_DIR" "$version"

# busybox and exactly the modules that are needed, in the order of their dependencies.
initrd=$scratch/initrd
mkdir -p "$initrd"/{bin,proc,sys,dev,new,mods}
cp "$(command -v busybox)" "$initrd/bin/busybox"
for module in virtio_pci 9pnet_virtio 9p overlay hid hid-generic uhid; do
  modprobe -d "$KERNEL_DIR" -S "$version" --show-depends "$module" 2> /dev/null |
    awk '/^insmod/ { print $2 }'
done | awk '!seen[$0]++' | while read -r file; do
  cp "$file" "$initrd/mods/"
  basename "$file"
done > "$scratch/order"
mv "$scratch/order" "$initrd/mods/order"
cp init "$initrd/init"
chmod +x "$initrd/init"
(cd "$initrd" && find . | cpio -o -H newc 2> /dev/null | gzip -1) > "$scratch/initrd.gz"

# Emulated unless QEMU_ACCEL says otherwise (kvm): nested KVM starts and then stands still. On one
# thread and without memory protection keys: Node died in V8 in some runs with either.
acceleration=${QEMU_ACCEL:-tcg,thread=single}
started=$SECONDS
timeout 600 qemu-system-x86_64 -accel "$acceleration" -cpu max,-pku -smp 2 -m 1536 -nographic \
  -no-reboot -nodefaults -serial stdio \
  -kernel "$KERNEL_DIR/boot/vmlinuz-$version" -initrd "$scratch/initrd.gz" \
  -append "console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off tsc=reliable guest=$here/guest.py" \
  -fsdev local,id=h,path=/,readonly=on,security_model=none,multidevs=remap \
  -device virtio-9p-pci,fsdev=h,mount_tag=host < /dev/null | tee "$scratch/log"
echo "Linux $version, $acceleration: $((SECONDS - started)) s from boot to exit"
grep -q '^GUEST_EXIT rc=0' "$scratch/log"

#!/bin/bash
# SPDX-License-Identifier: MIT
# linux_guest.sh: a script under a Debian kernel in QEMU (TCG, no privilege).
#
# The kernel package is downloaded and unpacked, never installed.  The initrd
# holds busybox, the modules and the files asked for.  Console: first serial
# port.  Results: the second, one framed archive, so that a transfer that is
# cut short is an error and not a short result.
#
# Needs: qemu-system-x86, busybox (static or not), binutils, apt, and the
# package lists of `apt-get update` unless the cache holds the kernel.
set -euo pipefail

usage()
{
    cat <<'END'
usage: linux_guest.sh [option]... --out DIR SCRIPT

Runs SCRIPT with busybox sh as root.  What it leaves in /out comes back in
DIR, which must be empty or new, beside console.log.  Exit status: 0 if
SCRIPT exited 0, all of /out arrived and the kernel had nothing to complain
about; 1 otherwise, with the reason and the end of the console on stderr; 2
for wrong usage.

  --package NAME      kernel package, or a metapackage that depends on one
                      (default linux-image-cloud-amd64)
  --kernel FILE       boot this bzImage, no package; without --module
  --module NAME       load this module of the package, after those it needs
  --add FILE[:PATH]   copy FILE to PATH (default /NAME), with its libraries
  --append TEXT       more kernel command line
  --qemu ARG          one more word of QEMU's command line
  --exact             every instruction takes one tick (one CPU, -icount)
  --timeout SECONDS   for the whole run (default 120)

XBENCH_CACHE: where kernels are kept (default build/cache of this tree).
END
}

complaints='Kernel panic|BUG:|Oops|WARNING:|UBSAN:|unchecked MSR|INFO: task'
complaints+='|INFO: trying to register|detected stall|self-detected stall'

say()
{
    printf 'linux_guest: %s\n' "$*" >&2
}

die()
{
    say "$@"
    exit 1
}

# The package that a metapackage stands for; a kernel package is itself.
resolve_package()
{
    local image

    image=$(apt-cache depends "$1" |
        sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
    printf '%s\n' "${image:-$1}"
}

# Unpack kernel package $1 into $2/$1, once.
fetch_kernel()
{
    local package=$1 cache=$2 temporary

    mkdir -p "$cache"
    exec 9>"$cache/lock"
    flock 9
    if [[ ! -d $cache/$package ]]; then
        temporary=$(mktemp -d "$cache/fetch.XXXXXX")
        (
            cd "$temporary"
            apt-get -q -o APT::Sandbox::User=root download "$package" >&2
            dpkg-deb -x "$package"_*.deb root
        ) || {
            rm -rf "$temporary"
            die "cannot download $package; is 'apt-get update' needed?"
        }
        mv "$temporary/root" "$cache/$package"
        rm -rf "$temporary"
    fi
    exec 9>&-
}

# The plain .ko of module $2 of kernel tree $1, at $3.
unpack_module()
{
    local file name=${2//[-_]/[-_]}

    file=$(find "$1" -name "$name.ko" -o -name "$name.ko.xz")
    case $file in
    *.ko) cp "$file" "$3" ;;
    *.ko.xz) xz -dc "$file" >"$3" ;;
    *) die "no module $2 in the kernel package" ;;
    esac
}

# Put module $2 of kernel tree $1, after those it depends on, into the initrd
# at $3 and at the end of its load order.
add_module()
{
    local tree=$1 root=$3 file needed
    local name=${2//-/_}
    local -a depends

    file=$root/modules/$name.ko
    [[ ! -e $file ]] || return 0
    unpack_module "$tree" "$name" "$file"
    IFS=, read -r -a depends < <(
        objcopy -O binary -j .modinfo "$file" /dev/stdout |
            tr '\0' '\n' | sed -n 's/^depends=//p'
    ) || die "module $name does not say what it depends on"
    for needed in "${depends[@]}"; do
        add_module "$tree" "$needed" "$root"
    done
    printf '%s\n' "$name" >>"$root/modules/order"
}

# Copy $1 and its shared libraries to the initrd at $3, as $2.
add_file()
{
    local libraries library

    [[ -f $1 ]] || die "no file $1"
    install -D "$1" "$3$2"
    libraries=$(ldd "$1" 2>/dev/null) || return 0 # static, or no program
    [[ $libraries != *"not found"* ]] || die "$1: $libraries"
    while read -r library; do
        [[ -e $3$library ]] || install -D "$library" "$3$library"
    done < <(grep -o '/[^ ]*' <<<"$libraries")
}

write_init()
{
    install -D -m 755 /dev/stdin "$1/init" <<'END'
#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /tmp /out /sbin /usr/bin /usr/sbin
/bin/busybox --install
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
hostname guest
give_up()
{
    echo "init: $*"
    poweroff -f
}
if [ -e /modules/order ]; then
    while read -r name; do
        insmod "/modules/$name.ko" || give_up "cannot load module $name"
    done </modules/order
fi
(cd /out && sh /script)
echo $? >/status
stty -F /dev/ttyS1 raw || give_up "no second serial port"
tar -czf /result.tar.gz -C / status out || give_up "cannot pack /out"
{
    echo "result $(wc -c </result.tar.gz) $(sha256sum </result.tar.gz)"
    base64 /result.tar.gz
    echo "end"
} >/dev/ttyS1
give_up "done"
END
}

# What came over the serial port, $1, as files below $2.
unpack_result()
{
    local word bytes sum rest

    IFS=' ' read -r word bytes sum rest <"$1" || return 1
    [[ $word == result && $(tail -n 1 "$1") == end ]] || return 1
    sed '1d;$d' "$1" | base64 -d >"$2/result.tar.gz" || return 1
    [[ $(stat -c %s "$2/result.tar.gz") == "$bytes" ]] || return 1
    sha256sum --status -c <<<"$sum  $2/result.tar.gz" || return 1
    tar -xzf "$2/result.tar.gz" -C "$2"
}

# The console's end on stderr, then the reason.
fail()
{
    tail -n 40 "$out/console.log" >&2 || true
    die "$@"
}

main()
{
    local package=linux-image-cloud-amd64 timeout=120 append='' status=0
    local here tree='' cache
    local -a modules=() files=() qemu=(-cpu max)
    local file path kernel=''

    out=''
    while [[ ${1:-} == --* ]]; do
        case $1 in
        --exact)
            qemu=(-cpu 'max,+svm' -icount 'shift=0,sleep=off')
            shift
            continue
            ;;
        --help)
            usage
            return 0
            ;;
        esac
        [[ $# -ge 2 ]] || break
        case $1 in
        --package) package=$2 ;;
        --kernel) kernel=$2 ;;
        --module) modules+=("$2") ;;
        --add) files+=("$2") ;;
        --append) append=$2 ;;
        --qemu) qemu+=("$2") ;;
        --timeout) timeout=$2 ;;
        --out) out=$2 ;;
        *) break ;;
        esac
        shift 2
    done
    if [[ $# -ne 1 || $1 == --* || -z $out ]]; then
        usage >&2
        return 2
    fi

    mkdir -p "$out"
    [[ -z $(ls -A "$out") ]] || die "$out is not empty"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT

    if [[ -z $kernel ]]; then
        here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
        cache=${XBENCH_CACHE:-$here/build/cache}
        package=$(resolve_package "$package")
        fetch_kernel "$package" "$cache"
        tree=$cache/$package
        kernel=$(find "$tree/boot" -name 'vmlinuz-*')
    fi
    [[ -f $kernel ]] || die "no kernel ${kernel:-in $package}"

    mkdir -p "$work/root/modules"
    for file in "${modules[@]}"; do
        add_module "${tree:?--module needs a package}" "$file" "$work/root"
    done
    add_file "$(command -v busybox)" /bin/busybox "$work/root"
    add_file "$1" /script "$work/root"
    for file in "${files[@]}"; do
        path=/${file##*/}
        [[ $file != *:* ]] || path=${file##*:}
        add_file "${file%%:*}" "$path" "$work/root"
    done
    write_init "$work/root"
    (cd "$work/root" && find . | busybox cpio -o -H newc 2>/dev/null) |
        gzip -1 >"$work/initrd"

    timeout --kill-after=10 "$timeout" qemu-system-x86_64 \
        -accel tcg -smp 1 -m 512 -nodefaults -display none -no-reboot \
        -serial "file:$out/console.log" -serial "file:$work/serial" \
        -kernel "$kernel" -initrd "$work/initrd" \
        -append "console=ttyS0 panic=-1 $append" "${qemu[@]}" || status=$?
    [[ $status != 124 && $status != 137 ]] ||
        fail "the guest did not end within $timeout s"
    [[ $status == 0 ]] || fail "QEMU: exit status $status"
    ! grep -aE "$complaints" "$out/console.log" >&2 ||
        fail "the kernel complained"
    unpack_result "$work/serial" "$work" ||
        fail "the result did not arrive whole"
    cp -R "$work/out/." "$out"
    status=$(<"$work/status")
    [[ $status == 0 ]] || fail "$1 exited $status"
}

# Sourced, it is a library.
[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"

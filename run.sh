#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh: set up, build, measure, report; or run the tests.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
    cat <<'EOF'
usage: ./run.sh [--yes] [--module] [options of `xbench all`]
       ./run.sh test [--yes]

The first installs the Debian packages that the build needs and are missing,
builds xbench under build/, runs `xbench all`, and prints its report; the
results are a CSV file under results/.  The second also installs what the
tests need, builds with gcc and clang, and runs all tests.

  --module  build the helper module, too, load it, measure also in the ring 0
            of the running kernel, unload it, and look for complaints in the
            kernel log; asks sudo where root is needed (docs/kmod.md)
  --yes     install without asking (also if CI is set in the environment)
  --help    this text

Nothing outside this directory changes but the packages; with --module also
the running kernel, until the module is unloaded again.
EOF
}

build_packages=(gcc libc6-dev make cmake pkg-config
    libcpuid-dev libjansson-dev libpfm4-dev libsmartcols-dev)
test_packages=(clang libclang-rt-dev clang-format clang-tidy cppcheck
    shellcheck binutils libcmocka-dev bats python3 util-linux procps
    bsdextrautils jq mandoc zsh fish qemu-user hyperfine time
    libbenchmark-tools libxml2-utils python3-junitparser
    python3-scipy python3-yaml git
    qemu-system-x86 busybox-static gnuplot-nox
    dkms kmod openssl xz-utils linux-headers-amd64
    linux-headers-cloud-amd64 linux-headers-6.12-cloud-amd64
    ovmf grub-common grub-pc-bin grub-efi-amd64-bin xorriso mtools)

say() {
    printf 'run.sh: %s\n' "$*" >&2
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "root is needed for: $*"
        exit 3
    fi
}

installed() {
    dpkg-query -W -f='${Status}' "$1" 2>/dev/null |
        grep -q '^install ok installed$'
}

install_missing() { # PACKAGE...
    local package answer missing=()
    if ! command -v dpkg-query >/dev/null; then
        say "this is no Debian; install the like of: $*"
        return
    fi
    for package; do
        installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "missing Debian packages: ${missing[*]}"
    if [ "$yes" = no ]; then
        if [ ! -t 0 ]; then
            say "not a terminal: install them, or repeat with --yes"
            exit 3
        fi
        read -r -p 'Install them now? [y/N] ' answer
        case $answer in
        [yY]*) ;;
        *)
            say "nothing was changed"
            exit 3
            ;;
        esac
    fi
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"
}

build() { # PRESET TARGET...
    local preset=$1
    shift
    say "building build/$preset: $*"
    cmake --preset "$preset" "${configure[@]}" >/dev/null
    cmake --build --preset "$preset" --target "$@" --parallel "$(nproc)" \
        >"build/$preset.log" 2>&1 || {
        cat "build/$preset.log" >&2
        say "the build failed"
        exit 70
    }
}

# Can modules be loaded here?  Says why not and ends, before anything changes.
check_modules() {
    local lockdown='' bounding
    if [ ! -e /proc/modules ]; then
        say "this kernel has no loadable modules: leave --module out, or use another kernel"
        exit 3
    fi
    if [ "$(cat /proc/sys/kernel/modules_disabled)" = 1 ]; then
        say "kernel.modules_disabled is 1: no module can be loaded until the next boot"
        exit 3
    fi
    bounding=0x$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)
    if ((!(bounding >> 16 & 1))); then
        say "no process here may load modules (CAP_SYS_MODULE): is this a container?  Use its host"
        exit 3
    fi
    if [ -r /sys/kernel/security/lockdown ]; then
        lockdown=$(sed 's/.*\[\(.*\)\].*/\1/' /sys/kernel/security/lockdown)
    fi
    if [ "${lockdown:-none}" != none ]; then
        say "the kernel is locked down ($lockdown), as it is with Secure Boot: it takes signed modules only, and even a signed xbench.ko may not measure then"
        say "turn Secure Boot off, or leave --module out (docs/kmod.md, \"Signing\")"
        exit 3
    fi
    if [ -e /sys/module/xbench ]; then
        say "the module is loaded already: \`xbench all\` uses it; \`xbench doctor --unload\` unloads it"
        exit 3
    fi
}

install_headers() {
    local package
    package=linux-headers-$(uname -r)
    [ ! -e "/lib/modules/$(uname -r)/build/Makefile" ] || return 0
    install_missing "$package" || true # an old kernel's may be gone
    if [ ! -e "/lib/modules/$(uname -r)/build/Makefile" ]; then
        say "no headers of this kernel: /lib/modules/$(uname -r)/build is to hold what its modules are built with; on Debian the package $package brings it; if there is none any more, upgrade and reboot"
        exit 3
    fi
}

# Unload, and search what the kernel said since `mark`.  Ends with $status.
# shellcheck disable=SC2317 # a trap calls it
end_module() {
    local said complaints
    trap - EXIT
    if [ -e /sys/module/xbench ] &&
        ! as_root build/release/xbench doctor --unload >&2; then
        say "the module is still loaded"
        [ "$status" -ne 0 ] || status=3
    fi
    said=$(as_root dmesg)
    if [[ $said != *"$mark"* ]]; then
        say "the kernel log does not reach back to when the module was loaded: whether the kernel complained is not known"
    fi
    complaints=$(printf '%s\n' "${said##*"$mark"}" |
        grep -E 'BUG:|WARNING:|Oops| \[#[0-9]') || true
    if [ -n "$complaints" ]; then
        say "THE KERNEL COMPLAINED while the module was loaded:"
        printf '%s\n' "$complaints" >&2
        say "reboot before you rely on this machine, and please report what dmesg has"
        [ "$status" -ne 0 ] || status=4
    fi
    exit "$status"
}

yes=${CI:+yes}
yes=${yes:-no}
command="all"
if [ "${1:-}" = test ]; then
    command="test"
    shift
fi
module=no
options=()
configure=()
for argument; do
    case $argument in
    --yes) yes=yes ;;
    --module) module=yes ;;
    --help)
        usage
        exit 0
        ;;
    *) options+=("$argument") ;;
    esac
done

if [ "$command" = all ]; then
    [ "$module" = no ] || check_modules
    install_missing "${build_packages[@]}"
    [ "$module" = no ] || install_headers
    targets=(xbench docs)
    if [ "$module" = yes ]; then
        targets+=(kmod)
        # Not the kernel that was running when this was configured.
        configure=(-DXBENCH_KDIR="/lib/modules/$(uname -r)/build")
    fi
    build release "${targets[@]}"
    if [ "$module" = yes ]; then
        as_root true
        mark="run.sh $$ at $(date +%s): xbench.ko from here on"
        echo "$mark" | as_root tee /dev/kmsg >/dev/null
        status=3
        trap end_module EXIT
        # Waits until xbench has ended, which by SIGINT is soon.
        trap : HUP INT TERM
        as_root build/release/xbench doctor \
            --load build/release/kmod/xbench.ko >&2
        status=0
        as_root build/release/xbench all "${options[@]}" || status=$?
        # What root wrote is for who called.
        [ "$(id -u)" -eq 0 ] || [ ! -d results ] ||
            as_root chown -R "$(id -u):$(id -g)" results
        exit "$status"
    fi
    exec build/release/xbench all "${options[@]}"
fi

[ "$module" = no ] || options=(--module)
if [ ${#options[@]} -gt 0 ]; then
    say "test takes no ${options[0]}"
    usage >&2
    exit 2
fi
install_missing "${build_packages[@]}" "${test_packages[@]}"
# The tests fetch a Debian kernel by name, to boot it in QEMU.
say "fetching the package lists, for a kernel to boot in QEMU"
as_root apt-get update -q
status=0
for preset in release dev clang; do
    build "$preset" all
done
run_tests() { # PRESET LABELS
    say "tests of build/$1: ${2//|/, }"
    ctest --test-dir "build/$1" --output-on-failure --parallel "$(nproc)" \
        -L "$2" || status=1
}

# Sources and images are the same in all builds; ASan and UBSan look at what
# the harness does, once by each compiler.
run_tests release 'unit|cli|tree|system|perf'
run_tests dev 'unit|cli'
run_tests clang 'unit|fuzz'
[ $status -eq 0 ] && say "all tests passed"
exit $status

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh: set up, build, measure, report; or run the tests.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
    cat <<'EOF'
usage: ./run.sh [--yes] [options of `xbench all`]
       ./run.sh test [--yes]

The first installs the Debian packages that the build needs and are missing,
builds xbench under build/, runs `xbench all`, and prints its report; the
results are a CSV file under results/.  The second also installs what the
tests need, builds with gcc and clang, and runs all tests.

  --yes   install without asking (also if CI is set in the environment)
  --help  this text

Nothing outside this directory changes but the packages.
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

build() { # PRESET
    say "building build/$1"
    cmake --preset "$1" >/dev/null
    cmake --build --preset "$1" --parallel "$(nproc)" >"build/$1.log" 2>&1 || {
        cat "build/$1.log" >&2
        say "the build failed"
        exit 70
    }
}

yes=${CI:+yes}
yes=${yes:-no}
command="all"
if [ "${1:-}" = test ]; then
    command="test"
    shift
fi
options=()
for argument; do
    case $argument in
    --yes) yes=yes ;;
    --help)
        usage
        exit 0
        ;;
    *) options+=("$argument") ;;
    esac
done

if [ "$command" = all ]; then
    install_missing "${build_packages[@]}"
    build release
    exec build/release/xbench all "${options[@]}"
fi

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
    build "$preset"
done
run_tests() { # PRESET LABELS
    say "tests of build/$1: ${2//|/, }"
    ctest --test-dir "build/$1" --output-on-failure -L "$2" || status=1
}

# Sources and images are the same in all builds; ASan and UBSan look at what
# the harness does, once by each compiler.
run_tests release 'unit|cli|tree|system|perf'
run_tests dev 'unit|cli'
run_tests clang 'unit|fuzz'
[ $status -eq 0 ] && say "all tests passed"
exit $status

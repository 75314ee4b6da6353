#!/usr/bin/env bash
# Makes ready what a make target needs: .venv with the pinned packages, and Debian's packages where
# they are missing and may be installed.   .ci/bootstrap.sh run|test|build|fuzz
set -euo pipefail
cd "$(dirname "$0")/.."
for_what=${1:-test}

# What is looked for (a library, a command, a file, a font), and the Debian package that brings it.
screen="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libgssapi_krb5.so.2 libgssapi-krb5-2
libcups.so.2 libcups2
libX11-xcb.so.1 libx11-xcb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-shm.so.0 libxcb-shm0
libxcb-sync.so.1 libxcb-sync1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libwayland-cursor.so.0 libwayland-cursor0
libwayland-egl.so.1 libwayland-egl1
font:cjk fonts-noto-cjk
"
tests="
command:xvfb-run xvfb
command:xauth xauth
command:pdftotext poppler-utils
command:git git
command:dbus-daemon dbus-daemon
command:cc gcc
file:/usr/include/stdio.h libc6-dev
"
freezing="
command:objdump binutils
libpython libpython
"

permitted() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

is_here() {
    case $1 in
    command:*) command -v "${1#command:}" >/dev/null ;;
    file:*) [ -e "${1#file:}" ] ;;
    font:cjk) [ -n "$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.local/share/fonts" \
        -iname '*cjk*' -o -iname '*wqy*' -o -iname 'sourcehan*' 2>/dev/null | head -n 1)" ] ;;
    *) grep -q "$1 " <<<"$libraries" ;;
    esac
}

debian_packages() {
    [ "$(uname)" = Linux ] && command -v apt-get >/dev/null || return 0
    local libraries wanted=$screen missing="" place package libpython
    libraries=$(/sbin/ldconfig -p)
    [ "$for_what" = run ] || wanted+=$tests
    [ "$for_what" != build ] || wanted+=$freezing
    while read -r place package; do
        if [ "$place" = libpython ]; then
            libpython=$(.venv/bin/python -c 'import sysconfig as s; print(s.get_config_var("INSTSONAME"), s.get_config_var("LIBDIR"))')
            [ ! -e "${libpython#* }/${libpython% *}" ] || continue
            place=${libpython% *} package=${libpython%%.so*}
        fi
        [ -z "$place" ] || is_here "$place" || missing+=" $package"
    done <<<"$wanted"
    [ -n "$missing" ] || return 0
    if permitted; then
        echo "Installing$missing"
        as_root apt-get update -qq || true
        # shellcheck disable=SC2086
        if as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
            return 0
        fi
    fi
    echo "Missing on this machine; install with: sudo apt-get install$missing" >&2
    .venv/bin/python -c 'import PySide6.QtWidgets' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in python3.11 python3 python3.12 python3.13 python3.14 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "Python 3.11 or later is needed: sudo apt-get install python3 python3-pip" >&2
    exit 1
}

virtual_environment() {
    local state python
    state=$(cat pyproject.toml constraints.txt .ci/bootstrap.sh | cksum; pwd)
    [ "$state" != "$(cat .venv/ready 2>/dev/null)" ] || return 0
    if [ ! -x .venv/bin/python ]; then
        python=$(find_python)
        echo "Making .venv with $("$python" -V)"
        # Debian keeps ensurepip in python3-venv, which may be missing: pip then installs itself.
        "$python" -m venv .venv >/dev/null 2>&1 || {
            "$python" -m venv --clear --without-pip .venv
            "$python" -m pip --python .venv/bin/python install --quiet pip
        }
    fi
    echo "Installing the packages of constraints.txt"
    .venv/bin/python -m pip install -qq --disable-pip-version-check \
        --constraint constraints.txt --editable '.[dev]'
    printf '%s' "$state" >.venv/ready
}

fuzzing() {
    .venv/bin/python -c 'import atheris' 2>/dev/null && return
    .venv/bin/python -m pip install -qq --disable-pip-version-check \
        --constraint constraints.txt --editable '.[fuzz]' ||
        echo "atheris cannot be installed here: fuzzing under hypothesis alone" >&2
}

virtual_environment
if [ "$for_what" = fuzz ]; then
    fuzzing
else
    debian_packages
fi

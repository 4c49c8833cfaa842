#!/bin/sh
# Makes .venv with everything CoursePorter needs; quick when nothing changed.
#
#   packaging/setup.sh          what the app needs
#   packaging/setup.sh test     that, the test tools, .venv-oracle with the real Open edX blocks, and
#                               Chromium, in which lessons are played, PostgreSQL and OpenStack
#                               Swift for the store of a team, and gnome-keyring (tests that want what cannot be had
#                               skip, and say so)
#
# Needs Python 3.11 or newer with venv.  System libraries that Qt lacks are installed with apt-get
# when that is possible without a question; otherwise the command is printed and the set-up stops.
set -eu
cd "$(dirname "$0")/.."
want=${1:-run}

say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }

# ------------------------------------------------------------------------------- apt-get, if we may

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# Installs packages, or says what to type.  $1: what they are for; the rest: names.
install_packages() {
    purpose=$1; shift
    if may_install; then
        say "Installing $purpose: $*"
        as_root apt-get update -qq >&2 || say "apt-get update failed; trying with the lists at hand."
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@" >/dev/null && return 0
    fi
    say "CoursePorter needs $purpose. Please run this, then the same command again:"
    say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    return 1
}

# ------------------------------------------------------------------------------------------ Python

is_new_enough() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null
}

has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The first Python that can make an environment, else the first that could with one package more.
# A distribution's own goes before what lies on the path (docs/decisions/0011); elsewhere than on
# Linux its place holds a program that offers to install a compiler.
find_python() {
    set -- python3 python3.13 python3.12 python3.11 python3.14 python
    [ "$(uname -s)" != Linux ] || set -- /usr/bin/python3 "$@"
    [ -z "${PYTHON:-}" ] || set -- "$PYTHON"
    for with in has_venv is_new_enough; do
        for name in "$@"; do
            if is_new_enough "$name" && $with "$name"; then
                command -v "$name"
                return 0
            fi
        done
    done
    [ -z "${PYTHON:-}" ] || stop "CoursePorter needs Python 3.11 to 3.14, and $PYTHON is none."
    stop "CoursePorter needs Python 3.11 to 3.14, and none was found." \
        "Install one (Debian, Ubuntu: sudo apt-get install python3 python3-venv)," \
        "or name it: make setup PYTHON=/path/to/python"
}

# An environment that was moved, or whose Python is gone, is made anew.  $1: its folder.
make_environment() {
    home="$PWD/$1"
    if [ -f "$1/.made-for" ] && [ "$(cat "$1/.made-for")" = "$home" ] &&
        is_new_enough "$1/bin/python" && "$1/bin/python" -m pip --version >/dev/null 2>&1; then
        return 0
    fi
    # Somebody's own environment at the right place is kept and filled up.
    if [ ! -f "$1/.made-for" ] && [ -x "$1/bin/pip" ] && is_new_enough "$1/bin/python" &&
        [ "$("$1/bin/python" -c 'import sys; print(sys.prefix)')" = "$home" ]; then
        printf '%s' "$home" >"$1/.made-for"
        return 0
    fi
    python=$(find_python)
    has_venv "$python" || install_packages "Python's venv module" \
        "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    say "Making $1 with $("$python" --version)"
    rm -rf "$1"
    "$python" -m venv "$1"
    printf '%s' "$home" >"$1/.made-for"
}

# ------------------------------------------------------------------------------------- the packages

mark_of() { cat "$@" | cksum; }

# Installs one lock file, unless its mark says that this was done.  $1: environment, $2: lock.
install_lock() {
    mark="$1/.$(basename "$2").mark"
    [ -f "$mark" ] && [ "$(cat "$mark")" = "$(mark_of "$2")" ] && return 0
    say "Installing $(grep -c '==' "$2") packages from $2"
    "$1/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes \
        --no-deps -r "$2" || stop "The packages of $2 could not be installed." \
        "Check the network (pip's own words stand above) and run the same command again."
    mark_of "$2" >"$mark"
}

install_project() {
    mark=.venv/.project.mark
    sources="pyproject.toml packaging/hatch_build.py src/courseporter/__init__.py"
    # shellcheck disable=SC2086 # a list of names
    if [ -x .venv/bin/courseporter ] && [ -f "$mark" ] &&
        [ "$(cat "$mark")" = "$(mark_of $sources)" ]; then
        .venv/bin/python packaging/hatch_build.py
    else
        .venv/bin/python -m pip install -qq --disable-pip-version-check \
            --no-build-isolation --no-deps --editable .
        # shellcheck disable=SC2086
        mark_of $sources >"$mark"
    fi
    # Half of the start of a command would be compiling, where Python may not keep what it compiled.
    .venv/bin/python -m compileall -q src/courseporter
}

# -------------------------------------------------------------------------------- system libraries

# Libraries that these files of Qt want and the system lacks.
missing_libraries() {
    qt=$(.venv/bin/python -c 'import importlib.util as u
print(u.find_spec("PySide6").submodule_search_locations[0])')/Qt
    for part in "$@"; do
        for file in $qt/$part; do
            [ ! -e "$file" ] || ldd "$file" 2>/dev/null | sed -n 's/^[[:space:]]*\(.*\) => not found.*/\1/p'
        done
    done | sort -u
}

# The Debian package of a library, by its file name.
package_of() {
    case $1 in
        libGL.so.1) echo libgl1 ;;
        libEGL.so.1) echo libegl1 ;;
        libOpenGL.so.0) echo libopengl0 ;;
        libGLX.so.0) echo libglx0 ;;
        libglib-2.0.so.0 | libgthread-2.0.so.0 | libgio-2.0.so.0 | libgobject-2.0.so.0)
            echo libglib2.0-0 ;;
        libbrotli*.so.1) echo libbrotli1 ;;
        libdbus-1.so.3) echo libdbus-1-3 ;;
        libfontconfig.so.1) echo libfontconfig1 ;;
        libfreetype.so.6) echo libfreetype6 ;;
        libxkbcommon.so.0) echo libxkbcommon0 ;;
        libxkbcommon-x11.so.0) echo libxkbcommon-x11-0 ;;
        libX11-xcb.so.1) echo libx11-xcb1 ;;
        libX11.so.6) echo libx11-6 ;;
        libSM.so.6) echo libsm6 ;;
        libICE.so.6) echo libice6 ;;
        libz.so.1) echo zlib1g ;;
        libzstd.so.1) echo libzstd1 ;;
        libxcb.so.1) echo libxcb1 ;;
        libxcb-*.so.*) echo "$1" | sed 's/^\(libxcb-[a-z-]*\)\.so\.\([0-9]*\)$/\1\2/' ;;
        libwayland-*.so.0) echo "$1" | sed 's/\.so\./-/; s/-0$/0/' ;;
        *) echo "$1" ;;
    esac
}

has_display() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

install_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    needed=$(missing_libraries 'lib/libQt6Widgets.so.6' 'lib/libQt6DBus.so.6' \
        'lib/libQt6Svg.so.6' 'libexec/uic' 'plugins/platforms/libqoffscreen.so')
    window=$(missing_libraries 'plugins/platforms/libqxcb.so')
    [ -z "${WAYLAND_DISPLAY:-}" ] ||
        window="$window $(missing_libraries 'plugins/platforms/libqwayland*.so')"
    packages=$(for name in $needed $window; do package_of "$name"; done | sort -u)
    [ -n "$packages" ] || return 0
    if [ -z "$needed" ] && ! has_display && ! may_install; then
        # shellcheck disable=SC2086 # a list of names
        say "Without a display the set-up is complete. A window will need:" $packages
        return 0
    fi
    # shellcheck disable=SC2086 # a list of names
    install_packages "system libraries for its window" $packages || exit 1
}

# ----------------------------------------------------------------------------------------- browser

# Chromium and its driver for tests/browser.  A set-up without them is complete: these tests skip.
install_browser() {
    command -v chromedriver >/dev/null 2>&1 &&
        { command -v chromium || command -v google-chrome; } >/dev/null 2>&1 && return 0
    if may_install && install_packages "a browser to test lessons in" chromium chromium-driver; then
        return 0
    fi
    say "Tests that play lessons in a browser will be skipped: there is no Chromium with its driver."
}

# ---------------------------------------------------------------------------------------- database

# The tests start servers of their own: the one that the package would start stays off.
without_services() {
    policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then "$@"; return; fi
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    trap 'as_root rm -f "$policy"' EXIT INT TERM
    "$@" && done=0 || done=1
    as_root rm -f "$policy"
    trap - EXIT INT TERM
    return "$done"
}

install_database() {
    command -v initdb >/dev/null 2>&1 && return 0
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && return 0
    if may_install && without_services install_packages "a database for the tests" postgresql; then
        return 0
    fi
    say "Tests of the shared store will be skipped: PostgreSQL is not installed."
}

# A real S3 service: OpenStack Swift, whose servers the tests start by themselves, too.
install_bucket() {
    command -v swift-proxy-server >/dev/null 2>&1 && return 0
    if may_install && without_services install_packages "an S3 service for the tests" \
        swift-proxy swift-account swift-container swift-object; then
        return 0
    fi
    say "Tests of buckets will be skipped: OpenStack Swift is not installed."
}

# ---------------------------------------------------------------------------------------- keychain

# A real keychain, which the tests start on a message bus of their own.
install_keychain() {
    [ "$(uname -s)" = Linux ] || return 0
    command -v dbus-run-session >/dev/null 2>&1 &&
        command -v gnome-keyring-daemon >/dev/null 2>&1 && return 0
    if may_install && install_packages "a keychain for the tests" dbus gnome-keyring; then
        return 0
    fi
    say "Tests of the keychain will be skipped: gnome-keyring is not installed."
}

# ------------------------------------------------------------------------------------------- go

make_environment .venv
if [ "$want" = test ]; then
    install_lock .venv packaging/requirements-dev.lock
    make_environment .venv-oracle
    install_lock .venv-oracle packaging/requirements-oracle.lock
else
    install_lock .venv packaging/requirements.lock
fi
install_libraries
[ "$want" != test ] || install_browser
[ "$want" != test ] || install_database
[ "$want" != test ] || install_bucket
[ "$want" != test ] || install_keychain
install_project

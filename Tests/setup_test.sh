#!/bin/sh
# Tests Tests/setup.sh: what it says and does on machines where something is missing. The machines are directories of
# stubs that make up the whole PATH, so nothing is installed and no time is lost.
# shellcheck disable=SC2016 # the stubs are scripts
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# stub NAME [SCRIPT]: a command of the machine under test.
stub() {
  printf '#!/bin/sh\n%s\n' "${2-}" >"$scratch/bin/$1"
  chmod +x "$scratch/bin/$1"
}

# A machine where everything is there; the cases take away or break what they are about.
machine() {
  rm -rf "${scratch:?}"/*
  mkdir -p "$scratch/bin" "$scratch/root" "$scratch/home"
  for tool in sh sed head tail env cat mkdir; do ln -s "$(command -v $tool)" "$scratch/bin/$tool"; done
  stub swift 'echo "Swift version 6.3.1 (swift-6.3.1-RELEASE)"'
  stub git
  stub cc
  stub pkg-config 'test -e "$SETUP_ROOT/installed"'
  stub uname 'echo Linux'
  stub id 'echo 0'
  stub apt-get 'echo "$@" >>"$SETUP_ROOT/apt"; case $1 in install) : >"$SETUP_ROOT/installed" ;; esac'
  : >"$scratch/root/installed"
}
without() { for name in "$@"; do rm -f "$scratch/bin/$name" "$scratch/root/$name"; done; }

# expect NAME STATUS [PATTERN...]: sets up; the status and, with each PATTERN, a line of what it says must match.
expect() {
  name=$1 expected=$2
  shift 2
  status=0
  env -i PATH="$scratch/bin" HOME="$scratch/home" SETUP_ROOT="$scratch/root" \
    sh -euc '. Tests/setup.sh; set_up; echo "pc=${PKG_CONFIG_PATH-}" >&2' >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
  [ "$status" -eq "$expected" ] || fail "$name: status $status, not $expected"
  [ ! -s "$scratch/out" ] || fail "$name: wrote to standard output"
  for pattern in "$@"; do
    grep -q -e "$pattern" "$scratch/err" || fail "$name: nothing like '$pattern'"
  done
}
# expect_file NAME FILE TEXT: a file of the machine holds exactly this.
expect_file() {
  [ "$(cat "$scratch/root/$2" 2>/dev/null)" = "$3" ] || fail "$1: $2 holds '$(cat "$scratch/root/$2" 2>/dev/null)'"
}
fail() {
  failures=$((failures + 1))
  printf 'not ok: %s\n' "$1"
  sed 's/^/    /' "$scratch/err"
}

machine
expect "everything is there" 0
expect_file "everything is there" apt ""

machine; without swift
expect "no Swift" 1 "Missing: Swift" "https://www.swift.org/install"

machine; without swift
mkdir -p "$scratch/home/.local/share/swiftly/bin"
stub swift 'echo "Swift version 6.2"'
mv "$scratch/bin/swift" "$scratch/home/.local/share/swiftly/bin/swift"
expect "Swift where swiftly puts it" 0

machine; stub swift 'echo "Swift version 6.1.2 (swift-6.1.2-RELEASE)"'
expect "Swift too old" 1 "Missing: Swift 6.2 or newer" "Found: Swift version 6.1.2" "swift.org/install"

machine; stub swift 'echo "Apple Swift version 7.0 (swiftlang-7.0)"'
expect "Swift 7" 0

machine; stub swift 'echo "cannot open shared object file"; exit 127'
expect "Swift broken" 1 "a working Swift" "cannot open shared object file"

machine; without git
expect "no git" 1 "Missing: git" "apt-get install git"

machine; without cc
expect "no C compiler" 0 "Note: no C compiler"

machine; without installed
expect "root installs" 0 "Installing Graphviz: apt-get update && apt-get install libgraphviz-dev"
expect_file "root installs" apt "install -y --no-install-recommends libgraphviz-dev"

machine; without installed
stub apt-get 'echo "$@" >>"$SETUP_ROOT/apt"
  case $1 in update) : >"$SETUP_ROOT/lists" ;; install) [ -e "$SETUP_ROOT/lists" ] && : >"$SETUP_ROOT/installed" ;; esac'
expect "no package lists yet" 0
expect_file "no package lists yet" apt "install -y --no-install-recommends libgraphviz-dev
update
install -y --no-install-recommends libgraphviz-dev"

machine; without installed
stub apt-get 'echo "E: Unable to fetch some archives"; exit 100'
expect "no network" 1 "E: Unable to fetch" "no network" "or by hand: apt-get update && apt-get install libgraphviz-dev"

machine; without installed; stub id 'echo 1000'
expect "neither root nor sudo" 1 "neither root nor sudo" "apt-get install libgraphviz-dev"
expect_file "neither root nor sudo" apt ""

machine; without installed; stub id 'echo 1000'; stub sudo '[ "$1" = -n ] && shift && exec "$@"'
expect "sudo without a terminal" 0 "sudo apt-get install libgraphviz-dev"
expect_file "sudo without a terminal" apt "install -y --no-install-recommends libgraphviz-dev"

machine; without installed; stub id 'echo 1000'; stub sudo 'echo "sudo: a password is required"; exit 1'
expect "sudo wants a password" 1 "a password is required" "by hand: sudo apt-get update && sudo apt-get install"

machine; without installed apt-get
expect "neither apt nor Graphviz" 1 "Missing: the Graphviz library" "dnf install graphviz-devel"

machine; without installed; stub apt-get 'exit 0'
expect "installed, yet not found" 1 "Missing: libgvc.pc" "PKG_CONFIG_PATH"

machine; without installed pkg-config apt-get
mkdir -p "$scratch/root/usr/lib/some-linux-gnu/pkgconfig"
: >"$scratch/root/usr/lib/some-linux-gnu/pkgconfig/libgvc.pc"
expect "Graphviz without pkg-config" 0 "pc=.*/usr/lib/some-linux-gnu/pkgconfig"

machine; without installed apt-get; stub uname 'echo Darwin'
expect "macOS without Homebrew" 1 "https://brew.sh" "brew install graphviz"

machine; without installed apt-get; stub uname 'echo Darwin'
stub brew ': >"$SETUP_ROOT/installed"; echo "$@" >"$SETUP_ROOT/brew"'
expect "macOS with Homebrew" 0
expect_file "macOS with Homebrew" brew "install graphviz"

[ "$failures" -eq 0 ] || exit 1
printf 'Set-up: every case as expected\n'

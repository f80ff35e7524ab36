# Sourced by examples/quickstart.sh and Tests/run.sh: set_up finds what building Nabla needs, gets what it may get,
# and says plainly what is missing and how to get it. POSIX sh; speaks on standard error only.

SWIFT_MAJOR=6 SWIFT_MINOR=2

say() { printf '%s\n' "$*" >&2; }

# missing WHAT HOW...: ends the script; every HOW is one line to read or to type.
missing() {
  say "" "Missing: $1"
  shift
  for line in "$@"; do say "  $line"; done
  exit 1
}

set_up() {
  find_swift
  find_git
  find_graphviz
  note_c_compiler
}

find_swift() {
  # Where swiftly, the installer of swift.org, puts its commands; a new shell has it on the path, this one may not.
  swiftly=${SWIFTLY_BIN_DIR:-${HOME:-/nonexistent}/.local/share/swiftly/bin}
  if ! command -v swift >/dev/null 2>&1 && [ -x "$swiftly/swift" ]; then
    PATH=$swiftly:$PATH
    export PATH
  fi
  command -v swift >/dev/null 2>&1 || missing "Swift (there is no 'swift' on the PATH)" \
    "Get Swift $SWIFT_MAJOR.$SWIFT_MINOR or newer from https://www.swift.org/install, then run this again."

  banner=$(swift --version 2>&1) || missing "a working Swift ('swift --version' failed)" "$banner" \
    "Packages that Swift itself needs are listed for each system at https://www.swift.org/install."
  version=$(printf '%s\n' "$banner" | sed -n 's/.*Swift version \([0-9][0-9]*\)\.\([0-9][0-9]*\).*/\1 \2/p' | head -n 1)
  major=${version% *} minor=${version#* }
  if [ -z "$version" ] || [ "$major" -lt $SWIFT_MAJOR ] ||
    { [ "$major" -eq $SWIFT_MAJOR ] && [ "$minor" -lt $SWIFT_MINOR ]; }; then
    missing "Swift $SWIFT_MAJOR.$SWIFT_MINOR or newer" "Found: $banner" "Get a newer one from https://www.swift.org/install."
  fi
}

find_git() {
  command -v git >/dev/null 2>&1 || missing "git, with which Swift fetches the packages that Nabla uses" \
    "Install it: sudo apt-get install git"
}

# Finds libgvc, which draws the pictures, and installs it where that takes no more than the system's own packages.
find_graphviz() {
  has_graphviz && return
  if [ "$(uname -s)" = Darwin ]; then
    command -v brew >/dev/null 2>&1 || missing "Graphviz, which draws the pictures" \
      "Install Homebrew (https://brew.sh), then: brew install graphviz"
    install_with "brew install graphviz" brew install graphviz
  elif command -v apt-get >/dev/null 2>&1; then
    install_with_apt libgraphviz-dev
  else
    missing "the Graphviz library with its headers" \
      "Fedora: sudo dnf install graphviz-devel" "Arch: sudo pacman -S graphviz" \
      "elsewhere: the package that has libgvc.pc; then run this again."
  fi
  has_graphviz || missing "libgvc.pc, although Graphviz was installed" \
    "If it is in a place of its own: export PKG_CONFIG_PATH=that place"
}

# Swift reads libgvc.pc itself; it asks pkg-config only where the file is. Without pkg-config, say it by PKG_CONFIG_PATH.
has_graphviz() {
  if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists libgvc 2>/dev/null; then return 0; fi
  for directory in "${SETUP_ROOT-}"/usr/lib/*/pkgconfig "${SETUP_ROOT-}"/usr/lib*/pkgconfig \
    "${SETUP_ROOT-}"/usr/local/lib/pkgconfig "${SETUP_ROOT-}"/opt/homebrew/lib/pkgconfig; do
    if [ -f "$directory/libgvc.pc" ]; then
      PKG_CONFIG_PATH=$directory${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
      export PKG_CONFIG_PATH
      return 0
    fi
  done
  return 1
}

install_with_apt() {
  package=$1
  if [ "$(id -u)" -eq 0 ]; then
    by=""
  elif ! command -v sudo >/dev/null 2>&1; then
    missing "$package, and the right to install it (neither root nor sudo)" \
      "Ask somebody who may: apt-get update && apt-get install $package"
  elif [ -t 0 ]; then
    by="sudo" # may ask for a password
  else
    by="sudo -n"
  fi
  by_hand="${by:+sudo }apt-get update && ${by:+sudo }apt-get install $package"
  install="$by env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $package"
  # A fresh machine has no package lists yet, an old one lists files that are gone: fetch them when it fails.
  # shellcheck disable=SC2016
  install_with "$by_hand" sh -c '$1 || { $2 apt-get update && $1; }' install "$install" "$by"
}

# install_with BY_HAND COMMAND...: runs the command quietly; its last words are shown when it fails.
install_with() {
  by_hand=$1
  shift
  say "Installing Graphviz: $by_hand"
  words=$("$@" 2>&1 </dev/null) && return
  printf '%s\n' "$words" | tail -n 6 >&2
  missing "Graphviz could not be installed (its last words are above: no network, no rights, or another installation is running)" \
    "When that is mended, run this again, or by hand: $by_hand"
}

note_c_compiler() {
  for compiler in ${NABLA_CC:+"$NABLA_CC"} cc clang gcc; do
    command -v "$compiler" >/dev/null 2>&1 && return
  done
  say "Note: no C compiler found (NABLA_CC, cc, clang, gcc): Nabla runs without it, but compiles no kernels."
}

# Fetches the packages that Package.swift names, which needs the network once.
fetch_packages() {
  swift package resolve >&2 </dev/null || missing "the Swift packages that Package.swift names (see above)" \
    "They are fetched once, over the network; when it is there, run this again."
}

#!/bin/sh
# From a fresh clone to derivatives and a picture: sets up, builds, and runs Nabla on two formulas.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=Tests/setup.sh
. Tests/setup.sh

set_up
fetch_packages
say "Building Nabla (a few minutes the first time)"
swift build -c release --product nabla >&2
nabla=$(swift build -c release --show-bin-path)/nabla
pictures=$PWD/.build/quickstart
mkdir -p "$pictures"

# run ARGUMENTS...: shows the command as one would type it, then what it prints.
run() {
  printf '\n$ nabla'
  for argument in "$@"; do
    case $argument in
    *[!A-Za-z0-9_=,.:/+-]*) printf " '%s'" "$argument" ;;
    *) printf ' %s' "$argument" ;;
    esac
  done
  printf '\n'
  "$nabla" "$@"
}

formula='f(a,b,c) = 3*(a + b*c)'
run diff "$formula"
run eval "$formula" --at a=5,b=3,c=2 --gradient
run draw "$formula" --at a=5,b=3,c=2 --backward -o "$pictures/formula.svg"

# The spectral radiance of a black body: how fast does the green light of the sun grow with its temperature?
planck='B(nu, T, h = 6.62607015e-34, c = 299792458, k = 1.380649e-23) = 2*h*nu^3/c^2 / (exp(h*nu/(k*T)) - 1)'
run diff "$planck" --wrt T
run eval "$planck" --at nu=5.5e14,T=5772 --gradient --wrt nu,T

printf '\nThe picture of the first formula, with its values and derivatives: %s\n' "$pictures/formula.svg"

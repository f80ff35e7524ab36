#!/bin/sh
# Set-up, lint, build, all tests. Ends with the test runner's own summary and its exit code.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=Tests/setup.sh
. Tests/setup.sh

sh Tests/setup_test.sh
set_up
fetch_packages

say "Lint"
swift format lint --strict -r Sources Tests examples Package.swift

say "Build"
swift build --build-tests

say "Test"
exec swift test --skip-build --disable-xctest

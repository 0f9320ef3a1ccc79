# Sourced by ./recsys and ./test: sets up what a machine lacks and says what it does; silent and fast when there is nothing to do.
#
# Where things stand is kept as fingerprints in .setup/ (of the package files for the restore, of the sources for the builds): a step whose
# fingerprint still holds is skipped, so a second call costs a few hundredths of a second, needs no network and no rights.
# Messages go to standard error: standard output belongs to the program.
# shellcheck shell=bash disable=SC2154,SC2016,SC2015

setup_dir="$root/.setup"
setup_tag=${setup_tag:-recsys}
program="$root/src/Recsys.Server/bin/Release/net10.0/recsys"
trainer="$root/src/Recsys.Training/bin/Release/net10.0/recsys-train"

# TorchSharp's native library was built with GCC 13 and asks for this symbol version; Debian 12 ships GCC 12's library.
required_glibcxx=GLIBCXX_3.4.32

say() { printf '%s: %s\n' "$setup_tag" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# step NAME LOG COMMAND...: runs a set-up step quietly; says what it does and how long it took, and shows the end of its log when it fails.
step() {
  local what=$1 log="$setup_dir/log/$2" started=$SECONDS
  shift 2
  mkdir -p "$setup_dir/log"
  say "$what ..."
  # Without descriptor 9, the lock: compilers stay on as servers and would hold it.
  if ! "$@" >"$log" 2>&1 </dev/null 9>&-; then
    say "$what failed. The end of $log:"
    tail -n 100 "$log" >&2
    exit 1
  fi
  say "$what: done in $((SECONDS - started)) s"
}

find_dotnet() {
  local candidate
  for candidate in "$(command -v dotnet || true)" "${DOTNET_ROOT:-}/dotnet" "$HOME/.dotnet/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      dotnet=$candidate
      # The built programs look for the runtime here when it isn't in a standard place.
      DOTNET_ROOT=$(dirname "$(readlink -f "$candidate")")
      export DOTNET_ROOT
      return
    fi
  done
  die "the .NET 10 SDK is missing. Get it from https://dot.net/download (or your distribution's package dotnet-sdk-10.0), then run this again."
}

require_sdk() {
  local version
  version=$(cd "$root" && "$dotnet" --version 2>/dev/null) && [ -n "$version" ] && return
  die "$dotnet has no SDK that fits global.json (10.0.100 or newer within 10.0): it has
$("$dotnet" --list-sdks 2>/dev/null | sed 's/^/  /')
Get the .NET 10 SDK from https://dot.net/download (or your distribution's package dotnet-sdk-10.0), then run this again."
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

can_become_root() { [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }; }

# Package installs ask nothing and wait for another one to finish.
apt() {
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a UCF_FORCE_CONFFOLD=1 \
    apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# A source that can't be reached is no reason to stop: the install that follows tells whether what it needs was there.
apt_update() { apt update || true; }

os_field() { (. /etc/os-release 2>/dev/null && eval "printf '%s' \"\${$1:-}\""); }

# ---- libstdc++ ----------------------------------------------------------------------------------------------------------------------------------

libstdcxx_path() { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | awk '$1 == "libstdc++.so.6" && /x86-64/ { print $NF; exit }'; }

libstdcxx_is_new_enough() {
  local path
  path=$(libstdcxx_path)
  [ -n "$path" ] && grep -qaF "$required_glibcxx" "$path"
}

# Priority 100: nothing is ever taken from Debian 13 by itself. But for the C library's own packages, which must all have one version: libstdc++6
# brings a newer libc6 with it, and whatever needs libc6-dev later would find only the older one's.
pin_trixie() {
  printf '%s\n' 'Package: *' 'Pin: release n=trixie' 'Pin-Priority: 100' '' 'Package: src:glibc' 'Pin: release n=trixie' 'Pin-Priority: 500' |
    as_root tee /etc/apt/preferences.d/recsys-trixie
}

install_newer_libstdcxx() {
  # The mirror that the machine's own Debian release comes from; it holds Debian 13 ("trixie") too. Targets are listed only for sources
  # whose lists were fetched, and images for containers come without them.
  local mirror
  apt_update
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$(os_field VERSION_CODENAME)" '$2 == release && $3 == "main" { print $1; exit }')
  [ -n "$mirror" ] || { echo "no apt source for Debian $(os_field VERSION_CODENAME) main is configured"; return 1; }
  if ! apt-get indextargets --format '$(RELEASE) $(COMPONENT)' 'Created-By: Packages' | grep -qx 'trixie main'; then
    # The pin goes first, so that no other call sees the source without it.
    pin_trixie
    printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' "$mirror" |
      as_root tee /etc/apt/sources.list.d/recsys-trixie.sources
  fi
  apt_update
  apt install -y --no-install-recommends -t trixie libstdc++6
  libstdcxx_is_new_enough || { echo "libstdc++6 was installed, but $(libstdcxx_path) still lacks $required_glibcxx"; return 1; }
}

ensure_libstdcxx() {
  libstdcxx_is_new_enough && return
  local needs="training needs a libstdc++.so.6 with $required_glibcxx (GCC 13 or newer)"
  if [ "$(os_field ID)" != debian ] || ! command -v apt-get >/dev/null; then
    die "$needs, and this system ($(os_field PRETTY_NAME)) has an older one or none. Install a newer libstdc++ (on Ubuntu 22.04: the
  ubuntu-toolchain-r/test archive's libstdc++6), then run this again."
  fi
  can_become_root || die "$needs. Run this once as root or with sudo: it installs libstdc++6 from Debian 13, pinned so that only the C library comes with it."
  step "installing libstdc++6 from Debian 13 (training needs $required_glibcxx; but for the C library that comes with it, nothing else is taken from there)" libstdcxx.log install_newer_libstdcxx
}

# ---- restore and build --------------------------------------------------------------------------------------------------------------------------

packages_dir() { printf '%s' "${NUGET_PACKAGES:-$HOME/.nuget/packages}"; }

project_files() { find "$root/src" "$root/tests" \( -name bin -o -name obj \) -prune -o -name '*.csproj' -print | LC_ALL=C sort; }

restore_fingerprint() {
  {
    printf '%s\n' "$root" "$(packages_dir)"
    project_files
    project_files | xargs cat -- "$root/Recsys.sln" "$root/global.json" "$root/Directory.Build.props" "$root/Directory.Packages.props"
  } | sha256sum
}

# Name, size and time of everything that a build reads: an edit, a deletion and a checkout of an older commit all change it.
source_fingerprint() {
  {
    printf '%s\n' "$root"
    find "$root/src" "$root/tests" "$root/protos" \( -name bin -o -name obj -o -name TestResults -o -name node_modules \) -prune -o -type f -printf '%p %s %T@\n'
    find "$root" -maxdepth 1 -type f \( -name '*.props' -o -name '*.targets' -o -name '*.sln' -o -name global.json -o -name .editorconfig -o -name BannedSymbols.txt \) -printf '%p %s %T@\n'
  } | LC_ALL=C sort | sha256sum
}

holds() { [ -f "$setup_dir/$1" ] && [ "$(cat "$setup_dir/$1")" = "$2" ]; }

remember() { printf '%s\n' "$2" >"$setup_dir/$1.new" && mv -f "$setup_dir/$1.new" "$setup_dir/$1"; }

is_restored() {
  holds restored "$(restore_fingerprint)" && [ -d "$(packages_dir)" ] && [ "$(find "$root/src" "$root/tests" -path '*/obj/project.assets.json' | wc -l)" -ge "$(project_files | wc -l)" ]
}

# "program" is the server and the trainer; "all" is every project, and so the program as well.
is_built() {
  local fingerprint
  [ -x "$program" ] && [ -x "$trainer" ] || return 1
  fingerprint=$(source_fingerprint)
  holds built-all "$fingerprint" || { [ "$1" = program ] && holds built-program "$fingerprint"; }
}

# A registry that doesn't answer at once often does the second time.
restore_packages() {
  local try
  for try in 1 2 3; do
    "$dotnet" restore "$root/Recsys.sln" -v minimal --nologo && return
    echo "try $try failed"
  done
  return 1
}

# A program that runs now has these files mapped. The compiler writes into them in place (and obj and bin share them by hard links), which
# would change the code under its feet: it keeps the old files, the build gets copies.
detach_outputs() {
  local file
  find "$root/src" "$root/tests" -path '*/Release/net10.0/*' \( -iname 'recsys*.dll' -o -name recsys -o -name recsys-train \) -type f |
    while IFS= read -r file; do
      cp -p "$file" "$file.detached" && mv -f "$file.detached" "$file" || return 1
    done
}

build_target() {
  local target="$root/Recsys.sln"
  detach_outputs || return 1
  [ "$1" = program ] && target="$root/tools/program.slnf"
  "$dotnet" build "$target" -c Release --no-restore --nologo -v quiet -clp:NoSummary
}

ensure_built() {
  local what=$1 restored built
  if is_restored && is_built "$what"; then
    return
  fi
  require_sdk
  if ! is_restored; then
    restored=$(restore_fingerprint)
    rm -f "$setup_dir/restored"
    step "restoring NuGet packages" restore.log restore_packages
    remember restored "$restored"
  fi
  if ! is_built "$what"; then
    # Taken before the build: what is edited meanwhile is built next time.
    built=$(source_fingerprint)
    rm -f "$setup_dir/built-all" "$setup_dir/built-program"
    step "building (Release)" build.log build_target "$what"
    [ -x "$program" ] && [ -x "$trainer" ] || die "the build left no $program or no $trainer behind"
    remember "built-$what" "$built"
  fi
}

# ---- all of it ----------------------------------------------------------------------------------------------------------------------------------

is_set_up() { libstdcxx_is_new_enough && is_restored && is_built "$1"; }

# One set-up at a time: a second caller waits and then finds everything done.
lock_setup() {
  mkdir -p "$setup_dir" 2>/dev/null && [ -w "$setup_dir" ] ||
    die "something needs setting up, and $setup_dir can't be written: run this once as the owner of $root."
  exec 9>"$setup_dir/lock"
  flock -n 9 || {
    say "waiting for another set-up of this folder to finish"
    flock 9
  }
}

unlock_setup() { exec 9>&-; }

set_up() {
  local what=$1
  [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || die "Recsys runs on Linux on x86-64; this is $(uname -s) on $(uname -m)."
  find_dotnet
  is_set_up "$what" && return
  lock_setup
  ensure_libstdcxx
  ensure_built "$what"
  unlock_setup
}

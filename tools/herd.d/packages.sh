# shellcheck shell=bash
# Finds which of the distribution's packages are missing, and installs them.

# package_list LIST...: prints the package names in tools/herd.d/packages/LIST.txt.
package_list() {
  local list
  for list in "$@"; do
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "tools/herd.d/packages/$list.txt"
  done | sort -u
}

# missing_packages LIST...: prints the packages that are not installed.
missing_packages() {
  local wanted
  mapfile -t wanted < <(package_list "$@")
  # dpkg-query fails if a package is unknown to it, which also means that it is not installed.
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <({ dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true; } |
      sed -n 's/ installed$//p' | sort -u)
}

# agree QUESTION: asks on a terminal; elsewhere the answer is yes.
agree() {
  [[ -t 0 && -t 1 ]] || return 0
  local answer
  read -r -p "$1 [Y/n] " answer
  [[ ${answer,,} == @(|y|yes) ]]
}

# need_packages LIST...: ensures that all packages of the lists are installed, or ends the script
# with what to do.
need_packages() {
  if ! command -v dpkg-query >/dev/null; then
    warn "This is neither Debian nor Ubuntu, so missing packages cannot be detected."
    warn "These are needed (names in Debian): $(package_list "$@" | paste -sd ' ')"
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return 0

  local install="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  say "Missing packages: ${missing[*]}"
  if [[ -n ${HERD_NO_INSTALL:-} ]]; then
    die "packages are missing, and HERD_NO_INSTALL is set" "Install them as root with:" "$install"
  fi
  install_packages "$install"
}

# want_packages LIST...: installs missing packages of the lists if that is possible here.
# Unavailable packages are skipped, because their users work without them, and report that.
want_packages() {
  local missing package
  command -v dpkg-query >/dev/null || return 0
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return 0
  if [[ -n ${HERD_NO_INSTALL:-} ]] || ! { ((EUID == 0)) || command -v sudo >/dev/null; }; then
    say "Going on without: ${missing[*]}"
    return 0
  fi
  # One by one, because a name unknown to this distribution would fail the others.
  for package in "${missing[@]}"; do
    (install_packages "apt-get update && apt-get install -y --no-install-recommends $package") ||
      say "Going on without: $package"
  done
}

# install_packages COMMAND: runs the command as root, directly or through sudo.
install_packages() {
  local -a as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "packages are missing, and only root can install them (there is no sudo here)" \
        "Ask an administrator to run:" "$1"
    as_root=(sudo)
  fi
  say "Installing them with: ${as_root[*]}${as_root:+ }sh -c '$1'"
  agree "Go on?" || die "packages are missing" "Install them as root with:" "$1"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c "$1" </dev/null ||
    die "the packages could not be installed; see the errors above" "Try it as root:" "$1"
}

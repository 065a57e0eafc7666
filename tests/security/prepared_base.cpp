// SPDX-License-Identifier: MIT
#include "tests/security/prepared_base.hpp"

#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::test {

namespace {

constexpr auto making = R"sh(
set -e
mkdir {0}/base; chmod 755 {0}/base; cd {0}/base
mkdir -p usr/bin usr/sbin usr/lib usr/lib64 etc proc sys dev run tmp var/tmp root
chmod 1777 tmp var/tmp; chmod 700 root
for link in bin sbin lib lib32 lib64 libx32; do if [ -L /$link ]; then ln -s usr/$link $link; fi; done
printf 'root:x:0:0::/root:/bin/bash\n' >etc/passwd; printf 'root:x:0:\n' >etc/group
for program in bash sh cat mkdir touch sleep; do cp "$(readlink -f "$(command -v $program)")" usr/bin/$program; done
ldd usr/bin/* | grep -o '/[^ :]* (' | sort -u | while read -r library rest; do
  where=$(readlink -f "${{library%/*}}"); mkdir -p ".$where"; cp "$library" ".$where/"
done
)sh";

// As root over the subordinate ids, where 1 is the first of them and 0 of the sessions.
std::string as_owner(bool subids, const std::string& script) {
  return subids ? fmt::format("unshare --map-root-user --map-auto sh -c '{}'", script) : script;
}

} // namespace

prepared_base::prepared_base(bool subids) : subids_{subids} {
  auto name = (std::filesystem::temp_directory_path() / "strata-base-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr || ::chmod(name.c_str(), 0755) != 0)
    throw std::runtime_error{"make directory for a base"};
  stage_ = name;
  auto done = shell(fmt::format(fmt::runtime(making), name));
  if (done.exit_code == 0 && subids)
    done = shell(as_owner(true, fmt::format("chown -Rh 1:1 {}/base", name)));
  if (done.exit_code != 0)
    throw std::runtime_error{"make a base: " + done.text};
}

prepared_base::~prepared_base() { shell(as_owner(subids_, fmt::format("rm -rf {}", stage_.string()))); }

} // namespace strata::test

// SPDX-License-Identifier: MIT
#include "isolation/launcher/layers.hpp"

#include "isolation/launcher/report.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

namespace strata::launcher {

namespace {

unique_fd clone_layer(const wire::plan_layer& layer, bool with_submounts, const unique_fd* user_namespace) {
  const unsigned recursive = with_submounts ? AT_RECURSIVE : 0;
  unique_fd tree{::open_tree(AT_FDCWD, layer.source.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive)};
  if (!tree)
    fail("clone base layer " + layer.source, errno,
         errno == EINVAL ? "a writable layer must not have other mounts below it" : nullptr);
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if (user_namespace != nullptr) {
    attributes.attr_set |= MOUNT_ATTR_IDMAP;
    attributes.userns_fd = static_cast<__u64>(user_namespace->get());
  }
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH | recursive, &attributes, sizeof attributes) != 0)
    fail((user_namespace != nullptr ? "shift ids of base layer " : "protect base layer ") + layer.source, errno,
         user_namespace != nullptr && errno == EINVAL ? "its file system has no idmapped mounts on this kernel" : nullptr);
  return tree;
}

} // namespace

bool bound_read_only(const wire::launch_plan& plan, const wire::plan_layer& layer) {
  return plan.driver == wire::plan_driver::none || layer.read_only != 0;
}

std::vector<unique_fd> clone_layers(const wire::launch_plan& plan, const unique_fd* user_namespace) {
  std::vector<unique_fd> trees;
  for (const auto& layer : plan.layers)
    trees.push_back(clone_layer(layer, bound_read_only(plan, layer), user_namespace));
  return trees;
}

unique_fd open_user_namespace(pid_t child) {
  const auto path = "/proc/" + std::to_string(child) + "/ns/user";
  unique_fd name_space{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!name_space)
    fail("open the user namespace of the session", errno);
  return name_space;
}

void send_layers(const unique_fd& socket, const std::vector<unique_fd>& layers) {
  char go = 1;
  iovec data{&go, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(max_layers * sizeof(int))]{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (!layers.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(layers.size() * sizeof(int));
    auto* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(layers.size() * sizeof(int));
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const int fd = layers[i].get();
      std::memcpy(CMSG_DATA(rights) + i * sizeof fd, &fd, sizeof fd);
    }
  }
  if (::sendmsg(socket.get(), &message, MSG_NOSIGNAL) != 1)
    ::_exit(1); // the process inside is gone and has said why
}

std::vector<unique_fd> receive_layers(const unique_fd& socket) {
  char go = 0;
  iovec data{&go, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(max_layers * sizeof(int))]{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(socket.get(), &message, MSG_CMSG_CLOEXEC) != 1)
    ::_exit(1);
  std::vector<unique_fd> layers;
  const auto* rights = CMSG_FIRSTHDR(&message);
  if (rights != nullptr && rights->cmsg_type == SCM_RIGHTS) {
    const auto count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(rights) + i * sizeof fd, sizeof fd);
      layers.emplace_back(fd);
    }
  }
  return layers;
}

} // namespace strata::launcher

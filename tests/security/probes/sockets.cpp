// SPDX-License-Identifier: MIT
// Families of sockets beside the usual ones, and ways to the host's network.
#include "tests/security/probes/probe.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <cstring>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

namespace strata::probes {

namespace {

verdict by_socket(long family, int type, int protocol) {
  const auto made = ::syscall(SYS_socket, family, type, protocol);
  const int number = errno;
  if (made >= 0)
    ::close(static_cast<int>(made));
  errno = number;
  return by_answer(made);
}

verdict by_connect(int family, const void* address, socklen_t size, int type = SOCK_STREAM) {
  const int made = ::socket(family, type | SOCK_CLOEXEC, 0);
  const auto answer = ::connect(made, static_cast<const sockaddr*>(address), size);
  const int number = errno;
  ::close(made);
  return answer == 0 ? broken("connected") : held(error_text(number));
}

verdict host_loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(fact("server_port").c_str())));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return by_connect(AF_INET, &address, sizeof address);
}

verdict host_abstract_socket() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto name = fact("abstract");
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  return by_connect(AF_UNIX, &address, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size()));
}

// Looked up in the kernel's table; nothing is sent.
verdict routes() {
  const auto table = contents("/proc/net/route");
  std::string found;
  for (std::size_t at = table.find('\n'); at != std::string::npos && at + 1 < table.size(); at = table.find('\n', at + 1))
    found += table.substr(at + 1, table.find('\t', at + 1) - at - 1) + " ";
  return found.empty() ? held("none") : broken("by " + found);
}

verdict interfaces() {
  const auto table = contents("/proc/net/dev");
  int count = 0;
  for (std::size_t at = table.find(':'); at != std::string::npos; at = table.find(':', at + 1))
    ++count;
  return count <= 1 ? held("loopback") : broken(std::to_string(count));
}

constexpr int vsock = 40, alg = 38, xdp = 44, can = 29, bluetooth = 31, tipc = 30, rds = 21, kcm = 41, smc = 43;

constexpr char group[] = "Sockets";
constexpr probe table[] = {
  {group, "packet_socket", "No packet socket", weakness::bare, [] { return by_socket(AF_PACKET, SOCK_RAW, 0); }},
  {group, "vsock_socket", "No socket to the hypervisor", weakness::bare, [] { return by_socket(vsock, SOCK_STREAM, 0); }},
  {group, "alg_socket", "No socket to the kernel's cryptography", weakness::bare,
   [] { return by_socket(alg, SOCK_SEQPACKET, 0); }},
  {group, "xdp_socket", "No XDP socket", weakness::bare, [] { return by_socket(xdp, SOCK_RAW, 0); }},
  {group, "tipc_socket", "No TIPC socket", weakness::bare, [] { return by_socket(tipc, SOCK_STREAM, 0); }},
  {group, "can_socket", "No CAN socket", weakness::bare, [] { return by_socket(can, SOCK_RAW, 1); }},
  {group, "bluetooth_socket", "No Bluetooth socket", weakness::bare, [] { return by_socket(bluetooth, SOCK_RAW, 1); }},
  {group, "rds_socket", "No RDS socket", weakness::bare, [] { return by_socket(rds, SOCK_SEQPACKET, 0); }},
  {group, "kcm_socket", "No KCM socket", weakness::bare, [] { return by_socket(kcm, SOCK_SEQPACKET, 0); }},
  {group, "smc_socket", "No SMC socket", weakness::bare, [] { return by_socket(smc, SOCK_STREAM, 0); }},
  {group, "raw_ip_socket", "No raw IP socket", weakness::bare, [] { return by_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }},
  {group, "raw_ip6_socket", "No raw IPv6 socket", weakness::bare, [] { return by_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6); }},
  {group, "audit_netlink", "No netlink to audit", weakness::bare, [] { return by_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT); }},
  {group, "netfilter_netlink", "No netlink to netfilter", weakness::bare,
   [] { return by_socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER); }},
  {group, "uevent_netlink", "No netlink to the kernel's events", weakness::bare,
   [] { return by_socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT); }},
  {group, "generic_netlink", "No generic netlink", weakness::bare,
   [] { return by_socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC); }},
  {group, "family_with_high_bits", "No family passes by bits that the kernel drops", weakness::bare,
   [] { return by_socket(0x100000000L + AF_PACKET, SOCK_RAW, 0); }},
  {group, "host_loopback", "Servers on the host's loopback, Strata among them, cannot be reached", weakness::bare, host_loopback},
  {group, "host_abstract_socket", "Abstract sockets of the host cannot be reached", weakness::bare, host_abstract_socket},
  {group, "routes", "There is no route to anywhere", weakness::bare, routes},
  {group, "interfaces", "There is no interface but loopback", weakness::bare, interfaces},
};

} // namespace

std::span<const probe> socket_probes() { return table; }

} // namespace strata::probes

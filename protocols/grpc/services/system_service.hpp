// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/unary_call.hpp"

#include <strata/v1/system.grpc.pb.h>

namespace strata {

/// strata.v1.SystemService.
class system_service final : public v1::SystemService::CallbackService {
public:
  explicit system_service(const server_facts& facts) : facts_{facts} {}

private:
  grpc::ServerUnaryReactor* GetVersion(grpc::CallbackServerContext* where, const v1::GetVersionRequest*,
                                       v1::GetVersionResponse* response) override {
    response->set_version(facts_.options.version);
    return at_once({facts_, *where, "strata.v1.SystemService/GetVersion"});
  }
  grpc::ServerUnaryReactor* GetCapabilities(grpc::CallbackServerContext* where, const v1::GetCapabilitiesRequest*,
                                            v1::GetCapabilitiesResponse* response) override {
    for (const auto& [name, value] : facts_.options.capabilities) {
      auto& into = (*response->mutable_capabilities())[name];
      if (const auto* flag = std::get_if<bool>(&value))
        into.set_flag(*flag);
      else if (const auto* number = std::get_if<std::int64_t>(&value))
        into.set_number(*number);
      else
        into.set_text(std::get<std::string>(value));
    }
    return at_once({facts_, *where, "strata.v1.SystemService/GetCapabilities"});
  }
  grpc::ServerUnaryReactor* GetStats(grpc::CallbackServerContext* where, const v1::GetStatsRequest* request,
                                     v1::GetStatsResponse* response) override {
    return answer<get_stats>({facts_, *where, "strata.v1.SystemService/GetStats"}, *request, get_stats{},
                             [response](const server_stats& stats) {
                               response->set_active_sessions(stats.active_sessions);
                               response->set_max_sessions(stats.max_sessions);
                               response->set_draining(stats.draining);
                             });
  }

  const server_facts& facts_;
};

} // namespace strata

// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/files.hpp"
#include "protocols/http/body_stream.hpp"
#include "protocols/http/strand.hpp"

namespace strata {

/// The bytes of a file or an archive as an answer's body: of a file exactly as many as were announced. When it turns out shorter, or its
/// reading fails, the body is broken. The next piece is fetched while one is sent.
class file_download final : public body_stream, public std::enable_shared_from_this<file_download> {
public:
  /// `length` in bytes; absent: nobody knows. `lease`: held as long as it is read.
  file_download(connection_strand strand, std::shared_ptr<file_source> bytes, std::optional<std::int64_t> length,
                std::shared_ptr<void> lease)
    : strand_{std::move(strand)}, bytes_{std::move(bytes)}, lease_{std::move(lease)}, left_{length} {}

  void next(receiver give) override;
  void probe() override {} // there is nothing harmless to say
  void abandon() override;
  bool is_broken() const override { return broken_; }

private:
  void fetch();
  void take(result<std::string> piece);
  void give_ready();

  const connection_strand strand_;
  std::shared_ptr<file_source> bytes_;
  std::shared_ptr<void> lease_;
  std::optional<std::int64_t> left_;
  receiver give_;
  std::string ready_;
  bool fetching_ = false;
  bool over_ = false;
  bool broken_ = false;
};

} // namespace strata

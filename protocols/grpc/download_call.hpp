// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/archives.hpp"
#include "protocols/grpc/stream_call.hpp"

namespace strata {

/// A call that gives the bytes of a file or an archive, at its client's pace. OK only when all that was announced has come.
///
/// `Kind`: Response, Operation, Content (what it answers); opened(content) makes the first message, length(content) is how much comes,
/// if that is known.
template <class Kind>
class download_call final : public stream_call<grpc::ServerWriteReactor<typename Kind::Response>, typename Kind::Response> {
public:
  using content = typename Kind::Content;

  download_call(const asked& call, call_strand strand, result<typename Kind::Operation> operation)
    : stream_call<grpc::ServerWriteReactor<typename Kind::Response>, typename Kind::Response>{call, strand}, operation_{std::move(
                                                                                                               operation)} {}

private:
  void begin() override {
    if (!operation_)
      return this->end(to_status(operation_.error()));
    call_id_ = this->call_.facts.call(std::move(*operation_), this->context_,
                                      [weak = this->weak_from_this(), strand = this->strand_](auto opened) {
                                        strand.post([weak, opened = std::move(opened)]() mutable {
                                          if (auto self = weak.lock())
                                            static_cast<download_call&>(*self).start(std::move(opened));
                                        });
                                      });
  }
  void start(result<content> opened) {
    if (this->is_over())
      return;
    if (!opened)
      return this->end(to_status(opened.error()));
    content_ = std::move(*opened);
    left_ = Kind::length(*content_);
    this->say(Kind::opened(*content_));
  }
  void want_more() override {
    if (!content_ || this->is_over() || std::exchange(reading_, true))
      return;
    content_->bytes->next([weak = this->weak_from_this(), strand = this->strand_](result<std::string> piece) {
      strand.post([weak, piece = std::move(piece)]() mutable {
        if (auto self = weak.lock())
          static_cast<download_call&>(*self).take(std::move(piece));
      });
    });
  }
  void take(result<std::string> piece) {
    reading_ = false;
    if (this->is_over())
      return;
    const auto bytes = piece ? static_cast<std::int64_t>(piece->size()) : 0;
    if (!piece || (left_ && (bytes > *left_ || (bytes == 0 && *left_ > 0)))) {
      leave();
      return this->end(to_status(piece ? error{errc::internal, "read file: it changed its size meanwhile"} : piece.error()));
    }
    if (bytes == 0) {
      leave();
      return this->end(grpc::Status::OK);
    }
    if (left_)
      *left_ -= bytes;
    typename Kind::Response data;
    data.set_data(std::move(*piece));
    this->say(std::move(data));
  }
  void leave() override {
    content_.reset();
    if (call_id_ != 0)
      this->call_.facts.door.disconnect(call_id_);
  }

  result<typename Kind::Operation> operation_;
  std::optional<content> content_;
  std::optional<std::int64_t> left_;
  std::uint64_t call_id_ = 0;
  bool reading_ = false;
};

} // namespace strata

// SPDX-License-Identifier: MIT
#include "actors/remembered_upload.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/system_executor.hpp>
#include <memory>
#include <openssl/evp.h>

namespace strata {

namespace {

class running_digest {
public:
  running_digest() { EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr); }
  void add(const std::string& bytes) { EVP_DigestUpdate(hash_.get(), bytes.data(), bytes.size()); }
  /// Once, at the end.
  std::string value() {
    std::string raw(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    EVP_DigestFinal_ex(hash_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
    raw.resize(size);
    return raw;
  }

private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash_{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

/// write_from() stays that of byte_sink, which copies: what is not seen is not hashed.
template <class Made> class remembered_sink final : public byte_sink<Made> {
public:
  remembered_sink(std::shared_ptr<byte_sink<Made>> to, bool keeps_pieces, uploaded<Made> known, reply<uploaded<Made>> remember)
    : to_{std::move(to)}, keeps_pieces_{keeps_pieces}, known_{std::move(known)}, remember_{std::move(remember)} {}
  ~remembered_sink() override {
    if (remember_ && keeps_pieces_ && begun_)
      remember_(
        error{errc::idempotency_mismatch,
              "use idempotency key again: the first request broke off, and part of its bytes may be there; look at the file, and "
              "send what is missing with another key"});
  }

  void write(std::string bytes, std::function<void(result<void>)> taken) override {
    begun_ = true;
    digest_.add(bytes);
    to_->write(std::move(bytes), std::move(taken));
  }
  void finish(std::function<void(result<Made>)> done) override {
    known_.digest = digest_.value();
    auto remember = std::make_shared<reply<uploaded<Made>>>(std::move(remember_)); // a std::function can be copied
    to_->finish([known = std::move(known_), remember = std::move(remember), done = std::move(done)](result<Made> made) mutable {
      // Remembered before the caller hears it, so that its next request finds it.
      if (made) {
        known.made = *made;
        (*remember)(std::move(known));
      } else {
        (*remember)(made.error());
      }
      done(std::move(made));
    });
  }

private:
  const std::shared_ptr<byte_sink<Made>> to_;
  const bool keeps_pieces_;
  bool begun_ = false;
  uploaded<Made> known_;
  reply<uploaded<Made>> remember_;
  running_digest digest_;
};

template <class Made> class repeated_sink final : public byte_sink<Made> {
public:
  explicit repeated_sink(uploaded<Made> known) : known_{std::move(known)} {}

  void write(std::string bytes, std::function<void(result<void>)> taken) override {
    digest_.add(bytes);
    boost::asio::post(boost::asio::system_executor{}, [taken = std::move(taken)] { taken({}); });
  }
  void finish(std::function<void(result<Made>)> done) override {
    result<Made> outcome{known_.made};
    if (digest_.value() != known_.digest)
      outcome = error{errc::idempotency_mismatch, "use idempotency key again: the bytes differ from the first ones"};
    boost::asio::post(boost::asio::system_executor{},
                      [done = std::move(done), outcome = std::move(outcome)]() mutable { done(std::move(outcome)); });
  }

private:
  const uploaded<Made> known_;
  running_digest digest_;
};

} // namespace

template <class Upload> void remember_upload(Upload& opened, bool keeps_pieces, reply<uploaded<typename Upload::made>> remember) {
  using made = typename Upload::made;
  uploaded<made> known{{}, {}, opened.session_created, opened.session_uid};
  opened.bytes =
    std::make_shared<remembered_sink<made>>(std::move(opened.bytes), keeps_pieces, std::move(known), std::move(remember));
}

template <class Upload> Upload repeat_upload(const uploaded<typename Upload::made>& known) {
  return Upload{std::make_shared<repeated_sink<typename Upload::made>>(known), known.session_created, known.session_uid, nullptr};
}

template void remember_upload(file_upload&, bool, reply<uploaded<file_info>>);
template void remember_upload(archive_upload&, bool, reply<uploaded<unpacked_archive>>);
template file_upload repeat_upload(const uploaded<file_info>&);
template archive_upload repeat_upload(const uploaded<unpacked_archive>&);

} // namespace strata

// SPDX-License-Identifier: MIT
#include "isolation/file_access/lent_file.hpp"

#include "isolation/disk_file.hpp"

#include <boost/asio/post.hpp>

namespace strata {

namespace {

class lent_file final : public file_in_place {
public:
  lent_file(std::shared_ptr<file_workers::loan> from, unique_fd file) : loan_{std::move(from)}, file_{std::move(file)} {
    loan_->worker->watch([lost = lost_] { *lost = true; });
  }
  ~lent_file() override {
    const auto& where = loan_->from->where();
    boost::asio::post(where, [loan = loan_, lost = lost_] {
      loan->worker->unwatch();
      loan->sound = !*lost;
    });
  }
  int descriptor() const noexcept override { return file_.get(); }
  bool is_lost() const noexcept override { return *lost_; }

private:
  const std::shared_ptr<file_workers::loan> loan_;
  const unique_fd file_;
  const std::shared_ptr<std::atomic<bool>> lost_ = std::make_shared<std::atomic<bool>>(false);
};

} // namespace

std::shared_ptr<file_in_place> lend_file(std::shared_ptr<file_workers::loan> from, unique_fd file) {
  if (!is_disk_file(file.get()))
    return nullptr;
  return std::make_shared<lent_file>(std::move(from), std::move(file));
}

} // namespace strata

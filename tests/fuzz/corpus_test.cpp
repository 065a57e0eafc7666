// SPDX-License-Identifier: MIT
// The fuzz targets over their seeds and a few thousand mutations of them, the same in every run.
#include "tests/fuzz/targets.hpp"

#include <gtest/gtest.h>
#include <random>

using namespace strata::fuzz;
using namespace std::literals;

namespace {

constexpr int mutations = 3000;

class mutator {
public:
  explicit mutator(const std::vector<std::string>& seeds) : seeds_{seeds} {}

  std::string next() {
    auto text = seeds_[pick(seeds_.size())];
    for (auto steps = 1 + pick(4); steps > 0; --steps)
      change(text);
    return text;
  }

private:
  std::size_t pick(std::size_t below) { return below == 0 ? 0 : random_() % below; }

  void change(std::string& text) {
    const auto at = pick(text.size() + 1);
    static constexpr auto marks = "\r\n\0\"\\{}[]%+&=?/:;, \t\xff\xc3\x80"
                                  "019aF"sv;
    switch (pick(6)) {
    case 0: text.insert(at, 1, marks[pick(marks.size())]); break;
    case 1: text.erase(at, 1 + pick(8)); break;
    case 2:
      if (at < text.size())
        text[at] = static_cast<char>(random_());
      break;
    case 3: text.insert(at, text.substr(pick(text.size()), pick(16))); break;
    case 4: text.resize(at); break;
    default: {
      const auto& other = seeds_[pick(seeds_.size())];
      text += other.substr(pick(other.size()));
      break;
    }
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937 random_{20261124};
};

class corpus : public testing::TestWithParam<target> {};

} // namespace

TEST_P(corpus, holds) {
  for (const auto& seed : GetParam().seeds)
    GetParam().run(seed);
  GetParam().run({});
  mutator mutate{GetParam().seeds};
  for (int i = 0; i < mutations; ++i)
    GetParam().run(mutate.next());
}

INSTANTIATE_TEST_SUITE_P(fuzz, corpus, testing::ValuesIn(all_targets()),
                         [](const auto& each) { return std::string{each.param.name}; });

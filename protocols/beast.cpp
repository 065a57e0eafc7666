// SPDX-License-Identifier: MIT
// The one place where Boost.Beast's definitions are compiled (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>

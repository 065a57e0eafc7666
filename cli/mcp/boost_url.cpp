// SPDX-License-Identifier: MIT
// Boost.URL's implementation, once.
#include <boost/url/src.hpp>

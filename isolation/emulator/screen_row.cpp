// SPDX-License-Identifier: MIT
#include "isolation/emulator/screen_row.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vterm.h>

namespace strata {

namespace {

void append_utf8(std::string& text, std::uint32_t point) {
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
    point = 0xfffd; // libvterm takes longer forms than UTF-8 has (RFC 3629)
  const auto continued = [&](int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x80)
    text += static_cast<char>(point);
  else if (point < 0x800)
    text += {static_cast<char>(0xc0 | (point >> 6)), continued(0)};
  else if (point < 0x10000)
    text += {static_cast<char>(0xe0 | (point >> 12)), continued(6), continued(0)};
  else
    text += {static_cast<char>(0xf0 | (point >> 18)), continued(12), continued(6), continued(0)};
}

/// Appends what is in the cell; false for the second half of a wide character.
bool append_cell(std::string& text, const VTermScreenCell& cell) {
  if (cell.chars[0] == static_cast<std::uint32_t>(-1))
    return false;
  if (cell.chars[0] == 0)
    text += ' ';
  for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; ++i)
    append_utf8(text, cell.chars[i]);
  return true;
}

VTermScreenCell cell_at(const VTermScreen& cells, int row, int col) {
  VTermScreenCell cell{};
  vterm_screen_get_cell(&cells, {row, col}, &cell);
  return cell;
}

std::string code(int number) { return ';' + std::to_string(number); }

/// 30-37, 38;5;n, 38;2;r;g;b, and the same 10 higher for the background.
std::string colour_code(const VTermColor& colour, int base) {
  if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour))
    return {};
  if (VTERM_COLOR_IS_RGB(&colour))
    return code(base + 8) + code(2) + code(colour.rgb.red) + code(colour.rgb.green) + code(colour.rgb.blue);
  if (colour.indexed.idx < 8)
    return code(base + colour.indexed.idx);
  return code(base + 8) + code(5) + code(colour.indexed.idx);
}

std::string style_of(const VTermScreenCell& cell) {
  std::string codes = "0";
  const std::pair<bool, std::string_view> attributes[] = {{cell.attrs.bold != 0, ";1"},      {cell.attrs.italic != 0, ";3"},
                                                          {cell.attrs.underline != 0, ";4"}, {cell.attrs.blink != 0, ";5"},
                                                          {cell.attrs.reverse != 0, ";7"},   {cell.attrs.strike != 0, ";9"}};
  for (const auto& [is, code] : attributes)
    if (is)
      codes += code;
  return codes + colour_code(cell.fg, 30) + colour_code(cell.bg, 40);
}

constexpr std::string_view plain = "0";

} // namespace

std::string row_text(const VTermScreen& cells, int row, int cols) {
  std::string text;
  for (int col = 0; col < cols; ++col)
    append_cell(text, cell_at(cells, row, col));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string styled_row(const VTermScreen& cells, int row, int cols) {
  std::string text;
  std::string style{plain};
  std::size_t end = 0; // behind what is not blank
  for (int col = 0; col < cols; ++col) {
    const auto cell = cell_at(cells, row, col);
    auto wanted = style_of(cell);
    if (wanted != style)
      text += "\x1b[" + wanted + "m";
    style = std::move(wanted);
    append_cell(text, cell);
    if (cell.chars[0] != 0 && cell.chars[0] != ' ')
      end = text.size();
    else if (style != plain)
      end = text.size(); // a blank that shows
  }
  text.resize(end);
  if (text.find('\x1b') != text.npos)
    text += "\x1b[m";
  return text;
}

} // namespace strata

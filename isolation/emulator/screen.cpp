// SPDX-License-Identifier: MIT
#include "isolation/emulator/screen.hpp"

#include "isolation/emulator/screen_row.hpp"

#include <string_view>
#include <utility>
#include <vterm.h>

namespace strata {

namespace {

/// Titles are for people.
constexpr std::size_t max_title_bytes = 256;

struct freed {
  void operator()(VTerm* terminal) const noexcept { vterm_free(terminal); }
};

VTermKey code_of(const key& pressed) {
  using special = key::special;
  switch (pressed.what) {
  case special::enter: return VTERM_KEY_ENTER;
  case special::tab: return VTERM_KEY_TAB;
  case special::backspace: return VTERM_KEY_BACKSPACE;
  case special::escape: return VTERM_KEY_ESCAPE;
  case special::up: return VTERM_KEY_UP;
  case special::down: return VTERM_KEY_DOWN;
  case special::left: return VTERM_KEY_LEFT;
  case special::right: return VTERM_KEY_RIGHT;
  case special::insert: return VTERM_KEY_INS;
  case special::del: return VTERM_KEY_DEL;
  case special::home: return VTERM_KEY_HOME;
  case special::end: return VTERM_KEY_END;
  case special::page_up: return VTERM_KEY_PAGEUP;
  case special::page_down: return VTERM_KEY_PAGEDOWN;
  case special::function: return static_cast<VTermKey>(VTERM_KEY_FUNCTION(pressed.number));
  case special::none: break;
  }
  return VTERM_KEY_NONE;
}

int modifier_of(const key& pressed) {
  return (pressed.shift ? VTERM_MOD_SHIFT : 0) | (pressed.alt ? VTERM_MOD_ALT : 0) | (pressed.ctrl ? VTERM_MOD_CTRL : 0);
}

} // namespace

struct screen::emulator {
  std::unique_ptr<VTerm, freed> terminal;
  VTermScreen* cells = nullptr;
  terminal_size size;
  std::uint64_t changes = 0;
  bool cursor_visible = true;
  bool alternate = false;
  std::string title;
  std::string typed; ///< what libvterm writes to the program: only keys are of interest

  static emulator& of(void* user) { return *static_cast<emulator*>(user); }
  static int changed(void* user) {
    ++of(user).changes;
    return 1;
  }
  static int set_property(VTermProp property, VTermValue* value, void* user) {
    auto& self = of(user);
    if (property == VTERM_PROP_TITLE)
      self.title = std::string_view{value->string}.substr(0, max_title_bytes);
    else if (property == VTERM_PROP_CURSORVISIBLE)
      self.cursor_visible = value->boolean != 0;
    else if (property == VTERM_PROP_ALTSCREEN)
      self.alternate = value->boolean != 0;
    else
      return 1;
    return changed(user);
  }
};

screen::screen(terminal_size size) : emulator_{std::make_unique<emulator>()} {
  static const VTermScreenCallbacks callbacks = {
    .damage = [](VTermRect, void* user) { return emulator::changed(user); },
    .moverect = [](VTermRect, VTermRect, void* user) { return emulator::changed(user); },
    .movecursor = [](VTermPos, VTermPos, int, void* user) { return emulator::changed(user); },
    .settermprop = emulator::set_property,
    .bell = nullptr,
    .resize = nullptr,
    .sb_pushline = nullptr,
    .sb_popline = nullptr,
  };
  auto& made = *emulator_;
  made.size = size;
  made.terminal.reset(vterm_new(size.rows, size.cols));
  vterm_set_utf8(made.terminal.get(), 1);
  vterm_output_set_callback(
    made.terminal.get(),
    [](const char* bytes, std::size_t length, void* user) { static_cast<std::string*>(user)->append(bytes, length); },
    &made.typed);
  made.cells = vterm_obtain_screen(made.terminal.get());
  vterm_screen_set_callbacks(made.cells, &callbacks, &made);
  vterm_screen_enable_altscreen(made.cells, 1);
  vterm_screen_set_damage_merge(made.cells, VTERM_DAMAGE_SCROLL);
  vterm_screen_reset(made.cells, 1);
}

screen::~screen() = default;

void screen::feed(std::string_view output) {
  vterm_input_write(emulator_->terminal.get(), output.data(), output.size());
  vterm_screen_flush_damage(emulator_->cells);
  emulator_->typed.clear(); // its answers to questions: those of the viewers count
}

void screen::skip() { feed("\x18"); } // CAN (ECMA-48 8.3.6) ends a sequence without effect

std::uint64_t screen::changes() const noexcept { return emulator_->changes; }

screen_view screen::show(bool styled) const {
  screen_view view;
  for (int row = 0; row < emulator_->size.rows; ++row) {
    view.lines.push_back(row_text(*emulator_->cells, row, emulator_->size.cols));
    if (styled)
      view.styled.push_back(styled_row(*emulator_->cells, row, emulator_->size.cols));
  }
  VTermPos at;
  vterm_state_get_cursorpos(vterm_obtain_state(emulator_->terminal.get()), &at);
  view.cursor_row = static_cast<std::uint32_t>(at.row);
  view.cursor_col = static_cast<std::uint32_t>(at.col);
  view.cursor_visible = emulator_->cursor_visible;
  view.title = emulator_->title;
  view.alternate = emulator_->alternate;
  return view;
}

std::string screen::encode(const std::vector<key>& keys) {
  std::string bytes;
  for (const auto& each : keys) {
    if (const auto plain = plain_bytes(each)) {
      bytes += *plain;
      continue;
    }
    emulator_->typed.clear();
    vterm_keyboard_key(emulator_->terminal.get(), code_of(each), static_cast<VTermModifier>(modifier_of(each)));
    bytes += std::exchange(emulator_->typed, {});
  }
  return bytes;
}

} // namespace strata

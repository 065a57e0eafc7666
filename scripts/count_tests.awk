# SPDX-License-Identifier: MIT
# Reads ctest's LastTest.log and counts single tests: those that GoogleTest names where a program holds many, else the
# ctest test itself. Prints each failed one with what it said first, each reason for skipping with its tests, and "N passed, N failed, N skipped".

function fail(what) { failures[++failed_names] = what; said[failed_names] = words; words = ""; lines = 0 }
function close_block() {
  if (name == "") return
  if (!ok && !bad) { bad = 1; fail(name) }                         # crashed, timed out or never ran
  else if (ok && !fine && !bad && !left) fine = 1                   # no GoogleTest program
  passed += fine; failed += bad; skipped += left
  name = ""
}
/^[0-9]+\/[0-9]+ Testing: / { close_block(); name = $0; sub(/^[^:]*: /, "", name); ok = fine = bad = left = lines = 0; reason = words = ""; next }
/: Skipped$/ { reading = 1; reason = ""; next }
/^\[       OK \] .* \([0-9]+ ms\)$/ { ++fine; next }
/^\[  FAILED  \] .* \([0-9]+ ms\)$/ { ++bad; fail(name ": " $4); next }
/^\[  SKIPPED \] .* \([0-9]+ ms\)$/ {
  reading = 0; ++left
  if (reason == "") reason = "no reason given"
  if (!(reason in count)) reasons[++different] = reason
  ++count[reason]
  if (count[reason] <= 3) examples[reason] = examples[reason] (count[reason] > 1 ? ", " : "") $4
  next
}
/^\[ RUN      \]/ { words = ""; lines = 0; next }
/: Failure$/ && lines < 20 { telling = 1 }
/^$/ { telling = 0 }
telling && lines < 20 { words = words "  " substr($0, 1, 300) "\n"; ++lines }
reading && NF { reason = reason (reason == "" ? "" : " ") $0; next }
/^Test Passed\.$/ || /^Test Skipped\.$/ || /^Skip regular expression found/ { ok = 1 }
END {
  close_block()
  for (i = 1; i <= failed_names; ++i) printf "failed: %s\n%s", failures[i], said[i]
  for (i = 1; i <= different; ++i) {
    reason = reasons[i]
    print "skipped " count[reason] ": " reason " (" examples[reason] (count[reason] > 3 ? ", …" : "") ")"
  }
  printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
  exit failed > 0
}

namespace strata { int unused; }

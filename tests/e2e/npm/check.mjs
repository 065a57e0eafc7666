// SPDX-License-Identifier: MIT
// What the clients beside this file share: packages from the directory that STRATA_NPM names, checks, a deadline for all.
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';

export const require = createRequire(process.env.STRATA_NPM + '/');
export const port = Number(process.env.STRATA_PORT);

export function check(seen, expected, what) {
  if (!isDeepStrictEqual(seen, expected))
    throw new Error(`${what}: ${JSON.stringify(seen)} and not ${JSON.stringify(expected)}`);
}

/** Resolves when `condition` gives something true; it is asked whenever `changed` is called. */
export function waiter() {
  const waiting = new Set();
  return {
    changed() {
      for (const each of waiting) each();
    },
    until(condition) {
      return new Promise((resolve) => {
        const ask = () => {
          const found = condition();
          if (found) {
            waiting.delete(ask);
            resolve(found);
          }
        };
        waiting.add(ask);
        ask();
      });
    },
  };
}

export async function main(scenario) {
  setTimeout(() => {
    console.log('nothing came in time');
    process.exit(1);
  }, Number(process.env.PATIENCE ?? 90000)).unref();
  try {
    await scenario();
    console.log('ok');
    process.exit(0);
  } catch (error) {
    console.log(error);
    process.exit(1);
  }
}

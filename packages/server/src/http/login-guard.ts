import type { Monotonic } from '@parley/core';
import { addressKey } from './address-key.ts';
import { createRateLimit } from './rate-limit.ts';
import type { HttpSettings } from './settings.ts';

/** Slows down whoever guesses passwords: those of many agents from one address, or of one agent from many. */
export interface LoginGuard {
  /** Takes a try before anything is looked up. 0: there was one; else milliseconds until there will be. */
  take(username: string, address: string, now: Monotonic): number;
  /** The password was right: it was no guess. */
  giveBack(username: string, address: string): void;
}

export function createLoginGuard(settings: HttpSettings): LoginGuard {
  const ofAddress = createRateLimit(settings.wrongLoginRate, settings.addresses);
  const ofUsername = createRateLimit(settings.wrongPasswordRate, settings.addresses);
  return {
    take(username, address, now) {
      const from = addressKey(address);
      const addressMs = ofAddress.take(from, now);
      if (addressMs > 0) return addressMs;
      const usernameMs = ofUsername.take(username, now);
      // It was not listened to, so it told nothing.
      if (usernameMs > 0) ofAddress.giveBack(from);
      return usernameMs;
    },
    giveBack(username, address) {
      ofAddress.giveBack(addressKey(address));
      ofUsername.giveBack(username);
    },
  };
}

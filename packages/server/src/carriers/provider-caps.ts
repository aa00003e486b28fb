import type { Provider } from '@parley/contract';
import { cause, type Monotonic } from '@parley/core';

/** Room for one more call at a provider. Call `release` once, when its leg is over. */
export type Admission =
  | { readonly ok: true; readonly release: () => void }
  /** `cause`: what the call ends with when no other provider has room. */
  | { readonly ok: false; readonly cause: number };

interface Use {
  live: number;
  /** New calls that may be made at `at`; they come back with time, up to those of one second. */
  tokens: number;
  at: Monotonic;
}

/** How many calls there are at each provider, against how many it takes. */
export class ProviderCaps {
  readonly #uses = new Map<string, Use>();

  /** Legs that are not over. */
  live(providerId: string): number {
    return this.#uses.get(providerId)?.live ?? 0;
  }

  take({ id, max_calls: most, calls_per_second: rate }: Provider, now: Monotonic): Admission {
    const use = this.#uses.get(id) ?? { live: 0, tokens: rate, at: now };
    this.#uses.set(id, use);
    if (most > 0 && use.live >= most) return { ok: false, cause: cause.noCircuit };
    // One that had no limit before has no tokens; it begins with a full second.
    use.tokens = rate === 0 ? 0 : Math.min(rate, use.tokens + ((now - use.at) / 1000) * rate);
    use.at = now;
    if (rate > 0 && use.tokens < 1) return { ok: false, cause: cause.congestion };
    if (rate > 0) use.tokens -= 1;
    use.live += 1;
    return { ok: true, release: once(() => (use.live -= 1)) };
  }

  /** It is gone; its calls go on and are counted no more. */
  forget(providerId: string): void {
    this.#uses.delete(providerId);
  }
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}

import type { Instant } from '@parley/contract';

/** Milliseconds on a clock that never steps back; for durations and deadlines, never shown to anyone. */
export type Monotonic = number & { readonly __monotonic: unique symbol };

/** When an input happened, on both clocks. The shell reads them once per input; nothing in core reads a clock. */
export interface Moment {
  readonly mono: Monotonic;
  readonly wall: Instant;
}

export function afterMs(mono: Monotonic, ms: number): Monotonic {
  return (mono + ms) as Monotonic;
}

/**
 * Durations of RFC 3261 table 4 (section 17) and RFC 6026, in milliseconds. Every timer is made of these three:
 * A = G = T1 doubling, B = F = H = J = L = M = 64 * T1, E = T1 doubling up to T2, I = K = T4, D = `timerDMs`.
 * Timer C belongs to proxies; a user agent's own answer deadline takes its place.
 */
export interface TimerValues {
  /** Estimate of the round trip; first retransmission interval. */
  readonly t1Ms: number;
  /** Longest interval between retransmissions of non-INVITE requests and of INVITE responses. */
  readonly t2Ms: number;
  /** Longest time a message stays in the network. */
  readonly t4Ms: number;
  /** How long an INVITE client transaction absorbs retransmitted final responses over UDP; at least 32 s. */
  readonly timerDMs: number;
}

/** The values RFC 3261 section 17.1.1.1 recommends. */
export const rfcTimers: TimerValues = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000, timerDMs: 32_000 };

/** 64 * T1: the life of timers B, F, H, J, L and M. */
export function transactionLifeMs(timers: TimerValues): number {
  return 64 * timers.t1Ms;
}

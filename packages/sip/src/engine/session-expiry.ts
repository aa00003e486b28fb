/**
 * Session timers (RFC 4028) as data: what two sides agree on, and what is due when. Whoever refreshes does so at half
 * of the interval; a session that nobody refreshed ends a little before the interval does (section 10).
 */
import { parseDigits, parseParams } from '../headers/tokens.ts';
import type { Headers } from '../message.ts';
import { fail, ok, type Result } from '../result.ts';
import { never } from '../transaction/step.ts';
import type { Refusal } from './call-state.ts';
import type { HeaderPair } from './response-builder.ts';

/** Seconds; the shortest interval anybody may ask for (section 4). */
export const minSessionS = 90;
/** A longer one is as good as none. */
const maxSessionS = 86_400;

export interface SessionExpiry {
  readonly intervalS: number;
  /** As seen from the request it was agreed on with. */
  readonly refresher: 'uac' | 'uas';
}

/** The value of Session-Expires; undefined when it cannot be read. */
export function parseSessionExpires(
  value: string,
): { readonly intervalS: number; readonly refresher?: 'uac' | 'uas' } | undefined {
  const semicolon = value.indexOf(';');
  const intervalS = parseDigits((semicolon < 0 ? value : value.slice(0, semicolon)).trim(), 9);
  const params = semicolon < 0 ? undefined : parseParams(value, semicolon);
  if (intervalS === undefined || (semicolon >= 0 && params === undefined)) return undefined;
  const refresher = params?.get('refresher')?.toLowerCase();
  return refresher === 'uac' || refresher === 'uas' ? { intervalS, refresher } : { intervalS };
}

/** What we agree to in the 2xx to a request (section 9); undefined: it asks for no session timer. */
function agreeOnExpiry(request: Headers): Result<SessionExpiry | undefined, Refusal> {
  const value = request.get('Session-Expires');
  if (value === undefined) return ok(undefined);
  const asked = parseSessionExpires(value);
  if (asked === undefined) return fail({ status: 400, reason: 'Malformed Session-Expires header' });
  const supports = [...request.all('Supported'), ...request.all('Require')].some(isTimer);
  if (asked.intervalS < minSessionS) {
    // A client without timers could do nothing with a 422, and a longer interval is not ours to choose.
    return supports ? fail({ status: 422, headers: [['Min-SE', String(minSessionS)]] }) : ok(undefined);
  }
  const intervalS = Math.min(asked.intervalS, maxSessionS);
  // A proxy may ask for a client that knows nothing of it: then the work is ours.
  return ok({ intervalS, refresher: supports ? (asked.refresher ?? 'uac') : 'uas' });
}

export function refusalOfExpiry(request: Headers): Refusal | undefined {
  const agreed = agreeOnExpiry(request);
  return agreed.ok ? undefined : agreed.error;
}

/** What our 2xx agrees to, to a request that was not refused for it. */
export function expiryFor(request: Headers): SessionExpiry | undefined {
  const agreed = agreeOnExpiry(request);
  return agreed.ok ? agreed.value : undefined;
}

function isTimer(tag: string): boolean {
  return tag.toLowerCase() === 'timer';
}

/** Headers of an INVITE of ours that asks for a session timer; who refreshes is for the other side to say. */
export function askedExpiry(intervalS: number | undefined): readonly HeaderPair[] {
  if (intervalS === undefined) return [];
  return [
    ['Session-Expires', String(intervalS)],
    ['Min-SE', String(minSessionS)],
  ];
}

/** What a 2xx to a request of ours says; undefined: no session timer (section 7.2). */
export function agreedExpiry(response: Headers): SessionExpiry | undefined {
  const agreed = parseSessionExpires(response.get('Session-Expires') ?? '');
  if (agreed === undefined || agreed.intervalS < 1) return undefined;
  // A 2xx must say who; without that it is the one who asked.
  return { intervalS: Math.min(agreed.intervalS, maxSessionS), refresher: agreed.refresher ?? 'uac' };
}

/** The least interval of a 422 (section 6), if it is more than what we asked for and not beyond reason. */
export function raisedInterval(response: Headers, askedS: number): number | undefined {
  const minS = parseDigits((response.get('Min-SE') ?? '').split(';')[0]?.trim() ?? '', 9);
  return minS !== undefined && minS > askedS && minS <= maxSessionS ? minS : undefined;
}

/** Headers of our 2xx. The client has to know that the refreshing is up to it (section 9, table 2). */
export function expiryHeaders(expiry: SessionExpiry | undefined): readonly HeaderPair[] {
  if (expiry === undefined) return [];
  const value: HeaderPair = ['Session-Expires', `${expiry.intervalS};refresher=${expiry.refresher}`];
  return expiry.refresher === 'uac' ? [['Require', 'timer'], value] : [value];
}

export interface SessionClock {
  readonly intervalS: number;
  /** We refresh. */
  readonly ours: boolean;
  readonly refreshAt: number;
  readonly endAt: number;
}

/** A request that fails has failed by then; the next try. */
const retryMs = 40_000;

/** Begins, or begins anew with each refresh. */
export function beginClock(intervalS: number, ours: boolean, now: number): SessionClock {
  const intervalMs = intervalS * 1000;
  return {
    intervalS,
    ours,
    refreshAt: ours ? now + intervalMs / 2 : never,
    endAt: now + intervalMs - Math.min(32_000, intervalMs / 3),
  };
}

export function clockWakeAt(clock: SessionClock): number {
  return Math.min(clock.refreshAt, clock.endAt);
}

/** What is due. */
export function passClock(
  clock: SessionClock,
  now: number,
): { readonly clock: SessionClock; readonly due: 'refresh' | 'end' | undefined } {
  if (now >= clock.endAt) return { clock, due: 'end' };
  if (now < clock.refreshAt) return { clock, due: undefined };
  return { clock: { ...clock, refreshAt: now + retryMs }, due: 'refresh' };
}

import type { LegEnd } from '../inputs.ts';
import { statusOfCause } from './cause.ts';
import type { LiveCall } from './live-call.ts';

/** The SIP status that says why an outgoing call was not answered: the far end's own, or else the one that comes closest. */
export function statusOfFailure({ call, dialing }: Readonly<LiveCall>, end: LegEnd): number {
  if (dialing?.attempts.length === 0) return dialing.noWayStatus;
  if (end.status !== undefined) return end.status;
  if (call.hangup_reason === 'dialout') return 408;
  return call.hangup_reason === 'cancel' ? 487 : statusOfCause(end.cause);
}

/**
 * Of several failures of one attempt to reach somebody the one that is told, as a proxy that forks would (RFC 3261
 * section 16.7): any 6xx, or else one of the lowest class, and of those the latest.
 */
export function statusToTell(before: number | undefined, latest: number): number {
  if (before === undefined || isGlobal(latest)) return latest;
  return isGlobal(before) || classOf(before) < classOf(latest) ? before : latest;
}

function isGlobal(status: number): boolean {
  return classOf(status) === 6;
}

function classOf(status: number): number {
  return Math.floor(status / 100);
}

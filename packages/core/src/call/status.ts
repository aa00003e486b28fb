import type { Call, CallStatus } from '@parley/contract';

const allowed: Readonly<Record<CallStatus, readonly CallStatus[]>> = {
  dialing: ['ringing', 'progressing', 'terminating', 'canceling', 'hangup'],
  ringing: ['progressing', 'terminating', 'canceling', 'hangup'],
  progressing: ['terminating', 'hangup'],
  terminating: ['hangup'],
  canceling: ['hangup'],
  hangup: [],
};

export function mayBecome(from: CallStatus, to: CallStatus): boolean {
  return allowed[from].includes(to);
}

/** What a call becomes when we begin to end it: an outgoing one nobody has answered yet is withdrawn. */
export function endingStatus({ direction, status }: Pick<Call, 'direction' | 'status'>): CallStatus {
  const unanswered = status === 'dialing' || status === 'ringing';
  return direction === 'outgoing' && unanswered ? 'canceling' : 'terminating';
}

/** The one place where a call's status changes; a change the table does not allow is a bug. */
export function withStatus(call: Call, status: CallStatus, tmUpdate: string): Call {
  if (!mayBecome(call.status, status)) throw new Error(`a call cannot go from ${call.status} to ${status}`);
  return { ...call, status, tm_update: tmUpdate };
}

import type { Call, CallStatus, HangupReason } from '@parley/contract';

/** Why a leg ended, as Q.850 numbers; from 200 on our own. */
export const cause = {
  unknown: 0,
  unallocatedNumber: 1,
  normalClearing: 16,
  userBusy: 17,
  noUserResponding: 18,
  noAnswer: 19,
  rejected: 21,
  answeredElsewhere: 26,
  noCircuit: 34,
  networkOutOfOrder: 38,
  congestion: 42,
  durationLimit: 200,
  machineDetected: 201,
} as const;

const causeOfSipStatus: Readonly<Record<number, number>> = {
  403: 21,
  404: 1,
  408: 18,
  410: 22,
  480: 19,
  484: 28,
  486: 17,
  487: 16,
  488: 58,
  500: 38,
  501: 29,
  502: 27,
  503: 34,
  600: 17,
  603: 21,
  607: 21,
};

/** The cause that a final SIP response stands for; 38 for a code without a row. */
export function causeOfStatus(sipStatus: number): number {
  return causeOfSipStatus[sipStatus] ?? cause.networkOutOfOrder;
}

const sipStatusOfCause: Readonly<Record<number, number>> = {
  1: 404,
  2: 404,
  3: 404,
  17: 486,
  18: 408,
  19: 480,
  20: 480,
  21: 403,
  22: 410,
  27: 502,
  28: 484,
  29: 501,
  31: 480,
  34: 503,
  38: 500,
  42: 503,
  58: 488,
  66: 503,
  127: 500,
};

/** The final response that refuses an unanswered call for that cause; 480 for a cause without a row. */
export function statusOfCause(q850: number): number {
  return sipStatusOfCause[q850] ?? 480;
}

/** The cause told to the peer when a flow asks for that reason. */
export function causeOfReason(reason: HangupReason): number {
  if (reason === 'failed') return 18;
  if (reason === 'busy') return 17;
  if (reason === 'noanswer' || reason === 'dialout') return 19;
  return reason === 'amd' ? cause.machineDetected : cause.normalClearing;
}

/** Who ended it, read off the status before the end. */
export function hangupBy(last: CallStatus): 'remote' | 'local' {
  return last === 'terminating' || last === 'canceling' ? 'local' : 'remote';
}

export function hangupReason(direction: Call['direction'], last: CallStatus, q850: number): HangupReason {
  if (last === 'progressing') return q850 === cause.durationLimit ? 'timeout' : 'normal';
  if (direction === 'incoming') return incomingReason(last, q850);
  return outgoingReason(last, q850);
}

function incomingReason(last: CallStatus, q850: number): HangupReason {
  if (last !== 'dialing' && last !== 'ringing') return 'normal';
  if (q850 === cause.noAnswer) return 'noanswer';
  return q850 === cause.userBusy ? 'busy' : 'normal';
}

function outgoingReason(last: CallStatus, q850: number): HangupReason {
  if (last === 'canceling') return 'cancel';
  if (last === 'terminating') return q850 === cause.machineDetected ? 'amd' : 'normal';
  return last === 'hangup' ? 'normal' : (unansweredReasons[q850] ?? 'failed');
}

const unansweredReasons: Readonly<Record<number, HangupReason>> = {
  [cause.unknown]: 'dialout',
  [cause.normalClearing]: 'normal',
  [cause.userBusy]: 'busy',
  [cause.noAnswer]: 'noanswer',
  [cause.rejected]: 'noanswer',
  [cause.answeredElsewhere]: 'normal',
};

/** Why a message is refused. Stable words: they are counted, logged and shown on dashboards. */
export type FaultReason =
  | 'empty'
  | 'notSip'
  | 'badStartLine'
  | 'badVersion'
  | 'badStatus'
  | 'badRequestUri'
  | 'requestUriTooLong'
  | 'unsupportedScheme'
  | 'messageTooLarge'
  | 'headersTooLarge'
  | 'headerEndMissing'
  | 'tooManyHeaders'
  | 'headerLineTooLong'
  | 'malformedHeader'
  | 'duplicateHeader'
  | 'missingHeader'
  | 'cseqMismatch'
  | 'bodyTruncated';

/** The status that tells the sender of a request (RFC 3261 section 21.4, 21.5). */
export type FaultStatus = 400 | 414 | 416 | 505 | 513;

/** One thing wrong with a message; `detail` is our own sentence and never repeats foreign text. */
export interface Fault {
  readonly reason: FaultReason;
  readonly detail: string;
  readonly status: FaultStatus;
}

export function fault(reason: FaultReason, detail: string, status: FaultStatus = 400): Fault {
  return { reason, detail, status };
}

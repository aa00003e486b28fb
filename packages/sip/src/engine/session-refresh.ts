import { supported } from './admission.ts';
import type { CallRecord } from './call-record.ts';
import { feed } from './call-runner.ts';
import { contactHeader, type EngineContext } from './context.ts';
import { dialogPath, type DialogOutcome, fatalCause, sendInDialog } from './dialog-client.ts';
import { wishFor } from './renegotiation.ts';
import type { HeaderPair } from './response-builder.ts';
import { agreedExpiry } from './session-expiry.ts';
import { startTimer } from './session-timer.ts';

/**
 * Refreshes a session (RFC 4028 section 7.4): by UPDATE where the peer takes it, as that disturbs nothing, else by a
 * re-INVITE that changes nothing.
 */
export function refreshSession(context: EngineContext, record: CallRecord, now: number): void {
  const { leg, timer, digest } = record;
  if (leg === undefined || timer === undefined) return;
  if (!record.takesUpdate) return wishFor(context, record, { change: {}, reported: false }, now);
  const contact = contactHeader(context, dialogPath(context, leg), /^sips:/i.test(leg.dialog.remoteTarget));
  const headers: HeaderPair[] = [contact, ['Supported', supported], ...timer.headers];
  const update = { method: 'UPDATE', headers };
  sendInDialog(context, leg, digest, update, (outcome, at) => refreshed(context, record, outcome, at), now);
}

function refreshed(context: EngineContext, record: CallRecord, outcome: DialogOutcome, now: number): void {
  const fatal = fatalCause(outcome);
  if (fatal !== undefined) return feed(context, record, { kind: 'lost', cause: fatal }, now);
  if (outcome.kind !== 'response') return;
  const { status, headers } = outcome;
  if (status === 405 || status === 501) {
    // Its Allow promised too much.
    record.takesUpdate = false;
    return refreshSession(context, record, now);
  }
  if (status < 300) return startTimer(context, record, agreedExpiry(headers), true, now);
  if (status === 422 && record.timer?.raise(headers) === true) refreshSession(context, record, now);
}

import { callMachine } from './call-machine.ts';
import { CallRecord } from './call-record.ts';
import type { CallEffect, CallInput, CallState } from './call-state.ts';
import type { EngineContext } from './context.ts';
import { sendInDialog } from './dialog-client.ts';
import { sendAccept, sendProvisional, sendRefusal } from './invite-responses.ts';
import { cancelInvite } from './invite-cancel.ts';
import type { CallId } from './output.ts';
import type { Session } from './session.ts';

/** Makes the record of a new call and puts it into the table. */
export function openCall(
  context: EngineContext,
  callIdHeader: string,
  session: Session,
  state: CallState,
): CallRecord {
  const { deps, deadlines, calls } = context;
  const record = new CallRecord(
    {
      id: deps.token() as CallId,
      callId: callIdHeader,
      localTag: deps.token(),
      session,
      state,
    },
    (woken, now) => feed(context, woken, { kind: 'timer' }, now),
  );
  calls.add(record);
  deadlines.set(record, callMachine.wakeAt(state));
  return record;
}

/** Gives an input to the call's machine and does what it asks for. */
export function feed(context: EngineContext, record: CallRecord, input: CallInput, now: number): void {
  if (record.state.kind === 'ended') return;
  const step = callMachine.step(record.state, input, now, context.config.timers);
  record.state = step.state;
  context.deadlines.set(record, callMachine.wakeAt(step.state));
  for (const effect of step.effects) perform(context, record, effect, now);
  if (step.state.kind === 'ended') retire(context, record, now);
}

/** The call is over; only a BYE under way keeps its dialog known. */
function retire(context: EngineContext, record: CallRecord, now: number): void {
  record.renegotiation?.input({ kind: 'callEnded' }, now);
  record.transfer?.input({ kind: 'callEnded' }, now);
  record.timer?.stop();
  record.received = undefined;
  record.accept = undefined;
  record.early.clear();
  if (record.closing) context.calls.retire(record);
  else context.calls.forget(record);
}

function perform(context: EngineContext, record: CallRecord, effect: CallEffect, now: number): void {
  const { outbox, clients } = context;
  switch (effect.kind) {
    case 'sendProvisional':
      return sendProvisional(context, record, effect.status, now);
    case 'send2xx':
      return sendAccept(context, record, now);
    case 'sendRefusal':
      return sendRefusal(context, record, effect.refusal, now);
    case 'sendCancel':
      if (record.sent !== undefined) cancelInvite(context, record.sent, record.farewell, now);
      return;
    case 'sendBye':
      return sendBye(context, record, now);
    case 'quietInvite':
      if (record.sent !== undefined) clients.quiet(record.sent.transaction);
      return;
    case 'abandonInvite':
      if (record.sent !== undefined) clients.abandon(record.sent.transaction);
      return;
    case 'reportAnswered':
      return outbox.push({ kind: 'answered', call: record.id, media: record.session.media });
    case 'reportAcknowledged':
      return outbox.push({ kind: 'acknowledged', call: record.id, media: record.session.media });
    case 'end':
      return outbox.push({ kind: 'ended', call: record.id, by: effect.by, cause: effect.cause });
  }
}

/** RFC 3261 section 15.1.1; whatever comes back, or nothing, the dialog is over then. */
function sendBye(context: EngineContext, record: CallRecord, now: number): void {
  const { leg, digest, farewell } = record;
  if (leg === undefined) return;
  record.closing = true;
  const bye = { method: 'BYE', headers: farewell };
  sendInDialog(context, leg, digest, bye, () => context.calls.forget(record), now);
}

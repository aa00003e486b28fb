import { parseReplaces, type Replaces } from '../headers/replaces.ts';
import type { Headers } from '../message.ts';
import { fail, ok, type Result } from '../result.ts';
import type { CallRecord } from './call-record.ts';
import type { Refusal } from './call-state.ts';
import type { EngineContext } from './context.ts';
import type { CallId } from './output.ts';
import { noSuchDialog } from './refusals.ts';

/** The call whose dialog a Replaces names, live or just over. */
export function findReplaced(context: EngineContext, replaces: Replaces): CallRecord | undefined {
  const record = context.calls.findByTag(replaces.toTag, replaces.callId);
  return record?.legWith(replaces.fromTag) === undefined ? undefined : record;
}

/** The call an INVITE wants to take the place of (RFC 3891 section 3); undefined when it wants nothing of the kind. */
export function replacedCall(context: EngineContext, headers: Headers): Result<CallId | undefined, Refusal> {
  const value = headers.get('Replaces');
  if (value === undefined) return ok(undefined);
  const replaces = parseReplaces(value);
  if (!replaces.ok) return fail({ status: 400, reason: 'Malformed Replaces header' });
  const record = findReplaced(context, replaces.value);
  if (record === undefined) return fail(noSuchDialog);
  const refusal = refusalOfReplacing(record, replaces.value.earlyOnly);
  return refusal === undefined ? ok(record.id) : fail(refusal);
}

function refusalOfReplacing(record: CallRecord, earlyOnly: boolean): Refusal | undefined {
  switch (record.state.kind) {
    case 'incoming': // An early dialog may only be replaced at the end that made it.
      return noSuchDialog;
    case 'calling':
    case 'proceeding':
      return undefined;
    case 'answered':
    case 'established':
      return earlyOnly ? { status: 486 } : undefined;
    case 'leaving':
    case 'withdrawn':
    case 'ended':
      return { status: 603 };
  }
}

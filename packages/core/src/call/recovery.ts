import { type Activeflow, type Call, nilId, notYet } from '@parley/contract';
import { Decision } from '../decision.ts';
import type { Chance } from '../ports/chance.ts';
import type { Moment } from '../ports/moment.ts';

/**
 * What was live when its process died ends here, with its final events. Nobody is on these lines any more: `local`,
 * because it was our end that failed. One decision for all, so that it happens wholly or not at all, and only once:
 * what is over already is left as it is.
 */
export function closeOrphans(
  calls: readonly Call[],
  activeflows: readonly Activeflow[],
  at: Moment,
  chance: Chance,
): Decision {
  const decision = new Decision(at, chance);
  const { stamp: now } = decision;
  const lanes = new Map(calls.map((call) => [call.id, laneOf(call)]));
  for (const call of calls) {
    if (call.status === 'hangup') continue;
    const ended: Call = {
      ...call,
      status: 'hangup',
      hangup_by: 'local',
      hangup_reason: 'failed',
      tm_update: now,
      tm_hangup: now,
    };
    decision.put('call', ended);
    decision.emit('call_hungup', laneOf(ended), ended);
  }
  for (const activeflow of activeflows) {
    if (activeflow.tm_delete !== notYet) continue;
    const ended: Activeflow = { ...activeflow, tm_update: now, tm_delete: now };
    const { reference_id: callId } = activeflow;
    decision.put('activeflow', ended);
    decision.emit('activeflow_deleted', lanes.get(callId) ?? callId, ended);
  }
  return decision;
}

/** The lane of a call's events: the call that made it, or else itself. */
function laneOf(call: Call): string {
  return call.master_call_id === nilId ? call.id : call.master_call_id;
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Activeflow, type Call, type Instant, notYet } from '@parley/contract';
import type { Decision } from '../decision.ts';
import type { Monotonic } from '../ports/moment.ts';
import { countingChance, id, Scenario } from '../scenario.node.ts';
import { closeOrphans } from './recovery.ts';

const later = { mono: 5 as Monotonic, wall: 1_700_000_000_000_000 as Instant };
const laterText = '2023-11-14 22:13:20.000000';

/** Rows of a call and its activeflow as they stood when the process died. */
function rows(): { call: Call; activeflow: Activeflow } {
  const scenario = Scenario.answered([{ type: 'answer' }, { type: 'block' }]);
  const live = scenario.centre.liveCall(scenario.callId);
  assert.ok(live?.activeflow !== undefined);
  return { call: live.call, activeflow: live.activeflow };
}

function close(calls: readonly Call[], activeflows: readonly Activeflow[]): Decision {
  return closeOrphans(calls, activeflows, later, countingChance());
}

function types(decision: Decision): string[] {
  return decision.events.map((event) => event.type);
}

describe('after a crash', () => {
  it('a call ends by us, failed, and then its activeflow', () => {
    const { call, activeflow } = rows();
    const decision = close([call], [activeflow]);
    assert.deepEqual(types(decision), ['call_hungup', 'activeflow_deleted']);
    const over = {
      ...call,
      status: 'hangup',
      hangup_by: 'local',
      hangup_reason: 'failed',
      tm_update: laterText,
      tm_hangup: laterText,
    };
    const gone = { ...activeflow, tm_update: laterText, tm_delete: laterText };
    assert.deepEqual(decision.puts, [
      { kind: 'call', row: over },
      { kind: 'activeflow', row: gone },
    ]);
    assert.deepEqual(JSON.parse(decision.events[0]?.body ?? ''), { type: 'call_hungup', data: over });
    assert.deepEqual(JSON.parse(decision.events[1]?.body ?? ''), { type: 'activeflow_deleted', data: gone });
  });

  it('a call in any status that is not over ends the same way', () => {
    const { call } = rows();
    for (const status of ['dialing', 'ringing', 'progressing', 'terminating', 'canceling'] as const) {
      const decision = close([{ ...call, status }], []);
      assert.deepEqual(types(decision), ['call_hungup'], status);
    }
  });

  it('a call without an activeflow ends, and an activeflow without its call', () => {
    const { call, activeflow } = rows();
    assert.deepEqual(types(close([call], [])), ['call_hungup']);
    const [lost] = close([], [activeflow]).events;
    assert.equal(lost?.type, 'activeflow_deleted');
    assert.equal(lost.lane, call.id);
  });

  it('events stay in the lane of the call that made it', () => {
    const { call, activeflow } = rows();
    const decision = close([{ ...call, master_call_id: id(77) }], [activeflow]);
    assert.deepEqual(
      decision.events.map((event) => event.lane),
      [id(77), id(77)],
    );
  });

  it('nothing happens when nothing was live', () => {
    const decision = close([], []);
    assert.deepEqual([decision.puts, decision.events, decision.effects], [[], [], []]);
  });

  it('what has been closed is not closed again', () => {
    const { call, activeflow } = rows();
    const first = close([call], [activeflow]);
    const calls = first.puts.flatMap((put) => (put.kind === 'call' ? [put.row] : []));
    const activeflows = first.puts.flatMap((put) => (put.kind === 'activeflow' ? [put.row] : []));
    assert.notEqual(activeflows[0]?.tm_delete, notYet);
    const second = close(calls, activeflows);
    assert.deepEqual([second.puts, second.events], [[], []]);
  });
});

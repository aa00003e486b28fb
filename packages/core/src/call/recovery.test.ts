import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Activeflow,
  type Call,
  type Groupcall,
  type Instant,
  nilId,
  notYet,
  type Recording,
} from '@parley/contract';
import type { Decision } from '../decision.ts';
import type { Monotonic } from '../ports/moment.ts';
import { countingChance, id, noOrphans, Scenario } from '../scenario.node.ts';
import { Switchroom } from '../switchroom.node.ts';
import { closeOrphans, type Orphans, type Recovered } from './recovery.ts';

const later = { mono: 5 as Monotonic, wall: 1_700_000_000_000_000 as Instant };
const laterText = '2023-11-14 22:13:20.000000';

/** Rows of a call and its activeflow as they stood when the process died. */
function rows(): { call: Call; activeflow: Activeflow } {
  const scenario = Scenario.answered([{ type: 'answer' }, { type: 'block' }]);
  const live = scenario.centre.liveCall(scenario.callId);
  assert.ok(live?.activeflow !== undefined);
  return { call: live.call, activeflow: live.activeflow };
}

function recover(orphans: Partial<Orphans>): Recovered {
  return closeOrphans({ ...noOrphans, ...orphans }, later, countingChance());
}

function close(calls: readonly Call[], activeflows: readonly Activeflow[]): Decision {
  return recover({ calls, activeflows }).decision;
}

function types(decision: Decision): string[] {
  return decision.events.map((event) => event.type);
}

function recordingRow(change: Partial<Recording>): Recording {
  return {
    id: id(77),
    type: 'call',
    reference_id: nilId,
    status: 'initiating',
    format: 'wav',
    tm_start: notYet,
    tm_end: notYet,
    tm_create: notYet,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: id(9001),
    activeflow_id: nilId,
    duration: 0,
    paused: false,
    on_end_flow_id: nilId,
    ...change,
  };
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

  it('tells of a call in the lane of the one that made it, over or not', () => {
    const { call } = rows();
    const [first, second, third] = [id(1), id(2), id(3)];
    const made = (callId: string, master: string): Call => ({ ...call, id: callId, master_call_id: master });
    const over: Call = { ...made(first, nilId), status: 'hangup' };
    const { decision } = recover({ calls: [made(third, second), made(second, first)], masters: [over] });
    assert.deepEqual(
      decision.events.map(({ lane }) => lane),
      [first, first],
    );
  });

  it('a group call ends, with none of its calls left', () => {
    const room = new Switchroom();
    const { groupcalls } = room.dial(['devices'], [{ type: 'block' }]);
    const { decision } = recover({ groupcalls });
    assert.deepEqual(types(decision), ['groupcall_hangup']);
    const [put] = decision.puts;
    assert.partialDeepStrictEqual(put?.row, { status: 'hangup', call_count: 0 });
    assert.deepEqual(types(recover({ groupcalls: [{ ...(put?.row as Groupcall) }] }).decision), []);
  });

  it('a room is closed, a conference goes on without those who were in it, and closes when its time has come', () => {
    const { conference } = new Switchroom().createConference({ timeout: 3_600 });
    const inside = { ...conference, call_ids: [id(1)], confbridge_id: id(2) };
    const { decision, conferences } = recover({ conferences: [inside] });
    assert.deepEqual(types(decision), []);
    assert.partialDeepStrictEqual(decision.puts[0]?.row, { call_ids: [], confbridge_id: nilId });
    assert.equal(conferences[0]?.row.status, 'progressing');
    assert.equal(conferences[0]?.deadline, later.mono, 'an hour from when it was made is long over');
  });

  it('a conference of type connect is over with its talk, and one that was closing is closed', () => {
    const { conference } = new Switchroom().createConference({});
    for (const row of [
      { ...conference, type: 'connect' as const },
      { ...conference, status: 'terminating' as const },
    ]) {
      const { decision, conferences } = recover({ conferences: [row] });
      assert.deepEqual(types(decision), ['conference_deleted']);
      assert.deepEqual(conferences, []);
    }
  });

  it('a recording ends with what is in its file', () => {
    const recording = recordingRow({ status: 'recording', reference_id: id(1) });
    const { decision } = recover({ recordings: [recording], recorded: new Map([[recording.id, 1234]]) });
    assert.deepEqual(types(decision), ['recording_finished']);
    assert.partialDeepStrictEqual(decision.puts[0]?.row, {
      status: 'ended',
      duration: 1234,
      tm_end: laterText,
    });
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

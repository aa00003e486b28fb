import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Agent,
  formatTimestamp,
  type Instant,
  notYet,
  type Queue,
  type Queuecall,
} from '@parley/contract';
import { CallCentre } from '../call/call-centre.ts';
import { closeOrphans } from '../call/recovery.ts';
import { Draft } from '../draft.ts';
import type { Moment, Monotonic } from '../ports/moment.ts';
import { agentRow, queueRow, QueueRoom } from '../queue/queue-room.node.ts';
import { countingChance, id, noOrphans } from '../scenario.node.ts';
import { setAgentStatus } from './agent.ts';
import { extendWrapUp, finishWrapUp } from './wrap-up.ts';

/** An agent that rests after its first caller; the call of a second one waits. */
function resting(details = {}, change: Partial<Agent> = {}): QueueRoom {
  const room = QueueRoom.waiting([agentRow(1, change)], details);
  room.answers(0);
  room.anotherCaller(90);
  room.ends(room.legs()[0]?.id ?? '');
  return room;
}

/** A client changes the agent, as the API does it. */
function change(room: QueueRoom, decide: (draft: Draft, row: Agent) => unknown): void {
  room.take(({ at }) => {
    const draft = new Draft(at, room.chance);
    decide(draft, room.agent(1));
    const puts = draft.puts.filter((put) => put.kind === 'agent');
    assert.ok(room.centre.staffChanges({ puts, preconditions: [] }, at));
    return { decision: room.centre.match([id(9001)], at) };
  });
  room.settle();
}

const stored = (row: Agent) => ({ row, version: 1 });
const rest = ['ringing', 'busy service', 'busy wrap_up'];

describe('an agent that rests after a caller', () => {
  it('is told by its row until when, and available from then on', () => {
    const room = resting({ wrap_up_seconds: 30 });
    assert.deepEqual(room.statuses(1), rest);
    assert.ok(room.agent(1).tm_wrap_up_end > room.agent(1).tm_status);
    room.pass(29_900);
    assert.equal(room.legs().length, 1);
    room.pass(200);
    room.settle();
    assert.equal(room.legs().length, 2);
    assert.equal(room.agent(1).tm_wrap_up_end, notYet);
  });

  it('rests for as long as it says itself, whatever the queue says', () => {
    const room = resting({ wrap_up_seconds: 30 }, { wrap_up_seconds: 5 });
    room.pass(5_100);
    room.settle();
    assert.equal(room.legs().length, 2);
  });

  it('rests too when its caller was kicked, or has talked for long enough', () => {
    for (const how of ['kick', 'time'] as const) {
      const room = QueueRoom.waiting([agentRow(1)], { wrap_up_seconds: 30, service_timeout: 60_000 });
      room.answers(0);
      const visit = String(room.last('queuecall_serviced')['id']);
      if (how === 'kick') room.take(({ centre, at }) => centre.kick(visit, at));
      else room.pass(60_000);
      room.settle();
      assert.equal(room.visits().at(-1), 'queuecall_done');
      assert.deepEqual(room.statuses(1), rest, how);
    }
  });

  it('can end it before its time', () => {
    const room = resting({ wrap_up_seconds: 30 });
    change(room, (draft, row) => assert.ok(finishWrapUp(draft, stored(row)).ok));
    assert.equal(room.legs().length, 2, 'the next caller is offered at once');
    assert.equal(room.agent(1).tm_wrap_up_end, notYet);
    room.answers(1);
    room.pass(60_000);
    assert.equal(room.agent(1).status_reason, 'service', 'the old end means nothing any more');
  });

  it('can have more of it, up to an hour', () => {
    const room = resting({ wrap_up_seconds: 30 });
    change(room, (draft, row) => assert.ok(extendWrapUp(draft, stored(row), 60).ok));
    room.pass(89_000);
    assert.equal(room.legs().length, 1);
    room.pass(1_100);
    room.settle();
    assert.equal(room.legs().length, 2);
    const again = resting({ wrap_up_seconds: 3_000 });
    change(again, (draft, row) => assert.ok(extendWrapUp(draft, stored(row), 3_000).ok));
    again.pass(3_599_000);
    assert.equal(again.legs().length, 1);
    again.pass(1_100);
    again.settle();
    assert.equal(again.legs().length, 2);
  });

  it('is what it says to be instead', () => {
    const room = resting({ wrap_up_seconds: 30 });
    change(room, (draft, row) => setAgentStatus(draft, stored(row), 'away', 'lunch'));
    room.pass(60_000);
    assert.equal(room.agent(1).status, 'away');
    assert.equal(room.agent(1).tm_wrap_up_end, notYet);
  });
});

describe('an agent that stays busy after a caller', () => {
  it('is so until it says otherwise', () => {
    const room = resting({ wrap_up_seconds: 10, after_call: 'stay_busy' });
    assert.deepEqual(room.statuses(1), rest);
    room.pass(3_600_000);
    room.settle();
    assert.equal(room.legs().length, 1);
    change(room, (draft, row) => assert.equal(extendWrapUp(draft, stored(row), 5).ok, false));
    change(room, (draft, row) => assert.ok(finishWrapUp(draft, stored(row)).ok));
    assert.equal(room.legs().length, 2);
  });

  it('says so itself, or that it does not, whatever the queue says', () => {
    const stays = resting({}, { after_call: 'stay_busy' });
    assert.equal(stays.agent(1).status_reason, 'wrap_up');
    const available = resting({ after_call: 'stay_busy' }, { after_call: 'available' });
    assert.equal(available.legs().length, 2);
  });
});

describe('an agent that does not rest', () => {
  it('has nothing to extend or to finish', () => {
    for (const row of [agentRow(1), agentRow(1, { status: 'busy', status_reason: 'paperwork' })]) {
      const draft = new Draft(moment(0), countingChance());
      assert.equal(finishWrapUp(draft, stored(row)).ok, false);
      assert.equal(extendWrapUp(draft, stored(row), 10).ok, false);
      assert.deepEqual(draft.puts, []);
    }
  });
});

describe('after the death of the process', () => {
  it('an agent rests for what is left of its time, and then is available', () => {
    const end = formatTimestamp(moment(20_000).wall);
    const tired = agentRow(1, { status: 'busy', status_reason: 'wrap_up', tm_wrap_up_end: end });
    const over = { ...tired, id: id(8002), tm_wrap_up_end: formatTimestamp(moment(-1_000).wall) };
    const staying = { ...tired, id: id(8003), tm_wrap_up_end: notYet };
    const { decision } = closeOrphans(
      { ...noOrphans, agents: [tired, over, staying] },
      moment(0),
      countingChance(),
    );
    assert.deepEqual(decision.puts, []);
    const centre = new CallCentre(countingChance());
    centre.loadStaff(
      [tired, over, staying].map((row) => ({ row, version: 1 })),
      [],
      moment(0),
    );
    const free = (ms: number): string[] =>
      centre.wake(moment(ms)).flatMap(({ puts }) => puts.map(({ row }) => row.id));
    assert.equal(centre.wakeAt(), 0);
    assert.deepEqual(free(0), [over.id]);
    assert.equal(centre.wakeAt(), 20_000);
    assert.deepEqual(free(20_000), [tired.id]);
    assert.equal(centre.wakeAt(), undefined);
  });

  it('an agent that talked with a caller rests as the queue says', () => {
    const talking = agentRow(1, { status: 'busy', status_reason: 'service' });
    const joined = QueueRoom.waiting([]).puts.find((put) => put.kind === 'queuecall');
    assert.ok(joined?.kind === 'queuecall');
    const visit: Queuecall = {
      ...joined.row,
      status: 'service',
      service_agent_id: talking.id,
      tm_service: formatTimestamp(moment(-5_000).wall),
    };
    const after = (queue: Queue): Agent => {
      const orphans = { ...noOrphans, agents: [talking], queuecalls: [visit], queues: [queue] };
      const { decision } = closeOrphans(orphans, moment(0), countingChance());
      const put = decision.puts.find(({ kind }) => kind === 'agent');
      assert.ok(put?.kind === 'agent');
      return put.row;
    };
    const tired = after(queueRow({ wrap_up_seconds: 30 }));
    assert.deepEqual(
      [tired.status, tired.status_reason, tired.tm_wrap_up_end],
      ['busy', 'wrap_up', formatTimestamp(moment(30_000).wall)],
    );
    assert.equal(after(queueRow({ after_call: 'stay_busy' })).tm_wrap_up_end, notYet);
    assert.equal(after(queueRow()).status, 'available');
  });
});

function moment(ms: number): Moment {
  return { mono: ms as Monotonic, wall: (1_700_000_000_000_000 + ms * 1000) as Instant };
}

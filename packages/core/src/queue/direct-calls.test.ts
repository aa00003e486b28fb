import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, nilId, notYet, type Queue } from '@parley/contract';
import { id } from '../scenario.node.ts';
import { address, agentAt, Switchroom } from '../switchroom.node.ts';

const [queueId, mira] = [id(7001), id(8001)];
const stamps = { tm_create: notYet, tm_update: notYet, tm_delete: notYet, customer_id: id(9001) };

const agent: Agent = {
  id: mira,
  username: 'mira',
  name: '',
  detail: '',
  ring_method: 'ringall',
  status: 'available',
  permission: 0,
  tag_ids: [],
  addresses: [address('+4930')],
  ...stamps,
  status_reason: '',
  tm_status: notYet,
  skills: {},
  wrap_up_seconds: 0,
  max_no_answers: 0,
};

const queue: Queue = {
  id: queueId,
  name: '',
  detail: '',
  routing_method: 'longest_idle',
  tag_ids: [],
  wait_actions: [],
  wait_timeout: 0,
  service_timeout: 0,
  wait_queue_call_ids: [],
  service_queue_call_ids: [],
  total_incoming_count: 0,
  total_serviced_count: 0,
  total_abandoned_count: 0,
  total_overflowed_count: 0,
  total_kicked_count: 0,
  total_waittime: 0,
  total_service_duration: 0,
  ...stamps,
  max_length: 0,
  max_wait: 0,
  wrap_up_seconds: 0,
  no_answer: { timeout_seconds: 15, delay_seconds: { noanswer: 5, busy: 5, rejected: 5, failed: 5 }, max: 0 },
  announce: { interval_seconds: 0, position: false, estimated_wait: false },
  overflow: { type: 'exit', target_id: nilId },
  exit_key: '',
};

const toMira = agentAt(mira, 'ring_all', ['+4930']);

function staffed(): Switchroom {
  const room = new Switchroom();
  const puts = [
    { kind: 'queue', row: queue },
    { kind: 'agent', row: agent },
  ] as const;
  room.take(({ centre, at }) => {
    assert.ok(centre.staffChanges({ puts, preconditions: [] }, at));
    return { decision: centre.match([id(9001)], at) };
  });
  return room;
}

function joinsQueue(room: Switchroom): void {
  room.offer([{ type: 'answer' }, { type: 'queue_join', option: { queue_id: queueId } }], true);
  room.settle();
}

function statuses(room: Switchroom): readonly string[] {
  return room.puts.flatMap((put) => (put.kind === 'agent' ? [put.row.status] : []));
}

describe('an agent who is called by somebody', () => {
  it('keeps the status, and is offered nobody until the call is over', () => {
    const room = staffed();
    room.dial([toMira], [{ type: 'block' }]);
    room.rings(0);
    joinsQueue(room);
    assert.deepEqual(statuses(room), [], 'it rings');
    room.answers(0);
    assert.deepEqual(statuses(room), [], 'it talks');
    room.ends(room.outgoing(0).id);
    assert.deepEqual(statuses(room), ['ringing'], 'it is free for whoever waits');
    room.answers(1);
    assert.deepEqual(statuses(room), ['ringing', 'busy']);
  });

  it('goes on serving a caller when a call beside it ends', () => {
    const room = staffed();
    joinsQueue(room);
    room.answers(0);
    room.dial([toMira], [{ type: 'block' }]);
    room.answers(1);
    room.ends(room.outgoing(1).id);
    assert.deepEqual(statuses(room), ['ringing', 'busy']);
    room.ends(room.outgoing(0).id);
    assert.deepEqual(statuses(room), ['ringing', 'busy', 'available']);
  });

  it('who is deleted meanwhile is nobody to be free', () => {
    const room = staffed();
    room.dial([toMira], [{ type: 'block' }]);
    room.take(({ centre, at }) => {
      const gone = {
        kind: 'agent',
        row: { ...agent, tm_delete: agent.tm_status.replace('9999', '2026') },
      } as const;
      assert.ok(centre.staffChanges({ puts: [gone], preconditions: [] }, at));
      return { decision: centre.match([id(9001)], at) };
    });
    room.answers(0);
    room.ends(room.outgoing(0).id);
    assert.equal(room.centre.size, 0);
    assert.equal(room.centre.agents.size, 0);
  });
});

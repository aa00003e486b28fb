import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentAt } from '../switchroom.node.ts';
import { agentRow, QueueRoom, queueRow } from './queue-room.node.ts';

const mira = agentRow(1);
const toMira = agentAt(mira.id, 'ring_all', ['+49301']);

function staffed(): QueueRoom {
  const room = new QueueRoom();
  room.staff([mira], [queueRow()]);
  return room;
}

describe('an agent who is called by somebody', () => {
  it('keeps the status, and is offered nobody until the call is over', () => {
    const room = staffed();
    room.dial([toMira], [{ type: 'block' }]);
    room.rings(0);
    room.anotherCaller(31);
    assert.deepEqual(room.statuses(1), [], 'it rings');
    room.answers(0);
    assert.deepEqual(room.statuses(1), [], 'it talks');
    room.ends(room.outgoing(0).id);
    assert.deepEqual(room.statuses(1), ['ringing'], 'it is free for whoever waits');
    room.answers(1);
    assert.deepEqual(room.statuses(1), ['ringing', 'busy service']);
  });

  it('goes on serving a caller when a call beside it ends', () => {
    const room = staffed();
    room.anotherCaller(31);
    room.answers(0);
    room.dial([toMira], [{ type: 'block' }]);
    room.answers(1);
    room.ends(room.outgoing(1).id);
    assert.deepEqual(room.statuses(1), ['ringing', 'busy service']);
    room.ends(room.outgoing(0).id);
    assert.deepEqual(room.statuses(1), ['ringing', 'busy service', 'available']);
  });

  it('who is deleted meanwhile is nobody to be free', () => {
    const room = staffed();
    room.dial([toMira], [{ type: 'block' }]);
    room.staff([{ ...mira, tm_delete: mira.tm_create }]);
    room.answers(0);
    room.ends(room.outgoing(0).id);
    assert.equal(room.centre.size, 0);
    assert.equal(room.centre.agents.size, 0);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { id } from '../scenario.node.ts';
import { address } from '../switchroom.node.ts';
import { AgentPhones } from './agent-phones.ts';
import { agentRow, extension, QueueRoom } from './queue-room.node.ts';

const atDesk = { addresses: [extension('1001')] };

describe('an agent at an extension', () => {
  it('is offered callers from the moment its phone registers', () => {
    const room = QueueRoom.waiting([agentRow(1, atDesk)]);
    assert.deepEqual(room.legs(), []);
    room.registered('1002');
    assert.deepEqual(room.legs(), []);
    room.registered('1001');
    assert.equal(room.legs().length, 1);
    room.answers(0);
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
  });

  it('is offered none after its phone has gone, and those before it go to the next', () => {
    const room = QueueRoom.waiting([]);
    room.registered('1001');
    room.registered('1001', false);
    room.staff([agentRow(1, atDesk), agentRow(2)]);
    assert.deepEqual(
      room.legs().map(({ owner_id: owner }) => owner),
      [id(8002)],
    );
  });

  it('has missed the caller, who goes to the next at once, when its phone goes while it rings', () => {
    const room = QueueRoom.waiting([]);
    room.registered('1001');
    room.staff([agentRow(1, atDesk)]);
    room.rings(0);
    room.staff([agentRow(2)]);
    room.registered('1001', false);
    const [lost, next] = room.legs();
    assert.deepEqual([lost?.status, lost?.hangup_reason], ['hangup', 'failed']);
    assert.equal(next?.owner_id, id(8002));
    assert.deepEqual(room.visits(), [
      'queuecall_created',
      'queuecall_entering',
      'queuecall_waiting',
      'queuecall_entering',
    ]);
    assert.deepEqual(room.statuses(1), ['ringing', 'available']);
    assert.ok(room.effectsOf(lost?.id ?? '').includes('hangup'), 'its INVITE is taken back');
    room.answers(1);
    room.ends(room.callId);
    assert.equal(room.centre.size, 0);
  });

  it('does not rest for a phone that was gone once it is back', () => {
    const room = QueueRoom.waiting([]);
    room.registered('1001');
    room.staff([agentRow(1, atDesk)]);
    room.registered('1001', false);
    assert.equal(room.legs().length, 1);
    room.pass(120_000);
    assert.equal(room.legs().length, 1, 'nobody is offered to a phone that is not there');
    room.registered('1001');
    assert.equal(room.legs().length, 2);
  });

  it('is set to away when its phone goes too often while it rings', () => {
    const room = QueueRoom.waiting([agentRow(1, { ...atDesk, max_no_answers: 1 })]);
    room.registered('1001');
    room.registered('1001', false);
    assert.deepEqual(room.statuses(1), ['ringing', 'away missed_failed']);
  });

  it('goes on being rung elsewhere, at once or next, when one of its phones goes', () => {
    for (const ring of ['ringall', 'linear'] as const) {
      const addresses = [extension('1001'), address('+4930')];
      const room = QueueRoom.waiting([]);
      room.registered('1001');
      room.staff([agentRow(1, { addresses, ring_method: ring })]);
      room.registered('1001', false);
      assert.deepEqual(
        room.legs().map(({ status }) => status),
        ['hangup', 'dialing'],
      );
      assert.equal(room.visits().at(-1), 'queuecall_entering', 'the offer stands');
      room.answers(1);
      assert.equal(room.visits().at(-1), 'queuecall_serviced');
    }
  });

  it('goes on talking when its phone has gone: the talk ends by itself', () => {
    const room = QueueRoom.waiting([agentRow(1, atDesk)]);
    room.registered('1001');
    room.answers(0);
    room.registered('1001', false);
    assert.equal(room.legs()[0]?.status, 'progressing');
    assert.equal(room.agent(1).status, 'busy');
  });

  it('is found at its new addresses, and not at its old ones', () => {
    const room = QueueRoom.waiting([agentRow(1, atDesk)]);
    room.staff([agentRow(1, { addresses: [extension('1002')] })]);
    room.registered('1001');
    assert.deepEqual(room.legs(), []);
    room.registered('1002');
    assert.equal(room.legs().length, 1);
  });
});

describe('where agents are rung', () => {
  it('is forgotten with them', () => {
    const phones = new AgentPhones();
    phones.put(agentRow(1, { addresses: [extension('1001'), extension('1001@example.com')] }));
    assert.deepEqual(phones.set(id(9001), '1001', true), [id(8001)]);
    assert.deepEqual(phones.set(id(9002), '1001', true), [], 'the same digits of another customer');
    phones.remove(id(8001));
    assert.deepEqual(phones.set(id(9001), '1001', false), []);
  });

  it('is believed of numbers and SIP addresses, and nowhere without any', () => {
    const phones = new AgentPhones();
    const at = (type: 'tel' | 'sip') => ({ customer_id: id(9001), addresses: [{ ...address('1'), type }] });
    assert.ok(phones.isReachable(at('tel')) && phones.isReachable(at('sip')));
    assert.equal(phones.isReachable({ customer_id: id(9001), addresses: [] }), false);
  });
});

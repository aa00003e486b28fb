import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cause } from '../call/cause.ts';
import { agentRow, QueueRoom } from './queue-room.node.ts';

describe('what an agent chooses to be while Parley has a caller for it', () => {
  it('available, in the talk: is offered the next caller the moment the talk is over', () => {
    const room = QueueRoom.waiting([agentRow(1)]);
    room.answers(0);
    room.anotherCaller(90);
    room.staff([{ ...room.agent(1), status: 'available' }]);
    assert.equal(room.legs().length, 1, 'nobody while it talks');
    room.ends(room.callId);
    assert.equal(room.legs()[1]?.master_call_id, '00000000-0000-4000-8000-000000000090');
    assert.equal(room.agent(1).status, 'ringing');
  });

  it('available, in the talk, is idle since the talk ended, not since the one before', () => {
    const room = QueueRoom.waiting([agentRow(1)]);
    room.answers(0);
    room.staff([{ ...room.agent(1), status: 'available' }]);
    room.pass(60_000);
    room.staff([agentRow(2)]);
    room.ends(room.callId);
    room.pass(1_000);
    room.anotherCaller(90);
    assert.equal(room.legs()[1]?.owner_id, agentRow(2).id, 'the second agent is idle for longer');
  });

  it('away or gone, while it is rung: stays so, answers or not', () => {
    for (const status of ['away', 'offline'] as const) {
      const answered = QueueRoom.waiting([agentRow(1)]);
      answered.staff([{ ...answered.agent(1), status, status_reason: 'home' }]);
      answered.answers(0);
      assert.equal(answered.visits().at(-1), 'queuecall_serviced');
      answered.ends(answered.callId);
      assert.deepEqual(answered.statuses(1).slice(-1), ['ringing'], 'Parley says nothing against it');
      assert.equal(answered.agent(1).status, status);

      const missed = QueueRoom.waiting([agentRow(1, { max_no_answers: 1 })]);
      missed.staff([{ ...missed.agent(1), status, status_reason: 'home' }]);
      missed.refuses(0, cause.noAnswer);
      assert.equal(missed.agent(1).status, status);
      assert.equal(missed.agent(1).status_reason, 'home');
    }
  });

  it('busy for a reason of its own, while it is rung: stays so when the caller gives up', () => {
    const room = QueueRoom.waiting([agentRow(1)]);
    room.staff([{ ...room.agent(1), status: 'busy', status_reason: 'paperwork' }]);
    room.ends(room.callId);
    assert.equal(room.agent(1).status, 'busy');
    assert.equal(room.agent(1).status_reason, 'paperwork');
  });

  it('away, and is deleted, while it is rung: the offer comes to an end all the same (simulation seed 1397)', () => {
    for (const [sipCause, outcome] of [
      [cause.noAnswer, 'noanswer'],
      [cause.userBusy, 'busy'],
    ] as const) {
      const room = QueueRoom.waiting([agentRow(1)]);
      const mira = room.agent(1);
      room.staff([{ ...mira, status: 'away' }]);
      room.staff([{ ...mira, status: 'away', tm_delete: mira.tm_create }]);
      room.refuses(0, sipCause);
      assert.equal(room.visits().at(-1), 'queuecall_waiting');
      const told = room.puts.flatMap((put) => (put.kind === 'explanation' ? [put.row] : [])).at(-1);
      assert.equal(told?.offers[0]?.agents[0]?.outcome, outcome);
    }
  });
});

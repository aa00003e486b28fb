import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address, Groupcall } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { id } from '../scenario.node.ts';
import { address, agentAt, Switchroom } from '../switchroom.node.ts';

const [mira, otto] = [id(8001), id(8002)];

function connecting(destinations: readonly Address[], option: Record<string, unknown> = {}): Switchroom {
  return Switchroom.withCaller([{ type: 'connect', option: { destinations, ...option } }, { type: 'block' }]);
}

/** The latest row of each group dial, those first that are members of none. */
function groups(room: Switchroom): readonly Groupcall[] {
  const rows = new Map<string, Groupcall>();
  for (const put of room.puts) if (put.kind === 'groupcall') rows.set(put.row.id, put.row);
  return [...rows.values()].sort((a, b) => a.master_groupcall_id.localeCompare(b.master_groupcall_id));
}

function outgoing(room: Switchroom): readonly string[] {
  return room
    .calls()
    .filter(({ direction }) => direction === 'outgoing')
    .map(({ destination, status, hangup_reason: reason }) => `${destination.target} ${reason || status}`);
}

describe('an agent who is called', () => {
  it('is one group of the own addresses, rung in the own way: linear', () => {
    const room = connecting([agentAt(mira, 'linear', ['+4930', '+4931'])]);
    assert.deepEqual(outgoing(room), ['+4930 dialing']);
    room.rings(0);
    room.refuses(0, cause.noAnswer);
    assert.deepEqual(outgoing(room), ['+4930 noanswer', '+4931 dialing']);
    room.answers(1);
    const [group, ...more] = groups(room);
    assert.equal(more.length, 0);
    assert.partialDeepStrictEqual(group, {
      owner_type: 'agent',
      owner_id: mira,
      ring_method: 'linear',
      answer_call_id: room.outgoing(1).id,
      destinations: [{ target: '+4930' }, { target: '+4931' }],
      groupcall_ids: [],
    });
    assert.deepEqual([room.outgoing(1).owner_type, room.outgoing(1).owner_id], ['agent', mira]);
    assert.equal(room.effectsOf(room.callId).at(-1), 'join');
    room.ends(room.outgoing(1).id);
    assert.equal(groups(room)[0]?.status, 'hangup');
    assert.equal(room.path().at(-1), 'block');
  });

  it('has all addresses rung at once, of which the first to answer ends the others', () => {
    const room = connecting([agentAt(mira, 'ring_all', ['+4930', 'devices'])], { ring_method: 'linear' });
    assert.deepEqual(outgoing(room), ['+4930 dialing', 'devices dialing', 'devices dialing']);
    room.answers(1);
    assert.deepEqual(outgoing(room), ['+4930 cancel', 'devices progressing', 'devices cancel']);
  });

  it('among others is a group within the group, and ends them by answering', () => {
    const room = connecting([address('+4940'), agentAt(mira, 'ring_all', ['+4930', '+4931'])]);
    const [master, member] = groups(room);
    assert.equal(member?.master_groupcall_id, master?.id);
    assert.deepEqual(
      [master?.owner_type, master?.call_count, master?.groupcall_count, master?.groupcall_ids],
      ['', 1, 1, [member?.id]],
    );
    assert.deepEqual([member?.owner_id, member?.call_count], [mira, 2]);
    assert.equal(room.outgoing(1).groupcall_id, member?.id);
    room.answers(1);
    assert.deepEqual(outgoing(room), ['+4940 cancel', '+4930 progressing', '+4931 cancel']);
    assert.partialDeepStrictEqual(groups(room)[0], {
      answer_call_id: room.outgoing(1).id,
      answer_groupcall_id: member?.id,
    });
    assert.equal(room.types().filter((type) => type === 'groupcall_progressing').length, 2);
    room.ends(room.callId);
    assert.deepEqual(
      groups(room).map(({ status, call_count: calls, groupcall_count: members }) => [status, calls, members]),
      [
        ['hangup', 0, 0],
        ['hangup', 0, 0],
      ],
    );
    assert.equal(room.centre.groups.size, 0);
    assert.equal(room.centre.size, 0);
  });

  it('is rung no more when somebody else answers', () => {
    const room = connecting([address('+4940'), agentAt(mira, 'linear', ['+4930', '+4931'])]);
    room.answers(0);
    assert.deepEqual(outgoing(room), ['+4940 progressing', '+4930 cancel']);
    const [master, member] = groups(room);
    assert.deepEqual([master?.status, member?.status], ['progressing', 'hangup']);
    assert.equal(master?.answer_call_id, room.outgoing(0).id);
    room.ends(room.outgoing(0).id);
    assert.equal(room.centre.groups.size, 0);
  });

  it('is one after the other with others: all of the one before the next', () => {
    const both = [agentAt(mira, 'linear', ['+4930', '+4931']), agentAt(otto, 'ring_all', ['+4950'])];
    const room = connecting(both, { ring_method: 'linear' });
    room.refuses(0, cause.userBusy);
    room.refuses(1, cause.userBusy);
    assert.deepEqual(outgoing(room), ['+4930 busy', '+4931 busy', '+4950 dialing']);
    room.refuses(2, cause.noAnswer);
    assert.equal(room.path().at(-1), 'block', 'nobody is left');
    assert.equal(room.centre.groups.size, 0);
  });

  it('relays the reason of the last who did not answer', () => {
    const both = [agentAt(mira, 'ring_all', ['+4930']), agentAt(otto, 'ring_all', ['+4950'])];
    const room = connecting(both, { relay_reason: true });
    room.refuses(0, cause.noAnswer);
    room.refuses(1, cause.userBusy);
    assert.ok(room.effects.some((effect) => effect.kind === 'hangup' && effect.cause === cause.userBusy));
  });

  it('by a client is shown as a group of the agent, and ended as one', () => {
    const room = new Switchroom();
    const { calls, groupcalls } = room.dial([agentAt(mira, 'linear', ['+4930', '+4931'])]);
    assert.equal(calls.length, 0);
    assert.deepEqual(
      groupcalls.map(({ owner_id: owner, call_count: count }) => [owner, count]),
      [[mira, 1]],
    );
    room.take(({ centre, at }) => ({ decision: centre.hangUpGroup(groupcalls[0]?.id ?? '', at) }));
    room.settle();
    assert.deepEqual(outgoing(room), ['+4930 cancel']);
    assert.equal(room.centre.groups.size, 0);
  });

  it('is not called any more when the group that the agent is a member of is ended', () => {
    const room = connecting([address('+4940'), agentAt(mira, 'linear', ['+4930', '+4931'])]);
    room.take(({ centre, at }) => ({ decision: centre.hangUpGroup(groups(room)[0]?.id ?? '', at) }));
    room.settle();
    assert.deepEqual(outgoing(room), ['+4940 cancel', '+4930 cancel']);
    assert.equal(room.centre.groups.size, 0);
    assert.equal(room.path().at(-1), 'block');
  });

  it('is called by the flow action `call` too', () => {
    const destinations = [agentAt(mira, 'ring_all', ['+4930'])];
    const room = Switchroom.withCaller([{ type: 'call', option: { destinations } }, { type: 'block' }]);
    assert.deepEqual(outgoing(room), ['+4930 dialing']);
    assert.equal(room.outgoing(0).owner_id, mira);
    assert.equal(room.path().at(-1), 'block');
  });
});

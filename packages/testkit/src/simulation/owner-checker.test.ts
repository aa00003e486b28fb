import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId } from '@parley/contract';
import { checkOwners, type Holdings } from './owner-checker.ts';
import { Violations } from './violations.ts';

interface Parts {
  readonly calls?: readonly object[];
  readonly rooms?: readonly object[];
  readonly groups?: readonly object[];
  readonly lines?: readonly object[];
  readonly legs?: readonly string[];
  readonly supervisions?: readonly (readonly [string, object])[];
  readonly agents?: readonly (readonly [string, object])[];
  readonly isWriting?: boolean;
}

function call(id: string, changes: object = {}, row: object = {}): object {
  return {
    call: { id, status: 'progressing', groupcall_id: nilId, ...row },
    endCause: undefined,
    dialing: undefined,
    media: 'open',
    roomId: undefined,
    ...changes,
  };
}

/** What is wrong with a server that holds these. */
function found({
  calls = [],
  rooms = [],
  groups = [],
  lines = [],
  legs = [],
  supervisions = [],
  agents = [],
  isWriting = false,
}: Parts): string {
  const byId = new Map(
    (calls as { call: { id: string; status: string } }[]).map((live) => [live.call.id, live]),
  );
  const rows = (of: readonly object[]) => new Map((of as { id: string }[]).map((row) => [row.id, { row }]));
  const violations = new Violations();
  const exchange = {
    centre: {
      rooms: rows(rooms),
      groups: rows(groups),
      supervisions: new Map(supervisions),
      agents: new Map(agents),
      liveCall: (id: string) => byId.get(id),
      callIds: () =>
        [...byId]
          .filter(
            ([
              ,
              {
                call: { status },
              },
            ]) => status !== 'hangup',
          )
          .map(([id]) => id),
    },
    switchboard: { lines: () => new Set(lines) },
  };
  checkOwners({ exchange, legs: new Set(legs), isWriting } as unknown as Holdings, violations);
  return violations.list.join();
}

const line = { callId: 'a', sip: 'leg' };

describe('the checker of owners', () => {
  it('is content with a call and its leg, and with one that is about to be dialled', () => {
    assert.equal(found({ calls: [call('a')], lines: [line], legs: ['leg'] }), '');
    assert.equal(found({ calls: [call('a', { dialing: { begun: 0 }, media: 'opening' })] }), '');
    assert.equal(found({ calls: [call('a')], isWriting: true }), '');
    assert.equal(found({ calls: [call('a', { endCause: 16 })] }), '');
  });

  it('sees a leg that nobody owns and a call that has none', () => {
    assert.match(found({ legs: ['leg'] }), /SIP has a call/);
    assert.match(found({ lines: [line], calls: [call('a')] }), /SIP does not have/);
    assert.match(found({ lines: [line], legs: ['leg'] }), /leg is left of call a/);
    assert.match(found({ calls: [call('a')] }), /call a is progressing and has no leg/);
  });

  it('sees a room that is wrong about who is in it', () => {
    const held = { lines: [line], legs: ['leg'] };
    const room = { id: 'r', status: 'progressing', type: 'conference', call_ids: ['a'] };
    assert.equal(found({ ...held, calls: [call('a', { roomId: 'r' })], rooms: [room] }), '');
    assert.match(found({ rooms: [room] }), /member that is over/);
    assert.match(found({ ...held, calls: [call('a', { roomId: 'other' })], rooms: [room] }), /is in other/);
    assert.match(found({ ...held, calls: [call('a', { roomId: 'r' })] }), /does not know it/);
    assert.match(
      found({ rooms: [{ ...room, call_ids: [], status: 'terminated' }] }),
      /over, and still there/,
    );
    const closing = { ...room, call_ids: [], status: 'terminating', type: 'connect' };
    assert.match(found({ rooms: [closing] }), /nobody to wait for/);
  });

  it('sees a caller who is not answered though whoever is in the room is', () => {
    const lines = [line, { callId: 'b', sip: 'other' }];
    const legs = ['leg', 'other'];
    const rooms = [{ id: 'r', status: 'progressing', type: 'connect', call_ids: ['a', 'b'] }];
    const caller = call('a', { roomId: 'r' }, { status: 'ringing', direction: 'incoming' });
    const callee = (status: string) => call('b', { roomId: 'r' }, { status, direction: 'outgoing' });
    assert.equal(found({ lines, legs, rooms, calls: [caller, callee('ringing')] }), '');
    assert.match(found({ lines, legs, rooms, calls: [caller, callee('progressing')] }), /is not answered/);
  });

  it('sees a group that is wrong about its calls', () => {
    const held = { lines: [line], legs: ['leg'], calls: [call('a', {}, { groupcall_id: 'g' })] };
    const none = { groupcall_count: 0, master_groupcall_id: nilId };
    const group = { id: 'g', call_count: 1, answer_call_id: nilId, ...none };
    assert.equal(found({ ...held, groups: [group] }), '');
    assert.match(found({ ...held, groups: [{ ...group, answer_call_id: 'b' }] }), /goes on though b/);
    assert.match(found(held), /of a group that is over/);
    assert.match(found({ ...held, groups: [{ ...group, call_count: 2 }] }), /counts 2 calls, there are 1/);
    assert.match(found({ groups: [{ ...group, call_count: 0 }] }), /nobody left/);
    const master = { ...group, id: 'm', call_count: 0, groupcall_count: 1 };
    assert.equal(found({ ...held, groups: [master, { ...group, master_groupcall_id: 'm' }] }), '');
    assert.match(found({ ...held, groups: [master, group] }), /counts 1 groups, there are 0/);
  });

  it('sees a supervision that is wrong about its room, and an agent about its calls', () => {
    const lines = [line, { callId: 'b', sip: 'other' }];
    const legs = ['leg', 'other'];
    const room = { id: 'r', status: 'progressing', type: 'conference', call_ids: ['a'] };
    const calls = [call('a', { roomId: 'r' }), call('b', { roomId: 'r' })];
    const supervision = { roomId: 'r', groupId: undefined, supervisorCallId: 'b' };
    const held = { lines, legs, calls, rooms: [room] };
    assert.equal(found({ ...held, supervisions: [['a', supervision]] }), '');
    assert.match(found(held), /does not know it/);
    assert.match(
      found({ ...held, supervisions: [['z', supervision]] }),
      /z is supervised in room r, and not/,
    );
    const rung = { ...supervision, supervisorCallId: undefined, groupId: 'gone' };
    assert.match(found({ ...held, supervisions: [['a', rung]] }), /nobody is called any more/);
    const away = [call('a', { roomId: 'r' }), call('b')];
    assert.match(
      found({ ...held, calls: away, supervisions: [['a', supervision]] }),
      /supervisor of call a is not in room r/,
    );
    const twice = [
      ['a', supervision],
      ['b', supervision],
    ] as const;
    assert.match(found({ ...held, supervisions: twice }), /two supervise/);
    const own = call('a', {}, { owner_type: 'agent', owner_id: 'ann' });
    const called = { lines: [line], legs: ['leg'], calls: [own] };
    assert.equal(found({ ...called, agents: [['ann', { directCalls: 1 }]] }), '');
    assert.match(found({ ...called, agents: [['ann', { directCalls: 0 }]] }), /counts 0 calls of its own/);
  });
});

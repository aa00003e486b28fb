import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFlow } from './check.ts';
import { countingChance, id } from '../scenario.node.ts';
import { address, Switchroom } from '../switchroom.node.ts';

const conference = { type: 'conference', target: id(4711) };
const phone = { target: '+4930' };

function problemsOf(type: string, destinations: readonly object[]): readonly string[] {
  const chance = countingChance();
  const checked = checkFlow([{ type, option: { destinations } }], () => chance.id());
  return checked.ok ? [] : checked.problems.map(({ path, message }) => `${path} ${message}`);
}

describe('a conference among destinations', () => {
  it('is what a connect may go to, and nobody else then', () => {
    assert.deepEqual(problemsOf('connect', [conference]), []);
    const [problem, ...more] = problemsOf('connect', [phone, conference]);
    assert.match(problem ?? '', /destinations\[1\]\.type is conference/);
    assert.deepEqual(more, []);
  });

  it('cannot be called', () => {
    assert.match(problemsOf('call', [conference])[0] ?? '', /destinations\[0\]\.type is conference/);
    assert.deepEqual(problemsOf('call', [phone]), []);
  });

  it('is joined by the caller who is connected to it', () => {
    const room = new Switchroom();
    const { conference: made } = room.createConference({});
    const destinations = [{ ...address(made.id), type: 'conference' }];
    room.offer([{ type: 'connect', option: { destinations } }, { type: 'block' }], true);
    room.settle();
    assert.equal(room.call(room.callId).status, 'progressing');
    assert.deepEqual(room.centre.liveConference(made.id)?.row.call_ids, [room.callId]);
    assert.equal(room.types().includes('groupcall_created'), false);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DayFile } from './day-file.ts';
import { smallDay } from './testing/small-day.ts';
import { whatIf } from './what-if.ts';

function changed(changes: string): DayFile {
  const made = whatIf(smallDay, changes);
  assert.ok(made.ok, changes);
  return made.day;
}

function agents(changes: string): number[] {
  return changed(changes).teams.map((team) => team.agents);
}

describe('what if', () => {
  it('there were more agents, fewer, or so many; in the first team when none is said', () => {
    assert.deepEqual(agents('agents +3'), [9, 3]);
    assert.deepEqual(agents('agents late=-1'), [6, 2]);
    assert.deepEqual(agents('agents late=12'), [6, 12]);
    assert.deepEqual(agents('agents +1, agents late=+1'), [7, 4]);
  });

  it('more or fewer called, everywhere or in one queue', () => {
    const nine = (changes: string) => changed(changes).queues.map((queue) => queue.calls_per_hour['09']);
    assert.deepEqual(nine('calls 120%'), [96, 36, undefined]);
    assert.deepEqual(nine('calls help=+10%'), [80, 33, undefined]);
    assert.deepEqual(nine('calls -50%, agents +1'), [40, 15, undefined]);
  });

  it('leaves the day it was made of alone', () => {
    const before = JSON.stringify(smallDay);
    changed('agents +3, calls 10%');
    assert.equal(JSON.stringify(smallDay), before);
  });

  it('says what it does not understand, and what there is', () => {
    const problem = (changes: string): string => {
      const made = whatIf(smallDay, changes);
      return made.ok ? '' : made.problem;
    };
    assert.match(problem('agents night=+1'), /^there is no team night; there are early, late$/);
    assert.match(problem('calls sales=+1%'), /^there is no queue sales; there are orders, help, experts$/);
    assert.match(problem('agents -7'), /^early cannot have -1 agents/);
    for (const nonsense of ['', 'agents', 'agents +', 'agents 1.5x', 'calls 3', 'talk +1', 'agents + 3'])
      assert.match(problem(nonsense), /is no change: say "agents \+3"/, nonsense);
    assert.match(problem('agents 1.5'), /cannot have 1.5 agents/);
  });
});

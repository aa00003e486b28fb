import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Action, finishActionId, nilId } from '@parley/contract';
import { limits } from '../limits.ts';
import { id } from '../scenario.node.ts';
import { Run } from './run.ts';

/** Actions with these numbers for ids; `3>1` has 1 for its successor. */
function list(...numbers: readonly (number | string)[]): Action[] {
  return numbers.map((each) => {
    const [own = '', next] = String(each).split('>');
    return { id: id(Number(own)), next_id: next === undefined ? nilId : id(Number(next)), type: 'beep' };
  });
}

function numberOf(action: Action | undefined): number | undefined {
  return action === undefined ? undefined : Number(action.id.slice(-12));
}

function walk(run: Run, steps: number): (number | undefined)[] {
  return Array.from({ length: steps }, () => numberOf(run.advance()));
}

function shown(run: Run): (number | undefined)[] {
  return run.actions.map(numberOf);
}

describe('a list of actions', () => {
  it('is walked in its order, then is over', () => {
    assert.deepEqual(walk(new Run(list(1, 2, 3)), 5), [1, 2, 3, undefined, undefined]);
  });

  it('that is empty is over at once', () => {
    assert.deepEqual(walk(new Run([]), 2), [undefined, undefined]);
  });

  it('is walked as next_id says, round and round if it does', () => {
    assert.deepEqual(walk(new Run(list('1>3', 2, '3>2')), 6), [1, 3, 2, 3, 2, 3]);
  });

  it('ends at a next_id that is the finish', () => {
    const [first, ...rest] = list(1, 2);
    assert.ok(first !== undefined);
    const run = new Run([{ ...first, next_id: finishActionId }, ...rest]);
    assert.deepEqual(walk(run, 2), [1, undefined]);
  });

  it('is jumped about in', () => {
    const run = new Run(list(1, 2, 3));
    assert.equal(numberOf(run.jump(id(3))), 3);
    assert.equal(numberOf(run.jump(id(2))), 2);
    assert.deepEqual(walk(run, 2), [3, undefined]);
  });

  it('has no way to what it does not have, and none from the finish', () => {
    const run = new Run(list(1, 2));
    assert.equal(run.jump(id(9)), undefined);
    assert.equal(run.jump(finishActionId), undefined);
    assert.deepEqual(walk(run, 3), [1, 2, undefined]);
  });
});

describe('a nested list', () => {
  function nested(...numbers: readonly (number | string)[]): Run {
    const run = new Run(list(1, 2, 3));
    walk(run, 2);
    assert.equal(run.nest(list(...numbers)), undefined);
    return run;
  }

  it('is walked before what follows its owner, and shown after it while it is in force', () => {
    const run = nested(21, 22);
    assert.deepEqual(shown(run), [1, 2, 21, 22, 3]);
    assert.deepEqual(walk(run, 4), [21, 22, 3, undefined]);
    assert.deepEqual(shown(run), [1, 2, 3]);
  });

  it('that is empty leads on behind its owner', () => {
    assert.deepEqual(walk(nested(), 2), [3, undefined]);
  });

  it('returns to where the next_id of its owner leads', () => {
    const run = new Run(list('1>3', 2, 3));
    walk(run, 1);
    run.nest(list(11));
    assert.deepEqual(walk(run, 3), [11, 3, undefined]);
  });

  it('is left for good by a jump to an action around it', () => {
    const run = nested(21, 22);
    walk(run, 1);
    assert.equal(numberOf(run.jump(id(1))), 1);
    assert.deepEqual(shown(run), [1, 2, 3]);
    assert.deepEqual(walk(run, 3), [2, 3, undefined]);
  });

  it('is left by a next_id that is around it, too', () => {
    assert.deepEqual(walk(nested('21>1', 22), 4), [21, 1, 2, 3]);
  });

  it('may have ids that lists around it have: the innermost counts', () => {
    const run = nested(1, 2, 3);
    assert.deepEqual(shown(run), [1, 2, 1, 2, 3, 3]);
    walk(run, 1);
    assert.equal(numberOf(run.jump(id(3))), 3);
    assert.deepEqual(shown(run), [1, 2, 1, 2, 3, 3]);
    assert.deepEqual(walk(run, 2), [3, undefined]);
  });

  it('may hold another, and another; each returns behind its owner', () => {
    const run = nested(21, 22);
    walk(run, 1);
    run.nest(list(211));
    assert.deepEqual(shown(run), [1, 2, 21, 211, 22, 3]);
    walk(run, 1);
    run.nest([]);
    assert.deepEqual(walk(run, 3), [22, 3, undefined]);
  });

  it('may be put on as the first thing of another, and on the last action of all', () => {
    const run = new Run(list(1));
    walk(run, 1);
    run.nest(list(11));
    walk(run, 1);
    run.nest(list(111, 112));
    assert.deepEqual(walk(run, 3), [111, 112, undefined]);
  });

  it('does not go deeper than the limit', () => {
    const run = new Run(list(1));
    walk(run, 1);
    for (let depth = 0; depth < limits.nesting; depth += 1) {
      assert.equal(run.nest(list(1)), undefined);
      walk(run, 1);
    }
    assert.match(run.nest([]) ?? '', /nested more than 100 deep/);
  });

  it('is not put on when that makes too many actions, or too many bytes', () => {
    const many = Array.from({ length: 400 }, (_, index) => index + 1);
    const run = new Run(list(...many));
    walk(run, 1);
    assert.equal(run.nest(list(...many)), undefined);
    walk(run, 1);
    assert.match(run.nest(list(...many)) ?? '', /1200 actions together; at most 1000/);
    const large = list(1).map((action) => ({ ...action, option: { text: 'x'.repeat(50_000) } }));
    const heavy = new Run(large);
    for (const [index, fits] of [true, true, false].entries()) {
      walk(heavy, 1);
      const problem = heavy.nest(large);
      assert.equal(problem === undefined, fits, `${index}: ${problem}`);
    }
  });
});

describe('a changed option', () => {
  it('is that of the current action, and of no other with its id', () => {
    const run = new Run(list(1, 2));
    walk(run, 1);
    run.nest(list(1, 2));
    walk(run, 1);
    run.rewrite({ loop_count: 1 });
    const options = run.actions.map((action) => action.option);
    assert.deepEqual(options, [undefined, { loop_count: 1 }, undefined, undefined]);
  });

  it('keeps the other keys, and leaves what was shown before as it was', () => {
    const run = new Run([
      { id: id(1), next_id: nilId, type: 'goto', option: { target_id: 'x', loop_count: 2 } },
    ]);
    walk(run, 1);
    const before = run.actions;
    run.rewrite({ loop_count: 1 });
    assert.deepEqual(run.actions[0]?.option, { target_id: 'x', loop_count: 1 });
    assert.equal(before[0]?.option?.['loop_count'], 2);
  });
});

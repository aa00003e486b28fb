import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { type FlowProblem, finishActionId, nilId } from '@parley/contract';
import { id } from '../scenario.node.ts';
import { checkFlow } from './check.ts';

const beep = { type: 'beep' };

function problems(input: unknown): readonly FlowProblem[] {
  const checked = checkFlow(input, randomUUID);
  return checked.ok ? [] : checked.problems;
}

describe('the ways through a flow', () => {
  const spins = (input: unknown): number[] =>
    problems(input).flatMap(({ reason, index }) => (reason === 'endless_loop' ? [index] : []));
  const unreached = (input: unknown): number[] =>
    problems(input).flatMap(({ reason, index }) => (reason === 'unreachable' ? [index] : []));
  const set = { type: 'variable_set', option: { key: 'a' } };
  const to = (number: number) => ({ next_id: id(number) });
  const named = (number: number) => ({ id: id(number) });

  it('go on to the next action, along next_id, to every target, and not past an end', () => {
    const condition = {
      type: 'condition_call_status',
      option: { status: 'ringing', false_target_id: id(3) },
    };
    assert.deepEqual(
      unreached([condition, { ...beep, ...to(4) }, { ...beep, ...named(3) }, { ...beep, ...named(4) }]),
      [],
    );
    assert.deepEqual(unreached([{ ...beep, ...to(3) }, beep, { ...beep, ...named(3) }]), [1]);
    assert.deepEqual(unreached([{ type: 'stop' }, beep, beep]), [1, 2]);
    assert.deepEqual(unreached([{ ...beep, next_id: finishActionId }, beep]), [1]);
  });

  it('do not go on behind a branch that has a default', () => {
    const branch = { type: 'branch', option: { default_target_id: id(3), target_ids: {} } };
    assert.deepEqual(unreached([branch, beep, { ...beep, ...named(3) }]), [1]);
    assert.deepEqual(unreached([{ type: 'branch', option: { default_target_id: nilId } }, beep]), []);
    assert.deepEqual(unreached([{ type: 'branch', option: {} }, beep]), []);
  });

  it('may go round through what takes time', () => {
    const resting = [
      beep,
      { type: 'talk', option: { text: 'a' } },
      { type: 'play', option: { stream_urls: ['http://x/'] } },
      { type: 'echo' },
      { type: 'sleep', option: { duration: 1 } },
      { type: 'digits_receive', option: { duration: 1 } },
      { type: 'block' },
      { type: 'fetch', option: { event_url: 'http://x/' } },
      { type: 'fetch_flow', option: { flow_id: id(9) } },
      { type: 'webhook_send', option: { uri: 'http://x/', sync: true } },
    ];
    for (const action of resting)
      assert.deepEqual(
        problems([
          { ...set, ...named(1) },
          { ...action, ...to(1) },
        ]),
        [],
        action.type,
      );
  });

  it('may not go round through what is done at once', () => {
    const instant = [
      { type: 'answer' },
      set,
      { type: 'talk', option: { text: 'a', async: true } },
      { type: 'webhook_send', option: { uri: 'http://x/' } },
      { type: 'branch', option: {} },
      { type: 'condition_call_digits', option: { false_target_id: finishActionId } },
      { type: 'condition_call_status', option: { status: 'ringing', false_target_id: finishActionId } },
      { type: 'condition_datetime', option: { condition: '==', false_target_id: finishActionId } },
      {
        type: 'condition_variable',
        option: { condition: '==', variable: '', value_type: 'string', false_target_id: finishActionId },
      },
    ];
    for (const action of instant)
      assert.deepEqual(spins([{ ...action, ...named(1), ...to(1) }]), [0], action.type);
  });

  it('may go round counted', () => {
    assert.deepEqual(
      spins([
        { ...set, ...named(1) },
        { type: 'goto', option: { target_id: id(1), loop_count: 5 } },
      ]),
      [],
    );
    const goto = { type: 'goto', option: { target_id: id(1), loop_count: 5 }, ...to(1) };
    assert.deepEqual(spins([{ ...set, ...named(1) }, goto]), [0]);
  });

  it('are told at the first action of each loop, not at what leads into it or out of it', () => {
    const branch = { type: 'branch', option: { target_ids: { 1: id(2), 2: id(4) } } };
    assert.deepEqual(
      spins([
        set,
        branch,
        { ...set, ...named(2) },
        { ...set, next_id: id(2) },
        { ...set, ...named(4) },
        { ...set, next_id: id(4) },
      ]).filter((index) => index < 2),
      [],
    );
    const twoLoops = [
      set,
      { type: 'branch', option: { target_ids: { 1: id(2), 2: id(4) }, default_target_id: finishActionId } },
      { ...set, ...named(2) },
      { ...set, ...to(2) },
      { ...set, ...named(4) },
      { ...set, ...to(4) },
    ];
    assert.deepEqual(spins(twoLoops), [2, 4]);
  });

  it('are found in the largest flow there may be, soon', () => {
    const large = Array.from({ length: 500 }, (_, index) => ({
      type: 'branch',
      ...named(index + 1),
      option: { target_ids: { 1: id(((index + 1) % 500) + 1), 2: id(((index + 250) % 500) + 1) } },
    }));
    const began = performance.now();
    assert.deepEqual(spins(large), [0]);
    assert.ok(performance.now() - began < 5000);
  });
});

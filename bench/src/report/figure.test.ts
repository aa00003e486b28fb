import assert from 'node:assert/strict';
import { it } from 'node:test';
import { atLeast, atMost, describe, describeGoal, type Figure, isMet } from './figure.ts';

const figure: Figure = { id: 'p99', what: 'INVITE to 200, p99', unit: 'ms', values: [16, 12, 14] };

it('a figure is the median of its repeats, with their range', () => {
  assert.equal(describe(figure), '14.0 ms (12.0 to 16.0, 3 times)');
  assert.equal(describe({ ...figure, values: [14], unit: '' }), '14.0');
});

it('a goal is met or missed by the median, its limit included', () => {
  assert.equal(isMet(figure), undefined);
  assert.equal(isMet({ ...figure, goal: atMost(14) }), true);
  assert.equal(isMet({ ...figure, goal: atMost(13.9) }), false);
  assert.equal(isMet({ ...figure, goal: atLeast(14) }), true);
  assert.equal(isMet({ ...figure, goal: atLeast(15) }), false);
});

it('a goal is missed when nothing could be measured', () => {
  assert.equal(isMet({ ...figure, values: [], goal: atMost(15) }), false);
  assert.equal(isMet({ ...figure, values: [], goal: atLeast(15) }), false);
});

it('a goal says in which direction it lies', () => {
  assert.equal(describeGoal({ ...figure, goal: atMost(15) }), '≤ 15.0 ms');
  assert.equal(describeGoal({ ...figure, unit: '', goal: atLeast(5_000) }), '≥ 5,000');
  assert.equal(describeGoal(figure), '');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingChance } from '../scenario.node.ts';
import { limits } from '../limits.ts';
import { checkConference } from './conference-check.ts';

const chance = countingChance();
const newId = (): string => chance.id();

const talks = (count: number) =>
  Array.from({ length: count }, () => ({ type: 'talk', option: { text: 'x'.repeat(4900) } }));

test('actions before and after the room are checked like a flow, and completed', () => {
  const checked = checkConference({ pre_actions: [{ type: 'answer' }], post_actions: [] }, newId);
  assert.ok(checked.kind === 'ok');
  assert.equal(checked.preActions[0]?.type, 'answer');
  assert.notEqual(checked.preActions[0]?.id, undefined);
  assert.deepEqual(checked.postActions, []);
});

test('what is left out stays as it is', () => {
  const checked = checkConference({ pre_actions: [{ type: 'answer' }] }, newId);
  assert.ok(checked.kind === 'ok');
  const standing = { pre_actions: checked.preActions, post_actions: [] };
  const again = checkConference({ data: {} }, newId, standing);
  assert.deepEqual(again, { kind: 'ok', preActions: checked.preActions, postActions: [] });
});

test('a problem has its place in the list it is in', () => {
  for (const list of ['pre_actions', 'post_actions'] as const) {
    const checked = checkConference({ [list]: [{ type: 'answer' }, { type: 'sing' }] }, newId);
    assert.ok(checked.kind === 'invalidFlow');
    assert.deepEqual(
      checked.problems.map(({ path, index, reason }) => [path, index, reason]),
      [[`${list}[1].type`, 1, 'unknown_type']],
    );
  }
});

test('both lists are bounded together', () => {
  assert.equal(checkConference({ pre_actions: talks(20) }, newId).kind, 'ok');
  const checked = checkConference({ pre_actions: talks(20), post_actions: talks(20) }, newId);
  assert.ok(checked.kind === 'invalidFlow');
  assert.deepEqual([checked.problems[0]?.path, checked.problems[0]?.reason], ['post_actions', 'too_large']);
});

test('data is bounded', () => {
  const text = 'x'.repeat(limits.conferenceDataBytes - 100);
  assert.equal(checkConference({ data: { text } }, newId).kind, 'ok');
  const checked = checkConference({ data: { text: `${text}${text}` } }, newId);
  assert.ok(checked.kind === 'invalid');
  assert.deepEqual([checked.problems[0]?.path, checked.problems[0]?.reason], ['data', 'too_long']);
});

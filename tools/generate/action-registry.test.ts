import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registryText } from './action-registry.ts';

test('every action file is imported under a name of its own and listed, in order of name', () => {
  const text = registryText(['fetch.ts', 'fetch-flow.ts', 'answer.ts']);
  assert.ok(text.includes("import { action as answerAction } from './answer.ts';"));
  assert.ok(text.includes("import { action as fetchFlowAction } from './fetch-flow.ts';"));
  assert.ok(text.includes('export const registry = [answerAction, fetchAction, fetchFlowAction] as const;'));
});

test('tests, the registry itself and other files are not actions', () => {
  const text = registryText(['talk.ts', 'talk.test.ts', 'registry.generated.ts', 'README.md', 'Talk.ts']);
  assert.ok(text.includes('export const registry = [talkAction] as const;'));
  assert.equal(text.match(/import /g)?.length, 1);
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type CpuProfile, profileTable, timesOf } from './cpu-profile.ts';

function node(id: number, functionName: string, children: readonly number[] = []) {
  const url = functionName.startsWith('(') ? '' : 'file:///a/packages/sip/src/parse.ts';
  return { id, callFrame: { functionName, url, lineNumber: id }, children };
}

/** walk calls itself once, and read. */
const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', [2, 5]),
    node(2, 'walk', [3]),
    { ...node(3, 'walk', [4]), callFrame: node(2, 'walk').callFrame },
    node(4, 'read'),
    node(5, '(idle)'),
  ],
  samples: [2, 3, 4, 5, 4],
  timeDeltas: [1_000, 2_000, 3_000, 50_000, 4_000],
};

it('time with callees counts recursion once', () => {
  const times = timesOf(profile);
  assert.deepEqual(times.get('walk sip/src/parse.ts:3'), { selfMs: 3, totalMs: 10 });
  assert.deepEqual(times.get('read sip/src/parse.ts:5'), { selfMs: 7, totalMs: 7 });
});

it('the table of a profile leaves out what waited, and begins with what used most', () => {
  const { title, rows } = profileTable('calls, main', profile, 10);
  assert.equal(title, 'Profile of calls, main: 10 ms in functions');
  assert.deepEqual(rows, [
    ['read sip/src/parse.ts:5', '70.0 %', '7', '70.0 %'],
    ['walk sip/src/parse.ts:3', '30.0 %', '3', '100.0 %'],
  ]);
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flow } from './flow-check.ts';
import { createTestTerminal } from './testing/test-terminal.ts';

async function check(input: unknown) {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const terminal = createTestTerminal({}, text);
  const exitCode = await flow.run(['check', '-'], terminal);
  return { exitCode, shown: terminal.shown, complained: terminal.complained };
}

const elsewhere = '0f3c1a2b-1111-4222-8333-444455556666';

describe('parley flow check', () => {
  it('says that a flow is fine, as a list or with its name', async () => {
    const actions = [{ type: 'answer' }, { type: 'hangup' }];
    assert.deepEqual(await check(actions), { exitCode: 0, shown: ['-: ok, 2 actions'], complained: [] });
    assert.equal((await check({ name: 'x', actions })).exitCode, 0);
    assert.deepEqual((await check([{ type: 'hangup' }])).shown, ['-: ok, 1 action']);
  });

  it('names every problem with its place, its reason and what to do', async () => {
    const { exitCode, shown, complained } = await check([
      { type: 'anser' },
      { type: 'talk', option: { txt: 'Hello', language: 'en-US' } },
      { id: 'mine', type: 'hangup' },
      'hangup',
    ]);
    assert.equal(exitCode, 1);
    assert.deepEqual(shown, []);
    const expected = [
      /^-: actions\[0\]\.type \[unknown_type\] "anser" is no action type; known are .*\banswer, /,
      /^-: actions\[1\]\.option\.text \[bad_option\] is needed by talk$/,
      /^-: actions\[1\]\.option\.txt \[bad_option\] is no option of talk; it takes text, /,
      /^-: actions\[2\]\.id \[bad_id\] has to be a UUID/,
      /^-: actions\[3\] \[not_an_action\] has to be an object/,
      /^-: 5 problems; it would not be saved$/,
      /^Where its actions lead is checked once these are mended\.$/,
    ];
    assert.equal(complained.length, expected.length);
    for (const pattern of expected)
      assert.ok(
        complained.some((line) => pattern.test(line)),
        String(pattern),
      );
  });

  it('finds targets that do not exist, and actions nothing leads to', async () => {
    const lost = await check([{ type: 'answer', next_id: elsewhere }]);
    assert.equal(lost.exitCode, 1);
    assert.match(lost.complained[0] ?? '', /^-: actions\[0\]\.next_id \[missing_target\] .*0f3c1a2b/);
    assert.equal(lost.complained.length, 2);
    const unreachable = await check([{ type: 'hangup' }, { type: 'answer' }]);
    assert.match(unreachable.complained[0] ?? '', /actions\[1\] \[unreachable\] .* point a next_id/);
    assert.equal(unreachable.complained[1], '-: 1 problem; it would not be saved');
  });

  it('refuses what is no list at all', async () => {
    const { exitCode, complained } = await check({ actions: 7 });
    assert.equal(exitCode, 1);
    assert.match(complained[0] ?? '', /^-: actions \[not_a_list\]/);
  });

  it('is called wrongly with a file that is not there, no JSON, or no file', async () => {
    await assert.rejects(check('{'), /^UsageError: - is not JSON/);
    const terminal = createTestTerminal();
    await assert.rejects(flow.run(['check', '/no/such/file'], terminal), /^UsageError: .*cannot be read/);
    await assert.rejects(flow.run(['check'], terminal), /^UsageError: usage: parley flow check FILE/);
    await assert.rejects(flow.run(['save', 'x'], terminal), /^UsageError/);
  });
});

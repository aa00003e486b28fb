import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandOf, type Options, parseOptions } from './options.ts';

const known = ['invite', 'calls', 'memory'];

function parsed(line: string): Options {
  const options = parseOptions(line.split(' ').filter(Boolean), known);
  if (!options.ok) assert.fail(options.error);
  return options.value;
}

function refusal(line: string): string {
  const options = parseOptions(line.split(' '), known);
  if (options.ok) assert.fail(`"${line}" was taken`);
  return options.error;
}

describe('options of a run', () => {
  it('are all benchmarks at their usual size when nothing is said', () => {
    const nothing = { quick: false, full: false, writeDocs: false, profile: false };
    assert.deepEqual(parsed(''), { names: known, ...nothing });
  });

  it('are names and flags in any order, each name once', () => {
    const options = parsed('--quick calls --write-docs invite calls');
    assert.deepEqual(options.names, ['calls', 'invite']);
    assert.deepEqual([options.quick, options.writeDocs, options.profile], [true, true, false]);
  });

  it('name what they do not know, and what there is', () => {
    assert.match(refusal('cals'), /^cals is unknown\. Benchmarks: invite, calls, memory\./);
    assert.match(refusal('calls --fast'), /^--fast is unknown\..*--quick, --full, --write-docs, --profile/);
  });

  it('are not quick and full at once', () => {
    assert.match(refusal('--quick --full'), /not both/);
  });

  it('do not let profiled figures into the docs', () => {
    assert.match(refusal('calls --profile --write-docs'), /--profile makes everything slower/);
  });

  it('make a command that parses to the same options again', () => {
    for (const line of ['calls', 'calls --quick', 'calls --full', 'calls --quick --profile']) {
      const command = commandOf('calls', parsed(line));
      assert.equal(command, `npm run bench -- ${line}`);
    }
  });
});

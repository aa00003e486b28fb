import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flagOf, settingKeys, settingTable, variableOf } from '../config/settings.ts';
import { commands, runProgram } from './program.ts';
import { createTestTerminal } from './testing/test-terminal.ts';

async function parley(...args: readonly string[]) {
  const terminal = createTestTerminal({ PARLEY_DATA_DIR: '/no/such/folder' });
  const started: (readonly string[])[] = [];
  const exitCode = await runProgram(args, {
    terminal,
    takeInterrupts: () => undefined,
    startServer: (flags) => {
      started.push(flags);
      return Promise.resolve();
    },
  });
  const [output, complaint] = [terminal.shown.join('\n'), terminal.complained.join('\n')];
  return { exitCode, started, output, complaint };
}

describe('parley', () => {
  it('starts the server when no command is said, with the flags', async () => {
    assert.deepEqual((await parley()).started, [[]]);
    assert.deepEqual((await parley('start', '--http-port', '9000')).started, [['--http-port', '9000']]);
    const { started, exitCode } = await parley('--demo', 'off');
    assert.deepEqual(started, [['--demo', 'off']]);
    assert.equal(exitCode, undefined);
  });

  it('names every command in its help, and says how to get on', async () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { exitCode, output } = await parley(...args);
      assert.equal(exitCode, 0);
      for (const { usage, summary } of commands) {
        assert.ok(output.includes(`parley ${usage}`), usage);
        assert.ok(output.includes(summary), summary);
      }
      assert.match(output, /npx parley call 100/);
    }
  });

  it('fits its help on a terminal of 120 columns', async () => {
    const pages = [['--help'], ['start', '--help'], ...commands.map(({ name }) => [name, '--help'])];
    for (const page of pages) {
      const { output } = await parley(...page);
      for (const line of output.split('\n')) assert.ok(line.length <= 120, line);
    }
  });

  it('lists every setting: flag, variable, what it is without being set, and what it means', async () => {
    const { exitCode, output, started } = await parley('start', '--help');
    assert.equal(exitCode, 0);
    assert.deepEqual(started, []);
    for (const key of settingKeys) {
      const { form, standard, meaning } = settingTable[key];
      const preset = standard === '' ? '' : ` (${standard})`;
      assert.ok(output.includes(`  ${flagOf(key)} ${form}, ${variableOf(key)}${preset}\n`), key);
      assert.ok(output.includes(meaning), key);
    }
  });

  it('explains each command and its exit codes', async () => {
    for (const { name, usage, help } of commands) {
      const { output } = await parley(name, '--help');
      assert.ok(output.startsWith(`parley ${usage}\n`));
      assert.ok(output.includes(help));
      assert.match(output, /Exit code 0/);
      assert.equal((await parley('help', name)).output, output);
    }
  });

  it('tells its version', async () => {
    assert.match((await parley('--version')).output, /^\d+\.\d+\.\d+$/);
  });

  it('says in a sentence how a command is to be called', async () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['dial'], /^parley: there is no command dial; parley --help/],
      [['call'], /say one number/],
      [['call', '1', '2'], /say one number/],
      [['call', '10 0'], /"10 0" is no number/],
      [['call', '100', '--digits', '1x'], /--digits takes/],
      [['call', '100', '--duration', '0'], /--duration takes whole seconds/],
      [['call', '100', '--from', 'a b'], /--from takes/],
      [['call', '100', '--server', 'a:b'], /--server takes HOST:PORT/],
      [['call', '100', '--play', '/no/such.wav'], /\/no\/such\.wav cannot be read/],
      [['call', '100', '--loud'], /'--loud'/],
      [['events', '--since', 'noon'], /'--since'/],
      [['flow', 'check'], /usage: parley flow check FILE/],
    ];
    for (const [args, message] of wrong) {
      const { exitCode, output, complaint } = await parley(...args);
      assert.equal(exitCode, 2, complaint);
      assert.equal(output, '');
      assert.match(complaint, message);
      assert.match(complaint, /^parley: /);
    }
  });

  it('fails, and says what to do, without a key to the API', async () => {
    const { exitCode, complaint } = await parley('events');
    assert.equal(exitCode, 1);
    assert.match(complaint, /no access key: \/no\/such\/folder\/access-key is not there.*PARLEY_ACCESS_KEY/);
  });
});

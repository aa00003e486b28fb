import { text } from 'node:stream/consumers';
import { saveSourceCache } from '../compile-cache.js';
import type { Terminal } from './command.ts';
import { runProgram } from './program.ts';

// Whoever read the output has seen enough, such as `head`.
process.stdout.on('error', (error: { code?: string }) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const interrupt = new AbortController();

const terminal: Terminal = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  readAll: () => text(process.stdin),
  environment: process.env,
  interrupted: interrupt.signal,
};

const exitCode = await runProgram(process.argv.slice(2), {
  terminal,
  // Once: the second Ctrl-C finds no listener and ends the process.
  takeInterrupts: () => process.once('SIGINT', () => interrupt.abort()),
  startServer: async (flags) => {
    const { main } = await import('../main.ts');
    await main(flags);
    saveSourceCache();
  },
});
if (exitCode !== undefined) process.exitCode = exitCode;

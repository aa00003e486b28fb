import { readSound, type SoundDescription } from './phone/sdp-text.ts';
import type { SippRun } from './sipp.ts';
import { until } from './until.ts';

/** It has to have gone as the scenario says. */
export async function succeeded(run: SippRun): Promise<void> {
  const { code, signal } = await run.end();
  if (code === 0) return;
  const messages = await run.messages();
  throw new Error(`SIPp ended with ${signal ?? code}; its last messages:\n${messages.slice(-5000)}`);
}

/** The latest description of its sound that the server has sent. */
export async function soundOfServer(run: SippRun): Promise<SoundDescription> {
  return await until('a description of the sound of the server', async () => {
    const received = (await messagesOf(run)).filter((text) => text.includes(' message received '));
    const described = received.findLast((text) => text.includes('m=audio'));
    return described === undefined ? undefined : readSound(described);
  });
}

/** What it has sent and got so far, each with a line before it that says which. */
export async function messagesOf(run: SippRun): Promise<string[]> {
  return (await run.messages()).split(/^-{10,}.*$/m);
}

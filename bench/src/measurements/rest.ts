import { setTimeout as pause } from 'node:timers/promises';
import type { ServerUnderTest } from '../programs/server.ts';
import type { Stage } from '../stage.ts';

/** Timers B, D, F, H and J of SIP, 64 * T1 (RFC 3261, table 4): so long a transaction is remembered after a call. */
export const sipTimersSeconds = 32;
/** Beyond them a SIP table that is not empty leaks. */
const longestRestMs = (sipTimersSeconds + 28) * 1000;
const lookMs = 500;

/** Resolves when SIP remembers nothing of any call; follows the memory meanwhile. Throws when it never forgets. */
export async function rest(
  stage: Stage,
  server: ServerUnderTest,
): Promise<{ readonly highestMb: number; readonly seconds: number }> {
  stage.say(`waiting for SIP's timers: ${sipTimersSeconds} s`);
  const began = performance.now();
  let highestMb = server.residentMb;
  for (let left = await sipEntries(server); left > 0; left = await sipEntries(server)) {
    if (performance.now() - began > longestRestMs)
      throw new Error(`SIP still holds ${left} entries ${longestRestMs / 1000} s after the last call`);
    await pause(lookMs);
    highestMb = Math.max(highestMb, server.residentMb);
  }
  return { highestMb, seconds: (performance.now() - began) / 1000 };
}

/** Transactions, dialogs and all else that the SIP engine remembers. */
async function sipEntries(server: ServerUnderTest): Promise<number> {
  const tables = [...(await server.api.metrics())].filter(([name]) =>
    name.startsWith('parley_sip_table_size{'),
  );
  if (tables.length === 0) throw new Error('the server does not tell how large its SIP tables are');
  return tables.reduce((total, [, entries]) => total + entries, 0);
}

import { parseArgs } from 'node:util';
import type { LoggedEvent } from '@parley/contract';
import type { ReadEvents } from './api-client.ts';
import type { Command, Terminal } from './command.ts';

const longPollSeconds = 25;

export const events: Command = {
  name: 'events',
  usage: 'events [options]',
  summary: 'Shows the event log of a running Parley.',
  help: `  --follow        goes on with what happens from now on, until Ctrl-C
  --type TYPES    only these, such as call_created,call_hungup
  --after CURSOR  only what follows it; each event of --json has its cursor
  --json          whole events, one a line

Finds the server by PARLEY_HOST and PARLEY_HTTP_PORT, and the key to it in PARLEY_ACCESS_KEY or in the data
folder (PARLEY_DATA_DIR). Times are UTC.

Exit code 0: all was shown. 1: the server cannot be reached, or refuses.`,
  async run(args, terminal) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        follow: { type: 'boolean', default: false },
        type: { type: 'string', default: '' },
        after: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
      },
    });
    const { createEventReader } = await import('./api-client.ts');
    const { serverAddress } = await import('./server-address.ts');
    const { eventLine } = await import('./event-line.ts');
    const read = createEventReader(serverAddress(terminal.environment));
    const after = values.after === '' && values.follow ? 'latest' : values.after;
    const show = values.json ? JSON.stringify : eventLine;
    return await showEvents(read, { after, follow: values.follow, types: values.type }, show, terminal);
  },
};

export interface EventRange {
  readonly after: string;
  /** Goes on until interrupted. */
  readonly follow: boolean;
  /** With commas; empty for all. */
  readonly types: string;
}

/** Shows events line by line; answers the exit code. */
export async function showEvents(
  read: ReadEvents,
  { after: begin, follow, types }: EventRange,
  show: (event: LoggedEvent) => string,
  { out, interrupted }: Terminal,
): Promise<number> {
  const waitSeconds = follow ? longPollSeconds : 0;
  try {
    for (let after = begin; !interrupted.aborted; ) {
      const { result, next_cursor } = await read({ after, waitSeconds, types }, interrupted);
      for (const event of result) out(show(event));
      // A server that filters looks at so many events at a time: only a cursor that stands still is the end.
      if (!follow && result.length === 0 && next_cursor === after) return 0;
      after = next_cursor;
    }
  } catch (error) {
    if (!interrupted.aborted) throw error;
  }
  return 0;
}

import { parseArgs } from 'node:util';
import { ApiClient } from './api-client.ts';
import type { Command, Terminal } from './command.ts';
import { eventLine } from './event-line.ts';
import { serverAddress } from './server-address.ts';

const longPollSeconds = 25;

export const events: Command = {
  name: 'events',
  usage: 'events [--follow] [--type TYPE,TYPE] [--after CURSOR] [--json]',
  summary: 'Shows the event log of a running Parley.',
  help: `  --follow       goes on with what happens from now on, until Ctrl-C
  --type TYPES   only these, such as call_created,call_hungup
  --after CURSOR only what follows; every event of --json has its cursor
  --json         whole events, one a line

Finds the server by PARLEY_HOST and PARLEY_HTTP_PORT, its key by PARLEY_ACCESS_KEY or in PARLEY_DATA_DIR.`,
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
    const client = new ApiClient(serverAddress(terminal.environment));
    const after = values.after === '' && values.follow ? 'latest' : values.after;
    return await print(client, { ...values, after }, terminal);
  },
};

interface What {
  readonly follow: boolean;
  readonly type: string;
  readonly after: string;
  readonly json: boolean;
}

async function print(client: ApiClient, what: What, terminal: Terminal): Promise<number> {
  let after = what.after;
  while (!terminal.interrupted.aborted) {
    const wait = what.follow ? longPollSeconds : 0;
    const feed = await client.events(after, wait, terminal.interrupted, what.type).catch((error: unknown) => {
      if (terminal.interrupted.aborted) return undefined;
      throw error;
    });
    if (feed === undefined) return 0;
    for (const event of feed.result) terminal.out(what.json ? JSON.stringify(event) : eventLine(event));
    after = feed.next_cursor;
    if (!what.follow && feed.result.length === 0) return 0;
  }
  return 0;
}

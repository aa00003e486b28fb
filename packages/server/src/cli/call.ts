import { parseArgs } from 'node:util';
import { type Command, type Terminal, UsageError } from './command.ts';
import type { CallOptions } from './phone/place-call.ts';
import { parseServer, serverAddress } from './server-address.ts';

/** A call nobody ends by hand ends by itself. */
const standardSeconds = 120;
const longestSeconds = 7200;
/** As many as one command presses; a telephone number is under twenty. */
const mostKeys = 64;

export const call: Command = {
  name: 'call',
  usage: 'call NUMBER [options]',
  summary: 'Calls a number and shows what happens: a phone in the terminal.',
  help: `  --digits KEYS        presses these keys (0-9 * # A-D), one after another. Each waits its turn: until the other
                       side has spoken and then paused for 0.7 s; or has not begun to speak, for 6 s after the
                       answer or 1.5 s after a key; and never longer than 15 s
  --play FILE.wav      says this to the other side, once, after the keys; waits its turn in the same way
  --record FILE.wav    writes down what is heard: 8 kHz, 16 bit, mono; complete also after Ctrl-C
  --duration SECONDS   hangs up so long after the answer; ${standardSeconds} when left out, at most ${longestSeconds}
  --from NAME          who calls: a number or name; a random number of five digits when left out
  --server HOST:PORT   where the server takes calls; left out, as in its settings (PARLEY_HOST, PARLEY_SIP_PORT)
  --no-events          shows only the phone, not the events that the call causes in the server

Ctrl-C hangs up; pressed again, it quits at once. Events are read from the API at the same host, port
PARLEY_HTTP_PORT, with the access key in PARLEY_ACCESS_KEY or in the data folder (PARLEY_DATA_DIR).

Exit code 0: it was answered and somebody hung up. 1: it was refused, nobody answered, or it broke off.

Examples, with the numbers of the demo

  parley call 100 --digits 1 --record hello.wav
  parley call 101 --duration 8`,
  async run(args, terminal) {
    const options = readOptions(args, terminal);
    const { placeCall } = await import('./phone/place-call.ts');
    return await placeCall(options, terminal);
  },
};

function readOptions(args: readonly string[], terminal: Terminal): CallOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      digits: { type: 'string', default: '' },
      record: { type: 'string' },
      play: { type: 'string' },
      duration: { type: 'string', default: String(standardSeconds) },
      from: { type: 'string' },
      server: { type: 'string' },
      'no-events': { type: 'boolean', default: false },
    },
  });
  const settings = serverAddress(terminal.environment);
  return {
    number: readNumber(positionals),
    keys: readKeys(values.digits),
    from: readFrom(values.from),
    recordTo: values.record,
    playFrom: values.play,
    talkMs: readDuration(values.duration) * 1000,
    server: values.server === undefined ? settings : { ...settings, ...parseServer(values.server) },
    showEvents: !values['no-events'],
  };
}

/** What may stand before the @ of a SIP address without being escaped, and what the server takes as a number. */
const userPattern = /^[A-Za-z0-9_.+*#-]{1,64}$/;

function readNumber(positionals: readonly string[]): string {
  const [number, ...rest] = positionals;
  if (number === undefined || rest.length > 0)
    throw new UsageError('say one number to call, such as: parley call 100');
  if (!userPattern.test(number))
    throw new UsageError(
      `${JSON.stringify(number)} is no number: letters, digits and _ . + * # - may be dialled`,
    );
  return number;
}

function readKeys(text: string): string {
  const keys = text.toUpperCase();
  if (/^[0-9*#A-D]*$/.test(keys) && keys.length <= mostKeys) return keys;
  throw new UsageError(`--digits takes up to ${mostKeys} of 0-9 * # A-D, not ${JSON.stringify(text)}`);
}

function readFrom(text: string | undefined): string | undefined {
  if (text === undefined || userPattern.test(text)) return text;
  throw new UsageError(`--from takes up to 64 letters, digits and _ . + * # -, not ${JSON.stringify(text)}`);
}

function readDuration(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= longestSeconds) return seconds;
  throw new UsageError(
    `--duration takes whole seconds from 1 to ${longestSeconds}, not ${JSON.stringify(text)}`,
  );
}

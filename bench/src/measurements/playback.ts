import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type CpuUse, serverTime } from '../machine/cpu-meter.ts';
import type { Heard } from '../peers/sound-sink.ts';
import type { Figure } from '../report/figure.ts';
import type { Stage } from '../stage.ts';
import { pretty } from '../statistics.ts';
import { type Benchmark, type Findings, setUpSeconds } from './benchmark.ts';
import { hangUp, hold, holdSeconds, startAnswering } from './load.ts';
import type { Sizes } from './sizes.ts';

/** Longer than it takes to begin all calls and to measure them. */
const promptSeconds = 300;
/** A step is good when the phones missed nothing and hardly an interval was uneven beyond what any jitter buffer takes. */
const bounds = { lost: 0.0001, p99Ms: 20 } as const;
/** Streams to one socket: few enough that the packets of one tick never fill its buffer. */
const streamsPerEar = 40;

interface Step {
  readonly legs: number;
  readonly heard: Heard;
  readonly use: CpuUse;
  /** Packets that should have come. */
  readonly due: number;
}

export const playback: Benchmark = {
  name: 'playback',
  title: 'Playback',
  how: ({ playback: { steps, step } }) => [
    `Calls that all hear a ${promptSeconds} s WAV file at once, G.711, 20 ms packets: ${steps.join(', ')} legs, each step for ${step} s.`,
    'Heard by phones in a process of their own, which count gaps and how far the packets of a stream are from 20 ms apart.',
    `Good: lost below ${bounds.lost * 100} %, p99 of the unevenness at most ${bounds.p99Ms} ms.`,
  ],
  seconds: ({ playback: { steps, step } }) =>
    setUpSeconds + steps.length * (step + 1) + holdSeconds(Math.max(...steps)),
  async run(stage, { playback: size }) {
    const prompt = await servePrompt();
    try {
      return findingsOf(await climb(stage, prompt, size));
    } finally {
      prompt.close();
      prompt.closeAllConnections();
    }
  },
};

async function climb(
  stage: Stage,
  prompt: Server,
  { steps: tried, step: seconds }: Sizes['playback'],
): Promise<Step[]> {
  const url = `http://127.0.0.1:${(prompt.address() as AddressInfo).port}/prompt.wav`;
  const server = await startAnswering(stage, [
    { type: 'answer' },
    { type: 'play', option: { stream_urls: [url] } },
  ]);
  const [caller, sink] = [await stage.caller(), await stage.soundSink()];
  const steps: Step[] = [];
  let open = 0;
  for (const count of tried) {
    const rtpPorts = await sink.ask('open', { count: Math.ceil(count / streamsPerEar) });
    await hold(caller, server, { calls: count - open, rtpPorts });
    open = count;
    await pause(1_000);
    const { value: heard, use } = await stage.measure(server, `${count} legs`, async () => {
      await sink.ask('reset', undefined);
      await pause(seconds * 1000);
      return await sink.ask('report', undefined);
    });
    steps.push({ legs: count, heard, use, due: (count * use.ms) / 20 });
    if (!isGood(steps.at(-1))) break;
  }
  await hangUp(caller);
  return steps;
}

function isGood(step: Step | undefined): boolean {
  if (step === undefined) return false;
  const { heard, due } = step;
  const missing = Math.max(heard.lost - heard.dropped, due * 0.99 - heard.packets);
  return missing <= due * bounds.lost && heard.unevenness.p99 <= bounds.p99Ms;
}

function findingsOf(steps: readonly Step[]): Findings {
  const good = steps.filter(isGood);
  const best = good.at(-1);
  const perLeg = ({ use, legs: count }: Step): number => (100 * serverTime(use).all) / use.ms / count;
  const tried = good.length === steps.length ? ' (the most tried)' : '';
  const figures: Figure[] = [
    { id: 'legs', what: `Legs playing at once, in time${tried}`, unit: 'legs', values: [best?.legs ?? 0] },
    {
      id: 'cpu',
      what: `CPU per playing leg, at ${best?.legs ?? 0} legs`,
      unit: '% of a core',
      values: best === undefined ? [] : [perLeg(best)],
    },
    {
      id: 'uneven',
      what: 'Unevenness of packets there, p99',
      unit: 'ms',
      values: best === undefined ? [] : [best.heard.unevenness.p99],
    },
  ];
  const rows = steps.map((step) => {
    const { legs: count, heard, use, due } = step;
    return [
      String(count),
      String(heard.streams),
      `${pretty((100 * heard.packets) / due)} %`,
      String(heard.lost - heard.dropped),
      String(heard.dropped),
      ...[heard.unevenness.p50, heard.unevenness.p99, heard.unevenness.max, heard.jitter.p50].map(pretty),
      String(heard.late),
      pretty(perLeg(step)),
      pretty((100 * serverTime(use).media) / use.ms / count),
      isGood(step) ? 'good' : '',
    ];
  });
  const columns = [
    'legs',
    'streams',
    'of the packets due',
    'lost',
    'dropped by us',
    'uneven p50 ms',
    'p99',
    'max',
    'jitter p50',
    'intervals of 40 ms or more',
    'server % per leg',
    'media thread % per leg',
    '',
  ];
  return {
    figures,
    tables: [{ title: 'Legs playing at once', columns, rows }],
    uses: steps.map(({ legs: count, use }) => ({ phase: `${count} legs`, use })),
  };
}

function servePrompt(): Promise<Server> {
  const wav = promptWav();
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': wav.length }).end(wav);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** A rising and falling tone, 8 kHz, 16 bit, mono. */
function promptWav(): Buffer {
  const sampleRate = 8000;
  const bytes = promptSeconds * sampleRate * 2;
  const wav = Buffer.alloc(44 + bytes);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + bytes, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(bytes, 40);
  for (let at = 0; at < bytes / 2; at += 1) {
    const second = at / sampleRate;
    wav.writeInt16LE(
      Math.round(8000 * Math.sin(2 * Math.PI * (400 * second + 100 * Math.sin(second)))),
      44 + at * 2,
    );
  }
  return wav;
}

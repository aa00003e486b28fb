import { spawn } from 'node:child_process';
import type { Codec } from '../phone/sdp-text.ts';
import { wavOfG711, wavOfLinear } from './wav-file.ts';

/** What `sox` says about a sound. */
export interface SoundFigures {
  readonly seconds: number;
  /** Of full scale. */
  readonly rms: number;
  readonly peak: number;
}

const soxNames: Readonly<Record<Codec, string>> = { PCMU: 'mu-law', PCMA: 'a-law' };

/** What comes out of it as samples of 16 bits, without a header. */
const linear = ['-t', 'raw', '-e', 'signed-integer', '-b', '16', '-L', '-'];

/** The samples of G.711, decoded by a program that is not ours. */
export async function decode(codec: Codec, sound: Uint8Array): Promise<Int16Array> {
  const { output } = await sox(['-t', 'wav', '-', ...linear], wavOfG711(codec, sound));
  return new Int16Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.length));
}

/** Of a sound file of 16-bit samples at 8 kHz, as phones write what they hear. */
export const bytesPerMs = 16;

/** The samples of a sound file at 8 kHz; none when it is empty or not finished yet. */
export async function decodeFile(path: string): Promise<Int16Array> {
  const { output } = await sox([path, '-r', '8000', '-c', '1', ...linear]);
  return new Int16Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.length));
}

export async function measure(codec: Codec, sound: Uint8Array): Promise<SoundFigures> {
  const { said } = await sox(['-t', 'wav', '-', '-n', 'stat'], wavOfG711(codec, sound));
  const figure = (name: string): number => {
    const line = said.split('\n').find((each) => each.startsWith(name));
    if (line === undefined) throw new Error(`sox says nothing about ${name}: ${said}`);
    return Number(line.slice(line.indexOf(':') + 1));
  };
  return {
    seconds: figure('Length (seconds)'),
    rms: figure('RMS     amplitude'),
    peak: figure('Maximum amplitude'),
  };
}

/** What is in a sound file, as another program reads it. */
export interface SoundFile {
  readonly rate: number;
  /** Left first. */
  readonly channels: readonly Int16Array[];
  readonly ms: number;
}

/** Reads sound files of 16-bit samples, all of one kind; throws when there is anything in one to complain about. */
export async function readSoundFiles(paths: readonly string[]): Promise<SoundFile[]> {
  const { output, said } = await sox(['-V2', ...paths, ...linear]);
  if (said !== '') throw new Error(`sox says of ${paths.join(' ')}: ${said}`);
  const [count = 0] = await soundInfo('-c', paths);
  const [rate = 0] = await soundInfo('-r', paths);
  const all = new Int16Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.length));
  let at = 0;
  return (await soundInfo('-s', paths)).map((length) => {
    const samples = all.subarray(at, at + length * count);
    at += length * count;
    const channels = Array.from({ length: count }, (_, channel) =>
      Int16Array.from({ length }, (_sample, index) => samples[index * count + channel] ?? 0),
    );
    return { rate, channels, ms: (length / rate) * 1000 };
  });
}

async function soundInfo(what: '-c' | '-r' | '-s', paths: readonly string[]): Promise<number[]> {
  const { output } = await sox(['--info', what, ...paths]);
  return output.toString('utf8').trim().split('\n').map(Number);
}

/** A sine tone as bytes of G.711; `volume` is its peak, of full scale. */
export async function tone(codec: Codec, hertz: number, seconds: number, volume = 0.5): Promise<Buffer> {
  const format = ['-r', '8000', '-c', '1', '-e', soxNames[codec], '-b', '8', '-t', 'raw', '-'];
  const { output } = await sox([
    '-n',
    ...format,
    'synth',
    `${seconds}`,
    'sine',
    `${hertz}`,
    'vol',
    `${volume}`,
  ]);
  return output;
}

/** A sine tone as a WAV file of 16-bit samples at any rate. */
export async function toneFile(hertz: number, seconds: number, rate: number): Promise<Buffer> {
  const format = ['-r', `${rate}`, '-c', '1', ...linear];
  const { output } = await sox(['-n', ...format, 'synth', `${seconds}`, 'sine', `${hertz}`, 'vol', '0.5']);
  return wavOfLinear(rate, output);
}

function sox(args: readonly string[], input?: Uint8Array): Promise<{ output: Buffer; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('sox', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve({ output: Buffer.concat(output), said })
        : reject(new Error(`sox ${args.join(' ')} ended with ${code}: ${said}`)),
    );
    // It may have what it needs before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

import type { SeededRandom } from '../seeded-random.ts';

type Mutation = (bytes: Buffer, random: SeededRandom) => Buffer;

const nasties = [
  '',
  '\0',
  '%00',
  '<<<>>>',
  '"',
  '\\"',
  ';;;;',
  ',,,,',
  '*',
  '-1',
  '0',
  '4294967296',
  '99999999999999999999',
  '[::1]:99999',
  'sip:',
  'sip:@:;?',
  'tel:+1',
  '\u{1f4de}'.repeat(20),
  'z9hG4bK',
  'a'.repeat(9000),
  'a,'.repeat(300),
  ';a=b'.repeat(100),
  '('.repeat(500),
  'SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1',
  'SIP/2.0',
  'v=0\r\nm=audio 0 RTP/AVP\r\n',
];

const flipBytes: Mutation = (bytes, random) => {
  const changed = Buffer.from(bytes);
  for (let n = 0; n <= random.below(8); n += 1) changed[random.below(changed.length)] = random.below(256);
  return changed;
};

const cutOut: Mutation = (bytes, random) => {
  const from = random.below(bytes.length);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random.below(40))]);
};

const breakOff: Mutation = (bytes, random) => bytes.subarray(0, random.below(bytes.length));

const repeat: Mutation = (bytes, random) => {
  const from = random.below(bytes.length);
  const part = bytes.subarray(from, from + 1 + random.below(60));
  const times = Array.from({ length: 1 + random.below(100) }, () => part);
  return Buffer.concat([bytes.subarray(0, from), ...times, bytes.subarray(from)]);
};

const insertNoise: Mutation = (bytes, random) => {
  const at = random.below(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(100)), bytes.subarray(at)]);
};

/** Changes the lines of the text. */
function ofLines(change: (lines: string[], random: SeededRandom) => string[]): Mutation {
  return (bytes, random) =>
    Buffer.from(change(bytes.toString('latin1').split('\r\n'), random).join('\r\n'), 'latin1');
}

const dropLine = ofLines((lines, random) => lines.toSpliced(random.below(lines.length), 1));

const doubleLine = ofLines((lines, random) => {
  const at = random.below(lines.length);
  const copies = Array.from({ length: random.pick([1, 2, 10, 250]) }, () => lines[at] ?? '');
  return lines.toSpliced(at, 0, ...copies);
});

const moveLine = ofLines((lines, random) => {
  const [line = ''] = lines.slice(random.below(lines.length));
  return lines.toSpliced(random.below(lines.length), 0, line);
});

const spoilValue = ofLines((lines, random) => {
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const colon = line.indexOf(':');
  return lines.toSpliced(at, 1, `${line.slice(0, colon + 1)} ${random.pick(nasties)}`);
});

const spoilPart = ofLines((lines, random) => {
  const at = random.below(lines.length);
  const parts = (lines[at] ?? '').split(/(?<=[;:@<>= ,"/])/);
  parts[random.below(parts.length)] = random.pick(nasties);
  return lines.toSpliced(at, 1, parts.join(''));
});

const foldLine = ofLines((lines, random) => {
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const cut = random.below(line.length + 1);
  return lines.toSpliced(at, 1, `${line.slice(0, cut)}\r\n ${line.slice(cut)}`);
});

const bareLineEnds: Mutation = (bytes) =>
  Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');

const mutations: readonly Mutation[] = [
  flipBytes,
  cutOut,
  breakOff,
  repeat,
  insertNoise,
  dropLine,
  doubleLine,
  moveLine,
  spoilValue,
  spoilValue,
  spoilPart,
  spoilPart,
  foldLine,
  bareLineEnds,
];

/** What still fits into a datagram. */
const longest = 60_000;

/** The message with one to three things wrong with it. */
export function mutated(message: string, random: SeededRandom): Buffer {
  let bytes: Buffer = Buffer.from(message, 'utf8');
  for (let n = 0; n <= random.below(3); n += 1) {
    if (bytes.length > 0) bytes = random.pick(mutations)(bytes, random);
  }
  return bytes.subarray(0, longest);
}

import { droppedDatagrams } from '../machine/proc.ts';
import type { Summary } from '../statistics.ts';
import { SoundLine } from './sound-line.ts';
import { Spread } from './spread.ts';
import type { Hearing, Voice } from './voice.ts';

/** What the phones of one kind heard within a window, counted packet by packet. */
export interface Heard {
  /** Phones that hear somebody. */
  readonly ears: number;
  /** Packets sent to each, all together: so many are to be heard. */
  readonly due: number;
  readonly heard: number;
  /** `dropped` and `droppedByServer` are among them. */
  readonly lost: number;
  /** Thrown away by the kernel because the phones did not fetch them in time: not the server's fault. */
  readonly dropped: number;
  /** Thrown away because the server did not fetch them in time. */
  readonly droppedByServer: number;
  readonly twice: number;
  /** Of a voice that is not to be heard. */
  readonly strange: number;
  readonly latency: Summary;
  readonly unevenness: Summary;
}

export interface TalkReport {
  readonly server: Heard;
  /** Phones that talk with each other without a server: what is due to the phones themselves and to the machine. */
  readonly direct: Heard;
  /** How late packets were sent, in ms. */
  readonly lag: Summary;
}

type Kind = 'server' | 'direct';

const directPairs = 10;
/** Lost is what is not heard after so long: much longer than a mix takes. */
const afterwardsMs = 500;
const roundMs = 1;
/** After work that delays packets. */
const calmMs = 500;

/** All phones that talk: sends their packets when they are due and counts what they hear. */
export class Talks {
  readonly #lines = new Map<Kind, Set<SoundLine>>([
    ['server', new Set()],
    ['direct', new Set()],
  ]);
  readonly #voices = new Map<number, Voice>();
  readonly #hearings: Readonly<Record<Kind, Hearing>> = {
    server: { latency: new Spread(), unevenness: new Spread() },
    direct: { latency: new Spread(), unevenness: new Spread() },
  };
  readonly #lag = new Spread();
  readonly #late = (ms: number): void => this.#lag.note(ms);
  #sending = false;
  #streams = 0;
  #droppedBefore = { server: [0, 0] as Drops, direct: [0, 0] as Drops };

  /** A phone that is to talk over the server; it does so when it is told where to. */
  async open(speaks: boolean): Promise<SoundLine> {
    return await this.#open('server', speaks);
  }

  /** Has pairs of phones talk with each other directly, and from then on sends everything that is due, until the process ends. */
  async startDirect(): Promise<void> {
    for (let n = this.#of('direct').length / 2; n < directPairs; n += 1) {
      const [one, other] = [await this.#open('direct', true), await this.#open('direct', true)];
      await Promise.all([one.aim(other.port), other.aim(one.port)]);
    }
    if (this.#sending) return;
    this.#sending = true;
    setInterval(() => this.#sendDue(), roundMs);
  }

  close(line: SoundLine): void {
    line.close();
    this.#voices.delete(line.voice.stream);
    for (const lines of this.#lines.values()) lines.delete(line);
  }

  /** Those over the server say nothing more. */
  hush(): void {
    for (const line of this.#of('server')) line.hush();
  }

  /** Phones over the server that should hear somebody, and do not. Who alone speaks in a room has nobody to hear. */
  deaf(listens: (line: SoundLine) => boolean): number {
    return this.#of('server').filter((line) => listens(line) && line.ear.voice === undefined).length;
  }

  /** Forgets what was heard, then has what is sent from then on count; resolves when it does. */
  async begin(): Promise<void> {
    for (const kind of kinds) {
      for (const { ear } of this.#of(kind)) ear.begin();
      for (const spread of Object.values(this.#hearings[kind])) spread.reset();
      this.#droppedBefore[kind] = dropsOf(this.#of(kind));
    }
    // All this has kept packets from being sent in time, which is not to be measured.
    await new Promise((resolve) => setTimeout(resolve, calmMs));
    for (const kind of kinds) for (const { voice } of this.#of(kind)) voice.begin();
    this.#lag.reset();
  }

  /** What is sent from now on does not count any more; resolves when nothing more can come. */
  async end(): Promise<TalkReport> {
    const lag = this.#lag.summary();
    for (const kind of kinds) for (const { voice } of this.#of(kind)) voice.end();
    await new Promise((resolve) => setTimeout(resolve, afterwardsMs));
    return { server: this.#heard('server'), direct: this.#heard('direct'), lag };
  }

  #heard(kind: Kind): Heard {
    const ears = this.#of(kind).filter(({ ear }) => ear.voice !== undefined);
    const sum = (read: (line: SoundLine) => number): number =>
      ears.reduce((total, line) => total + read(line), 0);
    const [due, heard] = [sum(({ ear }) => ear.voice?.said ?? 0), sum(({ ear }) => ear.heard)];
    const [ours, servers] = dropsOf(this.#of(kind));
    const [oursBefore, serversBefore] = this.#droppedBefore[kind];
    return {
      ears: ears.length,
      due,
      heard,
      lost: due - heard,
      dropped: ours - oursBefore,
      droppedByServer: kind === 'server' ? servers - serversBefore : 0,
      twice: sum(({ ear }) => ear.twice),
      strange: sum(({ ear }) => ear.strange),
      latency: this.#hearings[kind].latency.summary(),
      unevenness: this.#hearings[kind].unevenness.summary(),
    };
  }

  async #open(kind: Kind, speaks: boolean): Promise<SoundLine> {
    const stream = this.#streams;
    this.#streams += 1;
    const line = await SoundLine.open({
      stream,
      speaks,
      hearing: this.#hearings[kind],
      voiceOf: (heard) => this.#voices.get(heard),
    });
    this.#voices.set(stream, line.voice);
    this.#lines.get(kind)?.add(line);
    return line;
  }

  #of(kind: Kind): SoundLine[] {
    return [...(this.#lines.get(kind) ?? [])];
  }

  #sendDue(): void {
    for (const lines of this.#lines.values())
      for (const line of lines) line.sendDue(performance.now(), this.#late);
  }
}

const kinds = ['server', 'direct'] as const;

/** Of our sockets, and of those they talk with. */
type Drops = readonly [number, number];

function dropsOf(lines: readonly SoundLine[]): Drops {
  return [
    droppedDatagrams(lines.map(({ port }) => port)),
    droppedDatagrams(lines.map(({ remotePort }) => remotePort)),
  ];
}

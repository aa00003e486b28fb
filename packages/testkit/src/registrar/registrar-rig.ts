import assert from 'node:assert/strict';
import {
  type Commit,
  createCustomer,
  createExtension,
  Draft,
  type ExtensionRow,
  type Put,
} from '@parley/core';
import { createPasswordHash, Registrar, type RegistrarDeps } from '@parley/server';
import {
  createDigestClient,
  createSipEngine,
  decodeText,
  type DigestAlgorithm,
  encodeText,
  parseMessage,
  type Path,
  type SipResponse,
} from '@parley/sip';
import { pino } from 'pino';
import { SeededChance } from '../seeded-chance.ts';
import { simDigestHash } from '../simulation/sim-digest.ts';
import { createMemoryStore, type MemoryStore } from '../store.ts';
import { VirtualClock } from '../virtual-clock.ts';

export const domain = 'phones.example';
const local = { address: '198.51.100.1', port: 5060 };

export function udp(address: string, port = 5060): Path {
  return { transport: 'UDP', local, remote: { address, port } };
}

export function tcp(address: string, connection: string): Path {
  return { transport: 'TCP', local, remote: { address, port: 40_000 }, connection };
}

export interface RegistrarRigOptions {
  readonly trusts?: (address: string) => boolean;
  readonly attemptLimits?: RegistrarDeps['attemptLimits'];
}

/** A registrar behind a SIP engine, on a store in memory and a clock that stands still. */
export class RegistrarRig {
  readonly clock = new VirtualClock();
  readonly chance = new SeededChance(7);
  readonly store: MemoryStore;
  readonly counted: string[] = [];
  /** What was told of extensions that have phones now, or none any more. */
  readonly told: string[] = [];
  readonly logged: string[] = [];
  readonly registrar: Registrar;
  readonly sip;
  readonly #sent: { readonly path: Path; readonly text: string }[] = [];
  /** Set by a test: runs before each commit. */
  beforeCommit: () => Promise<void> = async () => undefined;

  constructor(store: MemoryStore = createMemoryStore(), options: RegistrarRigOptions = {}) {
    this.store = store;
    this.sip = createSipEngine(
      {
        userAgent: 'Parley',
        local: () => local,
        delegate: ['REGISTER'],
        admit: (path, method) => this.registrar.admits(path, method),
        screen: (request) => this.registrar.screen(request),
      },
      { hash: simDigestHash, token: () => this.chance.token(8) },
    );
    this.registrar = new Registrar({
      store,
      submit: async (changes) => {
        await this.beforeCommit();
        return await this.commit(changes.puts);
      },
      respond: (inquiry, status, reason, headers) => {
        this.sip.respond(inquiry, status, reason, this.clock.ms, headers);
        this.drain();
      },
      changed: (_customerId, extension, isRegistered) =>
        void this.told.push(`${extension} ${isRegistered ? 'has phones' : 'has none'}`),
      hash: simDigestHash,
      clock: this.clock,
      chance: this.chance,
      log: pino({ level: 'trace' }, { write: (line: string) => void this.logged.push(line) }),
      tally: {
        registered: (what) => void this.counted.push(what),
        refused: (why) => void this.counted.push(why),
      },
      settings: { domain, trusts: options.trusts ?? (() => false) },
      ...(options.attemptLimits && { attemptLimits: options.attemptLimits }),
    });
  }

  /** Another process on what this one has left in the store. */
  restart(): RegistrarRig {
    const next = new RegistrarRig(this.store.crash());
    next.advance(this.clock.ms);
    return next;
  }

  async commit(puts: readonly Put[]) {
    const commit: Commit = { puts, events: [], deliveries: [], preconditions: [] };
    const [outcome] = await this.store.commit([commit]);
    assert.ok(outcome);
    this.registrar.changed(puts);
    return outcome;
  }

  async addCustomer(): Promise<string> {
    const draft = new Draft(this.clock.now(), this.chance);
    const { id } = createCustomer(draft, this.chance, {});
    await this.commit(draft.puts);
    return id;
  }

  async addExtension(customerId: string, extension: string, password: string): Promise<ExtensionRow> {
    const draft = new Draft(this.clock.now(), this.chance);
    const hashPassword = createPasswordHash(simDigestHash, domain);
    const deps = { chance: this.chance, hashPassword };
    const row = createExtension(draft, deps, customerId, { extension, password });
    await this.commit(draft.puts);
    return row;
  }

  advance(ms: number): void {
    const until = this.clock.ms + ms;
    this.clock.after(ms, () => undefined);
    while (this.clock.step(until));
    this.sip.wake(this.clock.ms);
  }

  drain(): void {
    for (let output = this.sip.next(); output !== undefined; output = this.sip.next()) {
      if (output.kind === 'send') this.#sent.push({ path: output.path, text: decodeText(output.bytes) });
      if (output.kind === 'outOfDialog') void this.registrar.receive(output);
    }
  }

  /** Lets everything that has begun come to its end, as far as it does not wait for time to pass. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Sends something and waits for what comes back; undefined: nothing does. */
  async exchange(path: Path, text: string): Promise<SipResponse | undefined> {
    this.#sent.length = 0;
    this.sip.receive(encodeText(text), path, this.clock.ms);
    this.drain();
    // The store answers within a few turns of the event loop; nothing else is waited for here.
    for (let turn = 0; turn < 20 && this.#sent.length === 0; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
    const [sent] = this.#sent;
    if (sent === undefined) return undefined;
    const parsed = parseMessage(encodeText(sent.text));
    assert.ok(parsed.ok && parsed.value.kind === 'response');
    return parsed.value;
  }
}

export interface PhoneOptions {
  readonly path: Path;
  readonly user: string;
  readonly password: string;
  readonly host?: string;
  readonly userAgent?: string;
}

export interface Asking {
  readonly contacts?: readonly string[];
  readonly expires?: number;
  readonly algorithm?: DigestAlgorithm;
}

/** A phone that registers. */
export class RigPhone {
  readonly #rig: RegistrarRig;
  readonly #options: PhoneOptions;
  readonly #callId: string;
  readonly #digest;
  #cseq = 0;

  constructor(rig: RegistrarRig, options: PhoneOptions) {
    this.#rig = rig;
    this.#options = options;
    this.#callId = rig.chance.token(6);
    this.#digest = createDigestClient({
      hash: simDigestHash,
      token: () => rig.chance.token(8),
      username: options.user,
      secret: { kind: 'password', password: options.password },
    });
  }

  get contact(): string {
    const { address, port } = this.#options.path.remote;
    return `<sip:${this.#options.user}@${address}:${port}>`;
  }

  /** With credentials as soon as they are asked for; the last response, undefined: none. */
  async register(asking: Asking = {}): Promise<SipResponse | undefined> {
    return await this.#send('REGISTER', `sip:${this.#host}`, [
      ...(asking.contacts ?? [this.contact]).map((contact) => `Contact: ${contact}`),
      ...(asking.expires === undefined ? [] : [`Expires: ${asking.expires}`]),
    ]);
  }

  /** The REGISTER as text, without credentials unless there are some from before. */
  text(method: string, uri: string, lines: readonly string[]): string {
    this.#cseq += 1;
    const { user, path, userAgent } = this.#options;
    const { address, port } = path.remote;
    return [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${path.transport} ${address}:${port};branch=z9hG4bK${this.#rig.chance.token(6)};rport`,
      `From: <sip:${user}@${this.#host}>;tag=${this.#callId}`,
      `To: <${method === 'REGISTER' ? `sip:${user}@${this.#host}` : uri}>`,
      `Call-ID: ${this.#callId}`,
      `CSeq: ${this.#cseq} ${method}`,
      'Max-Forwards: 70',
      ...(userAgent === undefined ? [] : [`User-Agent: ${userAgent}`]),
      ...this.#digest.authorize({ method, uri }).map(({ name, value }) => `${name}: ${value}`),
      ...lines,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  }

  get #host(): string {
    return this.#options.host ?? local.address;
  }

  async #send(method: string, uri: string, lines: readonly string[]): Promise<SipResponse | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const text = this.text(method, uri, lines);
      const response = await this.#rig.exchange(this.#options.path, text);
      if (response?.status !== 401 || attempt === 3) return response;
      const sent = parseMessage(encodeText(text));
      assert.ok(sent.ok);
      if (!this.#digest.challenged({ headers: sent.value.headers }, response).ok) return response;
    }
  }

  /** An INVITE of this phone, as `whoIs` is given it; with credentials for `challenge` if there is one. */
  invite(uri: string, challenge?: SipResponse) {
    if (challenge !== undefined) {
      const before = parseMessage(encodeText(this.text('INVITE', uri, [])));
      assert.ok(before.ok);
      assert.ok(this.#digest.challenged({ headers: before.value.headers }, challenge).ok);
    }
    const parsed = parseMessage(encodeText(this.text('INVITE', uri, [])));
    assert.ok(parsed.ok && parsed.value.kind === 'request');
    return parsed.value;
  }
}

import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { CpuUse } from '../machine/cpu-meter.ts';
import { accessKey, type ServerUnderTest } from '../programs/server.ts';
import type { Figure } from '../report/figure.ts';
import { type Benchmark, setUpSeconds } from './benchmark.ts';

const contactsPerExtension = 10;
const password = 'rye-and-spelt';
/** Requests on their way at once, as when a town has its power back. */
const window = 64;
/** Longer than any answer worth measuring. */
const patienceMs = 10_000;

export const registrations: Benchmark = {
  name: 'registrations',
  title: 'Registrations',
  how: ({ registrations: { contacts, refreshes } }) => [
    `${contacts} phones, ${contactsPerExtension} for each extension, register over UDP with SHA-256, ${window} at a time: first with a challenge each, then ${refreshes} times over with the nonce they have.`,
    'Each is answered once it is durable. The phones are played by the program that measures.',
  ],
  seconds: ({ registrations: { contacts, refreshes } }) =>
    setUpSeconds + (contacts * (refreshes + 2)) / 1_500,
  async run(stage, { registrations: { contacts, refreshes } }) {
    const server = await stage.startServer();
    const extensions = await makeExtensions(server, Math.ceil(contacts / contactsPerExtension));
    const phones = await Phones.open(server.sipPort, extensions, contacts);
    try {
      const first = await stage.measure(server, 'first registrations', () => phones.registerAll());
      const again: { readonly seconds: number; readonly use: CpuUse }[] = [];
      for (let n = 0; n < refreshes; n += 1) {
        const { value, use } = await stage.measure(server, 'refreshes', () => phones.registerAll());
        again.push({ seconds: value, use });
      }
      const known = (await server.api.metrics()).get('parley_registered_contacts');
      if (known !== contacts) throw new Error(`${known} of ${contacts} phones are registered`);
      return {
        figures: figuresOf(contacts, first.value, again),
        tables: [],
        uses: [
          { phase: 'first registrations', use: first.use },
          ...again.map(({ use }, index) => ({ phase: `refreshes, ${index + 1}`, use })),
        ],
      };
    } finally {
      phones.close();
    }
  },
};

function figuresOf(
  contacts: number,
  first: number,
  again: readonly { readonly seconds: number; readonly use: CpuUse }[],
): Figure[] {
  const unit = 'per second';
  return [
    { id: 'first', what: 'Phones that register, challenge and all', unit, values: [contacts / first] },
    {
      id: 'refreshes',
      what: `Registrations refreshed, ${contacts.toLocaleString('en-US')} phones`,
      unit,
      values: again.map(({ seconds }) => contacts / seconds),
    },
  ];
}

async function makeExtensions(server: ServerUnderTest, count: number): Promise<readonly string[]> {
  const extensions = Array.from({ length: count }, (_, n) => String(10_000 + n));
  for (const extension of extensions) await makeExtension(server, extension);
  return extensions;
}

/** The API lets one client make so many requests a second: whoever is early comes again. */
async function makeExtension(server: ServerUnderTest, extension: string): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${server.httpPort}/v1.0/extensions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ extension, password }),
    });
    const text = await response.text();
    if (response.status === 200) return;
    if (response.status !== 429) throw new Error(`no extension: ${text}`);
    await new Promise((resume) => setTimeout(resume, 200));
  }
}

interface PhoneState {
  readonly user: string;
  readonly contact: string;
  readonly callId: string;
  cseq: number;
  challenge: { readonly realm: string; readonly nonce: string; uses: number } | undefined;
  answered: ((status: number, text: string) => void) | undefined;
}

/** Phones behind one socket; nothing is sent twice, loopback loses nothing. */
class Phones {
  readonly #socket: Socket;
  readonly #server: number;
  readonly #phones: readonly PhoneState[];
  readonly #byCall = new Map<string, PhoneState>();

  private constructor(socket: Socket, server: number, phones: readonly PhoneState[]) {
    this.#socket = socket;
    this.#server = server;
    this.#phones = phones;
    for (const phone of phones) this.#byCall.set(phone.callId, phone);
    socket.on('message', (bytes) => this.#hear(bytes.toString('latin1')));
  }

  static async open(server: number, extensions: readonly string[], count: number): Promise<Phones> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const name = randomBytes(4).toString('hex');
    const phones = Array.from({ length: count }, (_, n): PhoneState => {
      const user = extensions[n % extensions.length] ?? '';
      const contact = `sip:${user}-${n}@127.0.0.1:${port}`;
      return { user, contact, callId: `${name}-${n}`, cseq: 0, challenge: undefined, answered: undefined };
    });
    return new Phones(socket, server, phones);
  }

  close(): void {
    this.#socket.close();
  }

  /** Each of them once; answers the seconds it took. */
  async registerAll(): Promise<number> {
    const began = performance.now();
    const waiting = [...this.#phones];
    const work = async (): Promise<void> => {
      for (let phone = waiting.pop(); phone !== undefined; phone = waiting.pop()) await this.#register(phone);
    };
    await Promise.all(Array.from({ length: window }, work));
    return (performance.now() - began) / 1000;
  }

  async #register(phone: PhoneState): Promise<void> {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { status, text } = await this.#send(phone);
      if (status === 200) return;
      if (status !== 401) throw new Error(`a phone was answered ${status}`);
      const [, realm = '', nonce = ''] =
        /realm="([^"]*)", nonce="([^"]*)", algorithm=SHA-256/.exec(text) ?? [];
      phone.challenge = { realm, nonce, uses: 0 };
    }
    throw new Error('a phone was challenged three times');
  }

  #send(phone: PhoneState): Promise<{ readonly status: number; readonly text: string }> {
    phone.cseq += 1;
    const text = registerText(phone, this.#server, this.#socket.address().port);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('a phone was not answered')), patienceMs);
      phone.answered = (status, answer) => {
        clearTimeout(timer);
        resolve({ status, text: answer });
      };
      this.#socket.send(text, this.#server, '127.0.0.1');
    });
  }

  #hear(text: string): void {
    const callId = /^Call-ID: (.*)\r$/m.exec(text)?.[1] ?? '';
    const phone = this.#byCall.get(callId);
    const answered = phone?.answered;
    if (phone !== undefined) phone.answered = undefined;
    answered?.(Number(text.slice(8, 11)), text);
  }
}

function registerText(phone: PhoneState, server: number, port: number): string {
  const { user, callId, cseq, contact } = phone;
  return [
    `REGISTER sip:127.0.0.1:${server} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${callId}-${cseq};rport`,
    `From: <sip:${user}@127.0.0.1>;tag=${callId}`,
    `To: <sip:${user}@127.0.0.1>`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    `Contact: <${contact}>`,
    'Max-Forwards: 70',
    ...credentials(phone, `sip:127.0.0.1:${server}`),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** RFC 7616 section 3.4.1. */
function credentials({ user, challenge }: PhoneState, uri: string): string[] {
  if (challenge === undefined) return [];
  challenge.uses += 1;
  const { realm, nonce } = challenge;
  const nc = challenge.uses.toString(16).padStart(8, '0');
  const cnonce = `c${nc}`;
  const ha1 = sha256(`${user}:${realm}:${password}`);
  const response = sha256(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${sha256(`REGISTER:${uri}`)}`);
  return [
    `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=SHA-256, ` +
      `qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}"`,
  ];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

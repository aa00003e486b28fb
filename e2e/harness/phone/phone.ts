import { Journal, soonMs } from '../journal.ts';
import { AnsweringCall } from './answering-call.ts';
import { type InviteOptions, PhoneCall, type PhoneLine } from './phone-call.ts';
import { SoundPort } from './sound-port.ts';
import {
  header,
  headerValues,
  isRequest,
  methodOf,
  readSip,
  type SipMessage,
  statusOf,
  tagIn,
  writeSip,
} from './sip-text.ts';
import { token } from './token.ts';
import { Unanswered } from './unanswered.ts';
import { type Endpoint, openWire, type Wire } from './wire.ts';

export interface PhoneOptions {
  /** Who calls: the user part of its address. */
  readonly user?: string;
  readonly transport?: Wire['transport'];
  /** Whoever calls it hears nothing of it, not even ringing, until it is answered or refused. */
  readonly silent?: boolean;
}

/**
 * A telephone made for the tests: it speaks just enough SIP to be called one, with none of the server's code, and
 * keeps a ladder of all that was said.
 */
export class Phone implements PhoneLine {
  readonly user: string;
  readonly server: Endpoint;
  readonly ladder: string[] = [];
  #wire: Wire | undefined;
  /** Calls that came for it, in order. */
  readonly called = new Journal<AnsweringCall>('calls to the phone');
  readonly #calls = new Map<string, Pick<PhoneCall, 'receive'>>();
  readonly #sounds: SoundPort[] = [];
  readonly #unanswered = new Unanswered((message) => this.#transmit(message));
  readonly #silent: boolean;

  private constructor(server: Endpoint, { user = `caller-${token()}`, silent = false }: PhoneOptions) {
    this.user = user;
    this.server = server;
    this.#silent = silent;
  }

  static async open(server: Endpoint, options: PhoneOptions = {}): Promise<Phone> {
    const phone = new Phone(server, options);
    const { transport = 'UDP' } = options;
    phone.#wire = await openWire(transport, server, (text) => phone.receive(text));
    return phone;
  }

  get contact(): string {
    const { local, transport } = this.#open;
    const parameter = transport === 'TCP' ? ';transport=tcp' : '';
    return `<sip:${this.user}@${local.address}:${local.port}${parameter}>`;
  }

  /** Where it can be called. */
  get uri(): string {
    const { address, port } = this.#open.local;
    return `sip:${this.user}@${address}:${port}`;
  }

  /** The call that came for it, the first or a later one: it is ringing. */
  async rung(nth = 0, withinMs = soonMs): Promise<AnsweringCall> {
    return await this.called.when(`call ${nth}`, (calls) => calls[nth], withinMs);
  }

  /** Calls a number. What comes back is told by the call. */
  async invite(number: string, options: InviteOptions = {}): Promise<PhoneCall> {
    const sound = await SoundPort.open();
    this.#sounds.push(sound);
    const call = new PhoneCall(this, sound, number, options);
    this.#calls.set(call.callId, call);
    call.begin();
    return call;
  }

  /** A Via for one more transaction. */
  via(branch: string): readonly [string, string] {
    const { local, transport } = this.#open;
    return ['Via', `SIP/2.0/${transport} ${local.address}:${local.port};branch=${branch};rport`];
  }

  send(message: SipMessage): void {
    this.#transmit(message);
    if (this.#open.transport === 'UDP') this.#unanswered.sent(message);
  }

  #transmit(message: SipMessage): void {
    this.#note('->', message);
    this.#open.send(writeSip(message));
  }

  /** Answers a request with what it asks for by itself. */
  reply(
    request: SipMessage,
    status: string,
    { sdp = '', tag = '' }: { readonly sdp?: string; readonly tag?: string } = {},
  ): void {
    const copied = ['Via', 'Record-Route', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
      headerValues(request, name).map((value) => [name, value] as const),
    );
    const headers = copied.map(([name, value]) =>
      name === 'To' && tag !== '' && tagIn(value) === ''
        ? ([name, `${value};tag=${tag}`] as const)
        : ([name, value] as const),
    );
    const type = sdp === '' ? [] : ([['Content-Type', 'application/sdp']] as const);
    this.send({
      start: `SIP/2.0 ${status}`,
      headers: [...headers, ['Contact', this.contact], ...type],
      body: sdp,
    });
  }

  receive(text: string): void {
    const message = readSip(text);
    this.#note('<-', message);
    this.#unanswered.received(message);
    const call = this.#calls.get(header(message, 'Call-ID'));
    if (call !== undefined) call.receive(message);
    else if (isRequest(message, 'INVITE') && message.body !== '') void this.#ring(message);
    else if (statusOf(message) === undefined && methodOf(message) !== 'ACK')
      this.reply(message, '481 Call Does Not Exist');
  }

  async #ring(invite: SipMessage): Promise<void> {
    // Again before our sound is there: it is the same call.
    this.#calls.set(header(invite, 'Call-ID'), { receive: () => undefined });
    const sound = await SoundPort.open();
    this.#sounds.push(sound);
    const call = new AnsweringCall(this, sound, invite);
    this.#calls.set(call.callId, call);
    if (!this.#silent) call.ring();
    this.called.add(call);
  }

  async close(): Promise<void> {
    this.#unanswered.close();
    await this.#open.close();
    await Promise.all(this.#sounds.map((sound) => sound.close()));
  }

  get #open(): Wire {
    if (this.#wire === undefined) throw new Error('the phone is not open yet');
    return this.#wire;
  }

  #note(arrow: string, message: SipMessage): void {
    const time = performance.now().toFixed(1).padStart(9);
    this.ladder.push(`${time} ${arrow} ${message.start} (${header(message, 'CSeq')})`);
  }
}

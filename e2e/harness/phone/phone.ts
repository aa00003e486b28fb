import { type InviteOptions, PhoneCall, type PhoneLine } from './phone-call.ts';
import { SoundPort } from './sound-port.ts';
import { header, headerValues, methodOf, readSip, type SipMessage, statusOf, writeSip } from './sip-text.ts';
import { token } from './token.ts';
import { type Endpoint, openWire, type Wire } from './wire.ts';

export interface PhoneOptions {
  /** Who calls: the user part of its address. */
  readonly user?: string;
  readonly transport?: Wire['transport'];
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
  readonly #calls = new Map<string, PhoneCall>();
  readonly #sounds: SoundPort[] = [];

  private constructor(user: string, server: Endpoint) {
    this.user = user;
    this.server = server;
  }

  static async open(server: Endpoint, { user, transport = 'UDP' }: PhoneOptions = {}): Promise<Phone> {
    const phone = new Phone(user ?? `caller-${token()}`, server);
    phone.#wire = await openWire(transport, server, (text) => phone.receive(text));
    return phone;
  }

  get contact(): string {
    const { local, transport } = this.#open;
    const parameter = transport === 'TCP' ? ';transport=tcp' : '';
    return `<sip:${this.user}@${local.address}:${local.port}${parameter}>`;
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
    this.#note('->', message);
    this.#open.send(writeSip(message));
  }

  /** Answers a request with what it asks for by itself. */
  reply(request: SipMessage, status: string): void {
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
      headerValues(request, name).map((value) => [name, value] as const),
    );
    this.send({ start: `SIP/2.0 ${status}`, headers: [...copied, ['Contact', this.contact]], body: '' });
  }

  receive(text: string): void {
    const message = readSip(text);
    this.#note('<-', message);
    const call = this.#calls.get(header(message, 'Call-ID'));
    if (call !== undefined) call.receive(message);
    else if (statusOf(message) === undefined && methodOf(message) !== 'ACK')
      this.reply(message, '481 Call Does Not Exist');
  }

  async close(): Promise<void> {
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

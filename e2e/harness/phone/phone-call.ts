import { Journal, soonMs } from '../journal.ts';
import {
  type Codec,
  describeSound,
  type Direction,
  mirrored,
  payloadTypes,
  readSound,
  type SoundDescription,
} from './sdp-text.ts';
import {
  header,
  isRequest,
  methodOf,
  sequenceOf,
  type SipMessage,
  statusOf,
  tagIn,
  uriIn,
} from './sip-text.ts';
import type { SoundPort } from './sound-port.ts';
import { token } from './token.ts';
import type { Endpoint } from './wire.ts';

/** What a call needs of its phone. */
export interface PhoneLine {
  readonly user: string;
  readonly server: Endpoint;
  readonly contact: string;
  /** A Via header for a transaction. */
  via(branch: string): readonly [string, string];
  send(message: SipMessage): void;
  /** Answers a request; `status` is such as `200 OK`, `sdp` what we say about our sound, `tag` who we are. */
  reply(request: SipMessage, status: string, answer?: { readonly sdp?: string; readonly tag?: string }): void;
}

export interface InviteOptions {
  readonly codecs?: readonly Codec[];
  readonly events?: boolean;
  /** Sent instead of the usual description; '' sends none, so that the server makes the offer. */
  readonly sdp?: string;
  /** False: answers are not acknowledged, as by a caller who has vanished. */
  readonly acknowledges?: boolean;
}

/** One call of a phone. */
export class PhoneCall {
  readonly callId = `${token()}@phone`;
  readonly sound: SoundPort;
  /** All that came for this call. */
  readonly messages: Journal<SipMessage>;
  readonly #phone: PhoneLine;
  readonly #target: string;
  readonly #options: InviteOptions;
  readonly #localTag = token();
  #remoteTag = '';
  #remoteTarget: string;
  #sequence = 1;
  #version = 1;
  #inviteBranch = branch();
  #offered = false;
  #latestInvite: SipMessage | undefined;

  constructor(phone: PhoneLine, sound: SoundPort, number: string, options: InviteOptions) {
    this.#phone = phone;
    this.sound = sound;
    this.#options = options;
    this.#target = `sip:${number}@${phone.server.address}:${phone.server.port}`;
    this.#remoteTarget = this.#target;
    this.messages = new Journal(`call of ${phone.user}`);
  }

  /** What we would say about our sound. */
  describe(direction: Direction = 'sendrecv'): string {
    const { codecs = ['PCMU', 'PCMA'], events = true } = this.#options;
    const description = { port: this.sound.port, codecs, events, direction, version: this.#version };
    this.#version += 1;
    return describeSound(description);
  }

  begin(): void {
    this.#invite(this.#options.sdp ?? this.describe());
  }

  receive(message: SipMessage): void {
    const status = statusOf(message);
    if (status !== undefined) this.#hearResponse(message, status);
    else if (methodOf(message) === 'INVITE')
      this.#phone.reply(message, '200 OK', { sdp: this.#agree(message) });
    else if (methodOf(message) !== 'ACK') this.#phone.reply(message, '200 OK');
    this.messages.add(message);
  }

  /** The first response to the latest INVITE with that status. */
  async response(status: number, withinMs = soonMs): Promise<SipMessage> {
    const sequence = this.#sequence;
    return await this.messages.first(
      `${status}`,
      (message) =>
        statusOf(message) === status && methodOf(message) === 'INVITE' && sequenceOf(message) === sequence,
      withinMs,
    );
  }

  /** The final response to the latest INVITE, whatever it is. */
  async final(withinMs = soonMs): Promise<number> {
    const sequence = this.#sequence;
    const message = await this.messages.first(
      'final response',
      (each) => (statusOf(each) ?? 0) >= 200 && methodOf(each) === 'INVITE' && sequenceOf(each) === sequence,
      withinMs,
    );
    return statusOf(message) ?? 0;
  }

  /** Resolves when it is answered and acknowledged, with the server's side of the sound. */
  async answered(withinMs = soonMs): Promise<SoundDescription> {
    return readSound((await this.response(200, withinMs)).body);
  }

  /** The request of that method that the server sent; it has been answered with 200. */
  async request(method: string, withinMs = soonMs): Promise<SipMessage> {
    return await this.messages.first(method, (message) => isRequest(message, method), withinMs);
  }

  /** Hangs up; resolves when the server has agreed. */
  async hangUp(): Promise<void> {
    await this.#ask('BYE', [], '');
  }

  /** Gives up before the answer. */
  cancel(): void {
    this.#phone.send({
      start: `CANCEL ${this.#target} SIP/2.0`,
      headers: [
        this.#phone.via(this.#inviteBranch),
        ['Max-Forwards', '70'],
        ['From', this.#from()],
        ['To', `<${this.#target}>`],
        ['Call-ID', this.callId],
        ['CSeq', `${this.#sequence} CANCEL`],
      ],
      body: '',
    });
  }

  /** A key told in signalling, as many phones do; resolves when it is taken. */
  async info(digit: string): Promise<void> {
    const body = `Signal=${digit}\r\nDuration=160\r\n`;
    await this.#ask('INFO', [['Content-Type', 'application/dtmf-relay']], body);
  }

  /** Another offer within the call: hold and resume. Resolves with the answer to it. */
  async reinvite(direction: Direction): Promise<SoundDescription> {
    this.#sequence += 1;
    this.#inviteBranch = branch();
    this.#invite(this.describe(direction));
    return await this.answered();
  }

  /** Sends the latest INVITE once more, as if its answer were lost. */
  inviteAgain(): void {
    if (this.#latestInvite !== undefined) this.#phone.send(this.#latestInvite);
  }

  /** The server changes the sound: it is held, or taken back. */
  #agree(offer: SipMessage): string {
    return this.describe(offer.body === '' ? 'sendrecv' : mirrored(readSound(offer.body).direction));
  }

  #invite(sdp: string): void {
    this.#offered = sdp !== '';
    const dialog = this.#remoteTag !== '';
    this.#latestInvite = {
      start: `INVITE ${dialog ? this.#remoteTarget : this.#target} SIP/2.0`,
      headers: [
        this.#phone.via(this.#inviteBranch),
        ...this.#dialogHeaders('INVITE', this.#sequence),
        ...(sdp === '' ? [] : ([['Content-Type', 'application/sdp']] as const)),
      ],
      body: sdp,
    };
    this.#phone.send(this.#latestInvite);
  }

  #hearResponse(message: SipMessage, status: number): void {
    if (methodOf(message) !== 'INVITE' || status === 100) return;
    this.#remoteTag = tagIn(header(message, 'To'));
    const contact = header(message, 'Contact');
    if (contact !== '') this.#remoteTarget = uriIn(contact);
    if (status >= 300) return this.#acknowledgeRefusal(message);
    if (status < 200 || this.#options.acknowledges === false) return;
    const theirs = readSound(message.body);
    this.sound.aim(theirs, payloadTypes[this.#options.codecs?.[0] ?? 'PCMU']);
    this.#acknowledge(sequenceOf(message));
  }

  /** An answer, again for each time it comes: a request of its own (RFC 3261 section 13.2.2.4). */
  #acknowledge(sequence: number): void {
    const body = this.#offered ? '' : this.describe();
    this.#phone.send({
      start: `ACK ${this.#remoteTarget} SIP/2.0`,
      headers: [
        this.#phone.via(branch()),
        ...this.#dialogHeaders('ACK', sequence),
        ...(body === '' ? [] : ([['Content-Type', 'application/sdp']] as const)),
      ],
      body,
    });
  }

  /** A refusal: part of the same transaction (section 17.1.1.3). */
  #acknowledgeRefusal(response: SipMessage): void {
    this.#phone.send({
      start: `ACK ${this.#target} SIP/2.0`,
      headers: [
        this.#phone.via(this.#inviteBranch),
        ['Max-Forwards', '70'],
        ['From', this.#from()],
        ['To', header(response, 'To')],
        ['Call-ID', this.callId],
        ['CSeq', `${sequenceOf(response)} ACK`],
      ],
      body: '',
    });
  }

  async #ask(method: string, headers: readonly (readonly [string, string])[], body: string): Promise<void> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    this.#phone.send({
      start: `${method} ${this.#remoteTarget} SIP/2.0`,
      headers: [this.#phone.via(branch()), ...this.#dialogHeaders(method, sequence), ...headers],
      body,
    });
    const response = await this.messages.first(
      `response to ${method}`,
      (message) => (statusOf(message) ?? 0) >= 200 && sequenceOf(message) === sequence,
    );
    if (statusOf(response) !== 200) throw new Error(`${method} was answered ${response.start}`);
  }

  #dialogHeaders(method: string, sequence: number): (readonly [string, string])[] {
    const tag = this.#remoteTag === '' ? '' : `;tag=${this.#remoteTag}`;
    return [
      ['Max-Forwards', '70'],
      ['From', this.#from()],
      ['To', `<${this.#target}>${tag}`],
      ['Call-ID', this.callId],
      ['CSeq', `${sequence} ${method}`],
      ['Contact', this.#phone.contact],
    ];
  }

  #from(): string {
    return `"Tester" <sip:${this.#phone.user}@127.0.0.1>;tag=${this.#localTag}`;
  }
}

function branch(): string {
  return `z9hG4bK${token()}`;
}

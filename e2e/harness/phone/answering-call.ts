import { Journal, soonMs } from '../journal.ts';
import type { PhoneLine } from './phone-call.ts';
import { describeSound, mirrored, payloadTypes, readSound } from './sdp-text.ts';
import { header, isRequest, methodOf, type SipMessage, statusOf, uriIn } from './sip-text.ts';
import type { SoundPort } from './sound-port.ts';
import { token } from './token.ts';

/** A call that came for a phone. It rings until it is answered or refused. */
export class AnsweringCall {
  readonly callId: string;
  readonly sound: SoundPort;
  /** All that came for this call. */
  readonly messages: Journal<SipMessage>;
  readonly #phone: PhoneLine;
  readonly #invite: SipMessage;
  readonly #tag = token();
  #version = 1;
  #sequence = 0;

  constructor(phone: PhoneLine, sound: SoundPort, invite: SipMessage) {
    this.#phone = phone;
    this.sound = sound;
    this.#invite = invite;
    this.callId = header(invite, 'Call-ID');
    this.messages = new Journal(`call to ${phone.user}`);
  }

  /** Who calls, as the phone would show it. */
  get from(): string {
    return header(this.#invite, 'From');
  }

  /** Of the INVITE; '' when it has none of that name. */
  header(name: string): string {
    return header(this.#invite, name);
  }

  ring(): void {
    this.#phone.reply(this.#invite, '180 Ringing', { tag: this.#tag });
  }

  /** Resolves when the answer has been acknowledged. */
  async answer(): Promise<this> {
    this.#agree(this.#invite);
    await this.messages.first('ACK', (message) => isRequest(message, 'ACK'));
    return this;
  }

  /** Such as `486 Busy Here`. */
  refuse(status: string): void {
    this.#phone.reply(this.#invite, status, { tag: this.#tag });
  }

  receive(message: SipMessage): void {
    if (isRequest(message, 'INVITE') && message.body !== '') this.#change(message);
    else if (statusOf(message) === undefined && methodOf(message) !== 'ACK')
      this.#phone.reply(message, '200 OK');
    this.messages.add(message);
  }

  /** The request of that method that the server sent; it has been answered with 200. */
  async request(method: string, withinMs = soonMs): Promise<SipMessage> {
    return await this.messages.first(method, (message) => isRequest(message, method), withinMs);
  }

  /** Hangs up; resolves when the server has agreed. */
  async hangUp(): Promise<void> {
    this.#sequence += 1;
    this.#phone.send({
      start: `BYE ${uriIn(header(this.#invite, 'Contact'))} SIP/2.0`,
      headers: [
        this.#phone.via(`z9hG4bK${token()}`),
        ['Max-Forwards', '70'],
        ['From', `${header(this.#invite, 'To')};tag=${this.#tag}`],
        ['To', this.from],
        ['Call-ID', this.callId],
        ['CSeq', `${this.#sequence} BYE`],
      ],
      body: '',
    });
    await this.messages.first(
      '200 to BYE',
      (message) => statusOf(message) === 200 && methodOf(message) === 'BYE',
    );
  }

  /** The INVITE once more, or one within the call: the server holds, or is back. */
  #change(invite: SipMessage): void {
    if (header(invite, 'CSeq') !== header(this.#invite, 'CSeq')) this.#agree(invite);
  }

  #agree(offer: SipMessage): void {
    const theirs = readSound(offer.body);
    this.sound.aim(theirs, payloadTypes.PCMU);
    const sdp = describeSound({
      port: this.sound.port,
      codecs: ['PCMU'],
      direction: mirrored(theirs.direction),
      version: this.#version,
    });
    this.#version += 1;
    this.#phone.reply(offer, '200 OK', { sdp, tag: this.#tag });
  }
}

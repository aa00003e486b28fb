import { describeSound } from '../phone/sdp-text.ts';
import { type SipMessage, writeSip } from '../phone/sip-text.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** A call that messages may belong to. */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
}

export interface MessageSource {
  readonly server: string;
  /** Where answers should go. */
  readonly contact: string;
  readonly numbers: readonly string[];
  /** A live call; messages within it may end it. */
  readonly victim: Dialog;
}

const outside = ['OPTIONS', 'REGISTER', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH'];
const inside = ['BYE', 'INFO', 'UPDATE', 'PRACK', 'NOTIFY', 'REFER', 'ACK', 'INVITE', 'OPTIONS'];
const responses = ['100 Trying', '180 Ringing', '200 OK', '302 Moved', '404 Not Found', '487 Terminated'];

/** A well-formed message of a random kind, as it could come from any phone. */
export function validMessage(random: SeededRandom, source: MessageSource): string {
  const kind = random.below(100);
  if (kind < 35) return invite(random, source);
  if (kind < 60) return request(random, source, random.pick(outside), undefined);
  if (kind < 75) return request(random, source, random.pick(inside), source.victim);
  if (kind < 85) return request(random, source, random.pick(['BYE', 'CANCEL', 'ACK', 'INFO']), undefined);
  return response(random, source);
}

function invite(random: SeededRandom, source: MessageSource): string {
  const message = lines(random, source, 'INVITE', undefined);
  return writeSip({
    ...message,
    headers: [...message.headers, ['Content-Type', 'application/sdp'], ['Supported', 'timer, 100rel']],
    body: describeSound({ port: 1024 + random.below(60_000) }),
  });
}

function request(
  random: SeededRandom,
  source: MessageSource,
  method: string,
  dialog: Dialog | undefined,
): string {
  const message = lines(random, source, method, dialog);
  if (method === 'INFO') {
    const headers = [...message.headers, ['Content-Type', 'application/dtmf-relay'] as const];
    return writeSip({ ...message, headers, body: 'Signal=5\r\nDuration=160\r\n' });
  }
  if (method === 'INVITE' || method === 'UPDATE') {
    const headers = [...message.headers, ['Content-Type', 'application/sdp'] as const];
    return writeSip({ ...message, headers, body: describeSound({ port: 1024 + random.below(60_000) }) });
  }
  return writeSip(message);
}

function response(random: SeededRandom, source: MessageSource): string {
  const method = random.pick(['INVITE', 'BYE', 'OPTIONS', 'CANCEL']);
  const message = lines(random, source, method, random.below(2) === 0 ? source.victim : undefined);
  return writeSip({ ...message, start: `SIP/2.0 ${random.pick(responses)}` });
}

function lines(
  random: SeededRandom,
  { server, contact, numbers, victim }: MessageSource,
  method: string,
  dialog: Dialog | undefined,
): SipMessage {
  const token = (): string => random.below(2 ** 31).toString(36);
  const number = random.pick(numbers);
  const toTag = dialog === undefined ? '' : `;tag=${dialog.remoteTag}`;
  const sequence = dialog === undefined ? 1 : 2 + random.below(100_000);
  const { callId, localTag } = dialog ?? { callId: `${token()}${token()}@fuzz`, localTag: token() };
  return {
    start: `${method} sip:${number}@${server} SIP/2.0`,
    headers: [
      ['Via', `SIP/2.0/UDP ${contact};branch=z9hG4bK${token()}${token()};rport`],
      ['Max-Forwards', '70'],
      ['From', `"Fuzz" <sip:fuzz@127.0.0.1>;tag=${localTag}`],
      ['To', `<sip:${number}@${server}>${toTag}`],
      ['Call-ID', random.below(50) === 0 ? victim.callId : callId],
      ['CSeq', `${sequence} ${method}`],
      ['Contact', `<sip:fuzz@${contact}>`],
      ['User-Agent', 'Parley end-to-end tests'],
      ['Allow', 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO'],
    ],
    body: '',
  };
}

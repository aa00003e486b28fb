import { type EndCause, reasonPhrase } from '@parley/sip';
import type { CallEnd } from './phone.ts';

/** How a call ended, for people and for scripts. */
export interface Verdict {
  readonly exitCode: 0 | 1;
  readonly happened: string;
  /** What to do about it; undefined when nothing is wrong. */
  readonly remedy: string | undefined;
}

/** Where the call went, for the sentences. */
export interface Called {
  readonly number: string;
  /** `HOST:PORT` of the server. */
  readonly server: string;
}

export function verdictOn(end: CallEnd, called: Called): Verdict {
  if (end.by === 'media') return failed(`the phone has no sound: ${end.problem ?? ''}`, phoneRemedy);
  const { cause } = end;
  if (cause === undefined) return failed('you gave up before the number was dialled');
  return end.answered ? afterAnswer(end.by, cause) : beforeAnswer(cause, called);
}

const phoneRemedy = 'The phone wants two free UDP ports from 30000 to 30999; end other phones, or try again.';
const goneRemedy = 'Look whether the server still runs, and what its log says.';

function afterAnswer(by: CallEnd['by'], cause: EndCause): Verdict {
  if (by === 'silence') return failed('hung up: nothing has come from the server any more', goneRemedy);
  if (cause.kind === 'bye') return { exitCode: 0, happened: farewell(by, cause), remedy: undefined };
  const why = cause.kind === 'timeout' ? 'the server does not answer any more' : 'the connection broke';
  return failed(`the call was lost: ${why}`, goneRemedy);
}

function farewell(by: CallEnd['by'], { q850 }: EndCause): string {
  if (by === 'duration') return 'hung up by the phone: the time of --duration is over';
  if (by === 'user') return 'hung up by you';
  const detail = q850 === undefined ? '' : `, cause ${q850}${q850 === 16 ? ' normal clearing' : ''}`;
  return `hung up by the server (BYE${detail})`;
}

function beforeAnswer(cause: EndCause, { number, server }: Called): Verdict {
  const { status } = cause;
  switch (cause.kind) {
    case 'rejected':
      return failed(`refused: ${status ?? 0} ${reasonPhrase(status ?? 0)}`, remedyOf(status ?? 0, number));
    case 'cancel':
    case 'bye':
      return failed('you gave up before anybody answered');
    case 'transport':
      return failed(
        `nobody takes SIP calls at ${server}`,
        'Start Parley there (npm start), or say where it is with --server HOST:PORT or PARLEY_SIP_PORT.',
      );
    case 'timeout':
      return status === undefined ? notAnswered(number) : noResponse(server);
    case 'ackTimeout':
    case 'protocol':
      return failed(
        'the answer of the server was of no use to the phone',
        'It offered no G.711 sound, or broke the rules of SIP; look at its log.',
      );
  }
}

function notAnswered(number: string): Verdict {
  return failed(
    `${number} was not answered within a minute`,
    'The flow of the number begins without `answer`, or whom it rings did not pick up.',
  );
}

/** RFC 3261 timer B: not even a 100 Trying. */
function noResponse(server: string): Verdict {
  return failed(
    `no response from ${server} within 32 s (timeout)`,
    'A firewall swallows the packets, or the server does not know this machine: see its PARLEY_TRUSTED_PEERS.',
  );
}

/** By SIP status, what it means here and what to do. */
function remedyOf(status: number, number: string): string {
  const known: Readonly<Record<number, string>> = {
    401: credentials,
    407: credentials,
    403: 'The server does not let this caller call that number, or a flow refused the call.',
    404: `The server has no number ${number}. GET /v1.0/numbers lists those it has, POST /v1.0/numbers makes one; a fresh one has 100 and 101.`,
    408: 'The server gave up waiting for whom it rang. Try again, or look at the flow of the number.',
    480: `Nobody answers at ${number} now, or its flow ended the call before an \`answer\`.`,
    486: `${number} is busy: its owner has as many calls as it may have (PARLEY_MAX_CALLS_PER_CUSTOMER), or a flow said so. Try again later.`,
    487: 'The server ended the call while it rang; its log or the events of the call tell why.',
    488: 'Server and phone have no sound format in common; the phone speaks G.711 (PCMU, PCMA).',
    500: serverFault,
    503: 'The server is full (PARLEY_MAX_CALLS), stopping, or cannot write its store; GET /ready and its log tell which. Try again later.',
    603: `${number} declined the call.`,
  };
  return known[status] ?? (status >= 500 && status < 600 ? serverFault : 'The log of the server tells why.');
}

const credentials = 'The server wants a user name and password for this call, which the phone does not have.';
const serverFault = 'Something went wrong inside the server; its log tells what.';

function failed(happened: string, remedy?: string): Verdict {
  return { exitCode: 1, happened, remedy };
}

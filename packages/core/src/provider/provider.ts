import { type FieldProblem, notYet, type Provider } from '@parley/contract';
import type { Draft } from '../draft.ts';
import { fieldProblem } from '../field-problem.ts';
import type { Chance } from '../ports/chance.ts';
import type { Rows, Stored } from '../ports/store.ts';
import { parseAddress } from '../trunk/address-block.ts';

/** With its password: what a provider asks it for (realm, algorithm) is known only when it asks. */
export type ProviderRow = Rows['provider'];

/** What a client may say about a provider; a key that is absent keeps what stands. */
export type ProviderDetails = {
  readonly [K in keyof Settings | 'password']?: (Settings & { readonly password: string })[K];
};

export type ProviderDecision =
  | { readonly ok: true; readonly row: ProviderRow }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** The contract has checked the forms. */
export function createProvider(
  draft: Draft,
  chance: Chance,
  customerId: string,
  details: ProviderDetails & { readonly hostname: string },
): ProviderDecision {
  const row: ProviderRow = {
    id: chance.id(),
    type: 'sip',
    ...changed(defaults, details),
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    health_status: 'unknown',
    health_checked_at: notYet,
    customer_id: customerId,
    password: details.password ?? '',
  };
  return put(draft, row, 0);
}

/** An empty user name takes the password with it. What was known of its health is not, once it is another server. */
export function updateProvider(
  draft: Draft,
  { row, version }: Stored<'provider'>,
  details: ProviderDetails,
): ProviderDecision {
  const settings = changed(row, details);
  const password = settings.username === '' ? '' : row.password;
  const moved = settings.hostname !== row.hostname || settings.port !== row.port;
  const health = { health_status: 'unknown', health_checked_at: notYet } as const;
  return put(
    draft,
    {
      ...row,
      ...settings,
      ...(moved ? health : {}),
      password: details.password ?? password,
      tm_update: draft.stamp,
    },
    version,
  );
}

/** Removal is soft: the row stays, with the time of its end, and without the password. No route may lead to it. */
export function deleteProvider(draft: Draft, { row, version }: Stored<'provider'>): ProviderRow {
  const deleted = { ...row, password: '', tm_update: draft.stamp, tm_delete: draft.stamp };
  draft.require('provider', row.id, version);
  draft.put('provider', deleted);
  return deleted;
}

/**
 * For a decision that makes a route lead to the provider: puts it again as it is, on the condition that it still is so.
 * Of this decision and a deletion of the provider made at the same moment one loses and decides again.
 */
export function holdProvider(draft: Draft, { row, version }: Stored<'provider'>): void {
  draft.require('provider', row.id, version);
  draft.put('provider', row);
}

/** The provider as clients see it: without its password. */
export function publicProvider(row: ProviderRow): Provider {
  const { password: _, ...shown } = row;
  return shown;
}

/** Whether the number may be dialled through the provider: it begins as one of those that are allowed. */
export function mayDial({ allowed_prefixes: prefixes }: Provider, number: string): boolean {
  return prefixes.some((prefix) => prefix === 'all' || number.startsWith(prefix));
}

type Settings = Omit<
  Provider,
  | 'id'
  | 'type'
  | 'customer_id'
  | 'health_status'
  | 'health_checked_at'
  | 'tm_create'
  | 'tm_update'
  | 'tm_delete'
>;

const defaults: Settings = {
  hostname: '',
  tech_prefix: '',
  tech_postfix: '',
  tech_headers: {},
  name: '',
  detail: '',
  codecs: '',
  port: 0,
  transport: 'udp',
  username: '',
  register: false,
  calls_per_second: 0,
  max_calls: 0,
  allowed_prefixes: [],
  any_caller_id: false,
};

function changed(row: Settings, details: ProviderDetails): Settings {
  return {
    hostname: details.hostname ?? row.hostname,
    tech_prefix: details.tech_prefix ?? row.tech_prefix,
    tech_postfix: details.tech_postfix ?? row.tech_postfix,
    tech_headers: details.tech_headers ?? row.tech_headers,
    name: details.name ?? row.name,
    detail: details.detail ?? row.detail,
    codecs: details.codecs ?? row.codecs,
    port: details.port ?? row.port,
    transport: details.transport ?? row.transport,
    username: details.username ?? row.username,
    register: details.register ?? row.register,
    calls_per_second: details.calls_per_second ?? row.calls_per_second,
    max_calls: details.max_calls ?? row.max_calls,
    allowed_prefixes: details.allowed_prefixes ?? row.allowed_prefixes,
    any_caller_id: details.any_caller_id ?? row.any_caller_id,
  };
}

function put(draft: Draft, row: ProviderRow, version: number): ProviderDecision {
  const problems = [...problemsOf(row)];
  if (problems.length > 0) return { ok: false, problems };
  draft.require('provider', row.id, version);
  draft.put('provider', row);
  return { ok: true, row };
}

/** What the form of each key alone does not tell. */
function* problemsOf(row: ProviderRow): Generator<FieldProblem> {
  if (!isHost(row.hostname)) yield fieldProblem('hostname', 'wrong_form', 'is not a host name or address');
  yield* headerProblems(Object.keys(row.tech_headers));
  const codecs = row.codecs.split(',');
  if (new Set(codecs).size < codecs.length) yield fieldProblem('codecs', 'wrong_form', 'names one twice');
  if (row.username === '' && row.password !== '') {
    yield fieldProblem('username', 'required', 'is missing: a password needs one');
  } else if (row.username !== '' && row.password === '') {
    yield fieldProblem('password', 'required', 'is missing: a user name needs one');
  }
  if (row.register && row.username === '') {
    yield fieldProblem('username', 'required', 'is missing: register needs one');
  }
}

/** What looks like an address has to be one. */
function isHost(text: string): boolean {
  if (text.startsWith('[')) return text.includes(':') && parseAddress(text.slice(1, -1)) !== undefined;
  return /[A-Za-z]/.test(text) || parseAddress(text) !== undefined;
}

/** Headers that say where a request goes, what it belongs to, what is in it, or who is calling: SIP sets them. */
const ownHeaders: ReadonlySet<string> = new Set(
  [
    'via from to call-id cseq contact max-forwards route record-route content-length content-type',
    'content-encoding authorization proxy-authorization require proxy-require supported allow rack',
    'session-expires min-se expires event replaces refer-to privacy p-asserted-identity identity',
    // The short forms (RFC 3261 section 7.3.3 and later).
    'v f t i m l c e k x o r y',
  ].flatMap((line) => line.split(' ')),
);

function* headerProblems(names: readonly string[]): Generator<FieldProblem> {
  const seen = new Set<string>();
  for (const name of names) {
    const known = name.toLowerCase();
    if (ownHeaders.has(known)) {
      yield fieldProblem(`tech_headers.${name}`, 'not_one_of', 'is a header that SIP sets itself');
    } else if (seen.has(known)) {
      yield fieldProblem(`tech_headers.${name}`, 'wrong_form', 'is there already, written otherwise');
    }
    seen.add(known);
  }
}

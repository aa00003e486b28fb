import { type FieldProblem, notYet, type Trunk } from '@parley/contract';
import type { Draft } from '../draft.ts';
import type { HashPassword, PasswordHashes } from '../extension/extension.ts';
import { fieldProblem } from '../field-problem.ts';
import type { Chance } from '../ports/chance.ts';
import type { Rows, Stored } from '../ports/store.ts';
import { isInBlock, parseAddress, parseAddressBlock } from './address-block.ts';

export type TrunkRow = Rows['trunk'];

/** What a client may say about a trunk; a key that is absent keeps what stands. */
export interface TrunkDetails {
  readonly name?: string;
  readonly detail?: string;
  readonly domain_name?: string;
  readonly auth_types?: readonly ('basic' | 'ip')[];
  readonly username?: string;
  readonly password?: string;
  readonly allowed_ips?: readonly string[];
}

export type TrunkDecision =
  | { readonly ok: true; readonly row: TrunkRow }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** The contract has checked the forms. The store sees to it that no two trunks have the same domain. */
export function createTrunk(
  draft: Draft,
  deps: { readonly chance: Chance; readonly hashPassword: HashPassword },
  customerId: string,
  details: TrunkDetails & Required<Pick<TrunkDetails, 'domain_name' | 'auth_types'>>,
): TrunkDecision {
  const row: TrunkRow = {
    id: deps.chance.id(),
    customer_id: customerId,
    ...changed(
      { name: '', detail: '', domain_name: '', auth_types: [], username: '', allowed_ips: [] },
      details,
    ),
    ...hashesOf(deps.hashPassword, details.username ?? '', details.password),
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
  };
  return put(draft, row, 0);
}

/** Another user name needs the password again, because only hashes of the two together are kept. */
export function updateTrunk(
  draft: Draft,
  hashPassword: HashPassword,
  { row, version }: Stored<'trunk'>,
  details: TrunkDetails,
): TrunkDecision {
  const { password_hashes: kept, ...rest } = row;
  const settings = changed(rest, details);
  const hashes = hashesOf(hashPassword, settings.username, details.password);
  const stillRight = kept !== undefined && settings.username === row.username;
  const password = hashes.password_hashes ?? (stillRight ? kept : undefined);
  const next = { ...rest, ...settings, tm_update: draft.stamp };
  return put(draft, password === undefined ? next : { ...next, password_hashes: password }, version);
}

/** Removal is soft: the row stays, with the time of its end. */
export function deleteTrunk(draft: Draft, { row, version }: Stored<'trunk'>): TrunkRow {
  const deleted = { ...row, tm_update: draft.stamp, tm_delete: draft.stamp };
  draft.require('trunk', row.id, version);
  draft.put('trunk', deleted);
  return deleted;
}

/** The trunk as clients see it: without what is kept of its password. */
export function publicTrunk(row: TrunkRow): Trunk {
  const { password_hashes: _, ...shown } = row;
  return shown;
}

/** The key under which the store finds a trunk: host names know no upper case (RFC 3261 section 19.1.4). */
export function trunkKey(domainName: string): string {
  return domainName.toLowerCase();
}

/** The trunks that this address may send calls over, the one with the smallest block around it first. */
export function trunksAt(trunks: readonly TrunkRow[], address: string): readonly TrunkRow[] {
  const bytes = parseAddress(address);
  if (bytes === undefined) return [];
  const found = trunks.map((trunk) => ({ trunk, bits: closestBlock(trunk.allowed_ips, bytes) }));
  return found
    .filter(({ bits }) => bits >= 0)
    .sort((one, other) => other.bits - one.bits)
    .map(({ trunk }) => trunk);
}

/** Whether the trunk lets calls in from there: an address of its own, or any when it does not look at them. */
export function allowsAddress(trunk: Trunk, address: string): boolean {
  if (!trunk.auth_types.includes('ip')) return true;
  const bytes = parseAddress(address);
  return bytes !== undefined && closestBlock(trunk.allowed_ips, bytes) >= 0;
}

/** Bits of the smallest block that has the address; -1: none does. */
function closestBlock(blocks: readonly string[], address: readonly number[]): number {
  const fitting = blocks.map((text) => {
    const block = parseAddressBlock(text);
    return block.ok && isInBlock(block.value, address) ? block.value.bits : -1;
  });
  return Math.max(-1, ...fitting);
}

type Settings = Pick<Trunk, 'name' | 'detail' | 'domain_name' | 'auth_types' | 'username' | 'allowed_ips'>;

function changed(row: Settings, details: TrunkDetails): Settings {
  return {
    name: details.name ?? row.name,
    detail: details.detail ?? row.detail,
    domain_name: trunkKey(details.domain_name ?? row.domain_name),
    auth_types: [...(details.auth_types ?? row.auth_types)],
    username: details.username ?? row.username,
    allowed_ips: [...(details.allowed_ips ?? row.allowed_ips)],
  };
}

function hashesOf(
  hashPassword: HashPassword,
  username: string,
  password: string | undefined,
): { readonly password_hashes?: PasswordHashes } {
  if (password === undefined || username === '') return {};
  return { password_hashes: hashPassword(username, password) };
}

function put(draft: Draft, row: TrunkRow, version: number): TrunkDecision {
  const problems = [...problemsOf(row)];
  if (problems.length > 0) return { ok: false, problems };
  draft.require('trunk', row.id, version);
  draft.put('trunk', row);
  return { ok: true, row };
}

/** What the form of each key alone does not tell. */
function* problemsOf(row: TrunkRow): Generator<FieldProblem> {
  for (const [index, text] of row.allowed_ips.entries()) {
    const block = parseAddressBlock(text);
    if (!block.ok) yield fieldProblem(`allowed_ips[${index}]`, 'wrong_form', block.error);
  }
  const [basic, ip] = [row.auth_types.includes('basic'), row.auth_types.includes('ip')];
  if (ip && row.allowed_ips.length === 0) {
    yield fieldProblem('allowed_ips', 'required', 'has to name an address: auth_types has ip');
  }
  if (basic && row.username === '') {
    yield fieldProblem('username', 'required', 'is missing: auth_types has basic');
  } else if (basic && row.password_hashes === undefined) {
    yield fieldProblem('password', 'required', 'is missing: auth_types has basic, and username is new');
  }
}

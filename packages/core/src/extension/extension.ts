import { type Address, type Extension, notYet } from '@parley/contract';
import { callerUser } from '../dial/caller-id.ts';
import type { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Rows, Stored } from '../ports/store.ts';

/**
 * What is kept of a password: HA1 of digest authentication (RFC 7616 section 3.4.2) for each algorithm that phones are
 * offered. It opens nothing but the realm it was made for.
 */
export interface PasswordHashes {
  readonly realm: string;
  readonly sha256: string;
  readonly md5: string;
}

/** Hashes a password for the realm of this installation. */
export type HashPassword = (username: string, password: string) => PasswordHashes;

export type ExtensionRow = Rows['extension'];

/** What a client may say about an extension; a key that is absent keeps what stands. */
export interface ExtensionDetails {
  readonly name?: string;
  readonly detail?: string;
  readonly password?: string;
}

/** The contract has checked the forms. The user name of the phones is the extension itself. */
export function createExtension(
  draft: Draft,
  deps: { readonly chance: Chance; readonly hashPassword: HashPassword },
  customerId: string,
  details: ExtensionDetails & { readonly extension: string; readonly password: string },
): ExtensionRow {
  const hashes = deps.hashPassword(details.extension, details.password);
  const row: ExtensionRow = {
    id: deps.chance.id(),
    name: details.name ?? '',
    detail: details.detail ?? '',
    domain_id: customerId,
    extension: details.extension,
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: customerId,
    domain_name: domainNameOf(customerId, hashes.realm),
    username: details.extension,
    password_hashes: hashes,
  };
  draft.require('extension', row.id, 0);
  draft.put('extension', row);
  return row;
}

/** A new password is hashed for the realm of today, which may have been another when the extension was made. */
export function updateExtension(
  draft: Draft,
  hashPassword: HashPassword,
  stored: Stored<'extension'>,
  details: ExtensionDetails,
): ExtensionRow {
  const { row } = stored;
  const hashes =
    details.password === undefined ? row.password_hashes : hashPassword(row.username, details.password);
  return replace(draft, stored, {
    ...row,
    name: details.name ?? row.name,
    detail: details.detail ?? row.detail,
    domain_name: domainNameOf(row.customer_id, hashes.realm),
    password_hashes: hashes,
    tm_update: draft.stamp,
  });
}

/** Removal is soft: the row stays, with the time of its end; the extension may be made again. */
export function deleteExtension(draft: Draft, stored: Stored<'extension'>): ExtensionRow {
  const now = draft.stamp;
  return replace(draft, stored, { ...stored.row, tm_update: now, tm_delete: now });
}

/** The extension as clients see it: without what is kept of its password. */
export function publicExtension(row: ExtensionRow): Extension {
  const { password_hashes: _, ...shown } = row;
  return shown;
}

/** Every customer has one domain, below that of the installation. */
export function domainNameOf(customerId: string, domain: string): string {
  return `${customerId}.${domain}`;
}

/** The key that an extension is found by, in whatever customer it is. */
export function extensionKey(customerId: string, extension: string): string {
  return `${extension}@${customerId}`;
}

/** The extension that an address leads to; undefined: it leads elsewhere. */
export function dialledExtension(address: Address): string | undefined {
  if (address.type !== 'extension' && address.type !== 'endpoint') return undefined;
  return address.target_name === '' ? callerUser(address) : address.target_name;
}

function replace(draft: Draft, stored: Stored<'extension'>, row: ExtensionRow): ExtensionRow {
  draft.require('extension', row.id, stored.version);
  draft.put('extension', row);
  return row;
}

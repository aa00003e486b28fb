import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Customer } from '@parley/contract';
import {
  type Changes,
  type Chance,
  type Commit,
  createAccesskey,
  Draft,
  firstCustomer,
  type Hash,
  type Store,
} from '@parley/core';
import type { Clock } from './clock.ts';
import { createDemo } from './demo.ts';

export interface FirstStartDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly hash: Hash;
  readonly dataDir: string;
  /** What the operator wants the key to be; '' when nothing was said. */
  readonly accessKey: string;
  readonly demo: boolean;
}

export interface FirstStart {
  readonly customer: Customer;
  /** The key that was made now, to be shown once. */
  readonly newKey: string | undefined;
  readonly demoMade: boolean;
}

/** Where the key made at the first start is kept for the command line of the same user. */
export function accessKeyFile(dataDir: string): string {
  return join(dataDir, 'access-key');
}

/** An empty store gets its first customer, a key and the demo; any store gets the key the operator asks for. */
export async function prepareStore(deps: FirstStartDeps): Promise<FirstStart> {
  const [existing] = await deps.store.customers();
  if (existing === undefined) return await firstStart(deps);
  await ensureKey(deps, existing.row);
  return { customer: existing.row, newKey: undefined, demoMade: false };
}

async function firstStart(deps: FirstStartDeps): Promise<FirstStart> {
  const { clock, chance, hash, demo, accessKey } = deps;
  const draft = new Draft(clock.now(), chance);
  const given = accessKey === '' ? undefined : accessKey;
  const { customer, accesskey } = firstCustomer(draft, { chance, hash }, given);
  if (demo) createDemo(draft, chance, customer.id);
  await write(deps.store, draft);
  if (given === undefined) keepKey(deps.dataDir, accesskey.token);
  return { customer, newKey: given === undefined ? accesskey.token : undefined, demoMade: demo };
}

/** The operator may name another key at any later start. */
async function ensureKey(deps: FirstStartDeps, customer: Customer): Promise<void> {
  const { clock, chance, hash, store, accessKey } = deps;
  if (accessKey === '' || (await store.find('accesskey', hash(accessKey))) !== undefined) return;
  const draft = new Draft(clock.now(), chance);
  createAccesskey(
    draft,
    { chance, hash },
    customer.id,
    { name: 'Operator key', detail: 'From the settings.' },
    accessKey,
  );
  await write(store, draft);
}

async function write(store: Store, changes: Changes): Promise<void> {
  const events = changes.events.map((event) => ({ ...event, recipients: [] }));
  const commit: Commit = { puts: changes.puts, events, preconditions: changes.preconditions, deliveries: [] };
  const [outcome] = await store.commit([commit]);
  if (outcome?.ok !== true)
    throw new Error('the first customer could not be made: the store is in use by someone else');
}

function keepKey(dataDir: string, token: string): void {
  const file = accessKeyFile(dataDir);
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** The key kept by the first start, if this user may read it. */
export function readKeptKey(dataDir: string): string | undefined {
  const file = accessKeyFile(dataDir);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

import { formatTimestamp, type Instant, notYet, parseTimestamp, type Registration } from '@parley/contract';
import type { ContactRow, Moment, RegistrationRow } from '@parley/core';
import type { Binding } from '@parley/sip';
import type { Registered } from './registered.ts';

/** The row that stands for an extension's phones. Times on the process's own clock become those of the wall. */
export function rowOf({ extension, since, bindings }: Registered, now: Moment): RegistrationRow {
  return {
    id: extension.id,
    customer_id: extension.customer_id,
    contacts: bindings.map((binding) => contactOf(binding, now)),
    tm_create: since,
    tm_update: formatTimestamp(now.wall),
    tm_delete: notYet,
  };
}

function contactOf({ path, ...binding }: Binding, now: Moment): ContactRow {
  const { local, remote, transport } = path;
  return {
    uri: binding.uri,
    priority: binding.q,
    transport,
    address: remote.address,
    port: remote.port,
    local_address: local.address,
    local_port: local.port,
    user_agent: binding.userAgent,
    call_id: binding.callId,
    cseq: binding.cseq,
    instance: binding.instance,
    tm_create: stampOf(binding.registeredAt, now),
    tm_update: stampOf(binding.refreshedAt, now),
    tm_expire: stampOf(binding.expiresAt, now),
  };
}

/**
 * The phones of a row that can still be called: those whose time is not over, and that did not hang on a connection,
 * which ended with the process that held it.
 */
export function bindingsOf(row: RegistrationRow, now: Moment): readonly Binding[] {
  return row.contacts.flatMap((contact) => {
    const expiresAt = timeOf(contact.tm_expire, now);
    if (contact.transport !== 'UDP' || expiresAt <= now.mono) return [];
    return [
      {
        uri: contact.uri,
        path: {
          transport: contact.transport,
          local: { address: contact.local_address, port: contact.local_port },
          remote: { address: contact.address, port: contact.port },
        },
        q: contact.priority,
        callId: contact.call_id,
        cseq: contact.cseq,
        instance: contact.instance,
        userAgent: contact.user_agent,
        registeredAt: timeOf(contact.tm_create, now),
        refreshedAt: timeOf(contact.tm_update, now),
        expiresAt,
      },
    ];
  });
}

/** A phone as the API shows it. */
export function registrationOf({ extension }: Registered, binding: Binding, now: Moment): Registration {
  const { address, port } = binding.path.remote;
  return {
    extension_id: extension.id,
    customer_id: extension.customer_id,
    contact: binding.uri,
    transport: binding.path.transport,
    address: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    priority: binding.q,
    user_agent: binding.userAgent,
    tm_create: stampOf(binding.registeredAt, now),
    tm_update: stampOf(binding.refreshedAt, now),
    tm_expire: stampOf(binding.expiresAt, now),
  };
}

function stampOf(time: number, { mono, wall }: Moment): string {
  return formatTimestamp((wall + Math.round((time - mono) * 1000)) as Instant);
}

/** What cannot be read is over. */
function timeOf(stamp: string, { mono, wall }: Moment): number {
  const instant = parseTimestamp(stamp);
  return instant === undefined ? Number.NEGATIVE_INFINITY : mono + (instant - wall) / 1000;
}

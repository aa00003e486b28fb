import type { ExtensionRow } from '@parley/core';
import type { HeaderPair, Path, SipRequest } from '@parley/sip';

/** A phone that can be called now. */
export interface RegisteredContact {
  /** The Request-URI of an INVITE to it. */
  readonly uri: string;
  /** Where that INVITE is sent; over a connection that the phone keeps open, if it does. */
  readonly path: Path;
  readonly q: number;
  readonly userAgent: string;
}

/** Who an INVITE comes from. */
export type CallerIdentity =
  /** A phone of that extension, proved. */
  | { readonly kind: 'extension'; readonly extension: ExtensionRow }
  /** Nobody of ours, from a place that calls may come from. */
  | { readonly kind: 'stranger' }
  /** Answer this and forget the call. */
  | { readonly kind: 'refused'; readonly status: number; readonly headers: readonly HeaderPair[] };

/** What the switchboard asks of the registrar. */
export interface RegistrarDirectory {
  /** The phones of an extension, in the order in which they want to be called. In memory; no phone, or no such extension: empty. */
  contactsOf(customerId: string, extension: string): readonly RegisteredContact[];
  /** The customer whose extensions have that host in their address; undefined: no domain of ours. */
  customerOf(host: string): string | undefined;
  /** Asks who calls. A refusal of 407 asks for credentials; the INVITE comes again with them. */
  whoIs(invite: SipRequest, path: Path): Promise<CallerIdentity>;
}

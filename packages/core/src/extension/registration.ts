/** A phone that is registered, as it is kept. Times are written as everywhere else. */
export interface ContactRow {
  readonly uri: string;
  readonly priority: number;
  readonly transport: 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS';
  /** Where requests to it go, and from where. */
  readonly address: string;
  readonly port: number;
  readonly local_address: string;
  readonly local_port: number;
  readonly user_agent: string;
  /** Of the REGISTER that was heard last; later ones have to be newer (RFC 3261 section 10.3). */
  readonly call_id: string;
  readonly cseq: number;
  /** Which device it is (RFC 5626); empty: it did not say. */
  readonly instance: string;
  readonly tm_create: string;
  readonly tm_update: string;
  readonly tm_expire: string;
}

/**
 * All phones of one extension in one row: they change together, and the row is as old as the extension's first phone.
 * Phones that hang on a connection are kept for whoever looks; they do not outlive their connection.
 */
export interface RegistrationRow {
  /** The extension's. */
  readonly id: string;
  readonly customer_id: string;
  readonly contacts: readonly ContactRow[];
  readonly tm_create: string;
  readonly tm_update: string;
  readonly tm_delete: string;
}

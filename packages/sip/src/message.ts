/**
 * A SIP message as data (RFC 3261 section 7). Header values are kept as text, one entry per value, in the order
 * of the wire; what a value means is read on demand by the functions of `headers/`.
 */

/** A request; `uri` is the Request-URI exactly as received or to be sent. */
export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** A response; `status` is 100..699. */
export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export type SipMessage = SipRequest | SipResponse;

export interface HeaderField {
  /** Canonical name: long form, usual capitals (`Via`, `Call-ID`); unknown names as received. */
  readonly name: string;
  readonly value: string;
}

/** Compact forms (RFC 3261 section 7.3.3 and the IANA table) and the spelling we print. */
const canonicalNames: ReadonlyMap<string, string> = new Map([
  ['i', 'Call-ID'],
  ['m', 'Contact'],
  ['e', 'Content-Encoding'],
  ['l', 'Content-Length'],
  ['c', 'Content-Type'],
  ['f', 'From'],
  ['s', 'Subject'],
  ['k', 'Supported'],
  ['t', 'To'],
  ['v', 'Via'],
  ['r', 'Refer-To'],
  ['b', 'Referred-By'],
  ['u', 'Allow-Events'],
  ['o', 'Event'],
  ['x', 'Session-Expires'],
  ['a', 'Accept-Contact'],
  ['j', 'Reject-Contact'],
  ['d', 'Request-Disposition'],
  ['call-id', 'Call-ID'],
  ['cseq', 'CSeq'],
  ['www-authenticate', 'WWW-Authenticate'],
  ['mime-version', 'MIME-Version'],
  ['min-se', 'Min-SE'],
  ['rack', 'RAck'],
  ['rseq', 'RSeq'],
] as const);

const knownNames = new Map<string, string>(
  'Accept Allow Authorization Authentication-Info Contact Content-Disposition Content-Encoding Content-Length Content-Type Date Event Expires From Max-Forwards Min-Expires Privacy P-Asserted-Identity P-Preferred-Identity Proxy-Authenticate Proxy-Authorization Proxy-Require Reason Record-Route Refer-To Referred-By Replaces Require Retry-After Route Server Session-Expires Subject Supported To Unsupported User-Agent Via Warning'
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
);

/** The one spelling under which a header is kept: `canonicalHeaderName('v') === 'Via'`. */
export function canonicalHeaderName(name: string): string {
  const lower = name.toLowerCase();
  return canonicalNames.get(lower) ?? knownNames.get(lower) ?? name;
}

/** The header fields of one message: ordered, several per name allowed, names compared without case and compact form. */
export class Headers {
  readonly #fields: HeaderField[];

  constructor(fields: readonly HeaderField[] = []) {
    this.#fields = [...fields];
  }

  /** First value of that name, or undefined. */
  get(name: string): string | undefined {
    const wanted = canonicalHeaderName(name).toLowerCase();
    return this.#fields.find((field) => field.name.toLowerCase() === wanted)?.value;
  }

  /** All values of that name, in wire order. */
  all(name: string): string[] {
    const wanted = canonicalHeaderName(name).toLowerCase();
    return this.#fields.filter((field) => field.name.toLowerCase() === wanted).map((field) => field.value);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Appends one value after all others. */
  add(name: string, value: string): this {
    this.#fields.push({ name: canonicalHeaderName(name), value });
    return this;
  }

  /** Puts one value before all others (a Via goes on top). */
  prepend(name: string, value: string): this {
    this.#fields.unshift({ name: canonicalHeaderName(name), value });
    return this;
  }

  /** Replaces the first value of that name in place and removes the others; appends when there was none. */
  set(name: string, value: string): this {
    const canonical = canonicalHeaderName(name);
    const wanted = canonical.toLowerCase();
    const at = this.#fields.findIndex((field) => field.name.toLowerCase() === wanted);
    if (at < 0) return this.add(canonical, value);
    const rest = this.#fields.filter((field, index) => index <= at || field.name.toLowerCase() !== wanted);
    rest[at] = { name: canonical, value };
    this.#fields.splice(0, this.#fields.length, ...rest);
    return this;
  }

  remove(name: string): this {
    const wanted = canonicalHeaderName(name).toLowerCase();
    const rest = this.#fields.filter((field) => field.name.toLowerCase() !== wanted);
    this.#fields.splice(0, this.#fields.length, ...rest);
    return this;
  }

  copy(): Headers {
    return new Headers(this.#fields);
  }

  [Symbol.iterator](): Iterator<HeaderField> {
    return this.#fields[Symbol.iterator]();
  }
}

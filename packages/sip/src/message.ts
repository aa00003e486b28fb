import { type HeaderRule, headerRule } from './header-names.ts';

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

/** The one spelling under which a header is kept: `canonicalHeaderName('v') === 'Via'`. */
export function canonicalHeaderName(name: string): string {
  return headerRule(name).name;
}

/** The header fields of one message: ordered, several per name allowed, names compared without case and compact form. */
export class Headers {
  /** `#rules[i]` belongs to `#fields[i]`: a look-up compares references and neither converts nor compares text. */
  readonly #fields: HeaderField[] = [];
  readonly #rules: HeaderRule[] = [];

  constructor(fields: Iterable<HeaderField> = []) {
    for (const field of fields) this.add(field.name, field.value);
  }

  /** First value of that name, or undefined. */
  get(name: string): string | undefined {
    return this.#fields[this.#indexOf(headerRule(name), 0)]?.value;
  }

  /** All values of that name, in wire order. */
  all(name: string): string[] {
    const rule = headerRule(name);
    const values: string[] = [];
    for (let at = this.#indexOf(rule, 0); at >= 0; at = this.#indexOf(rule, at + 1)) {
      const field = this.#fields[at];
      if (field !== undefined) values.push(field.value);
    }
    return values;
  }

  has(name: string): boolean {
    return this.#indexOf(headerRule(name), 0) >= 0;
  }

  /** Appends one value after all others. */
  add(name: string, value: string): this {
    return this.addKnown(headerRule(name), value);
  }

  /** `add` for a reader that has looked the name up already. */
  addKnown(rule: HeaderRule, value: string): this {
    this.#fields.push({ name: rule.name, value });
    this.#rules.push(rule);
    return this;
  }

  /** Puts one value before all others (a Via goes on top). */
  prepend(name: string, value: string): this {
    const rule = headerRule(name);
    this.#fields.unshift({ name: rule.name, value });
    this.#rules.unshift(rule);
    return this;
  }

  /** Replaces the first value of that name in place and removes the others; appends when there was none. */
  set(name: string, value: string): this {
    const rule = headerRule(name);
    const at = this.#indexOf(rule, 0);
    if (at < 0) return this.addKnown(rule, value);
    this.#fields[at] = { name: rule.name, value };
    this.#removeFrom(at + 1, rule);
    return this;
  }

  remove(name: string): this {
    this.#removeFrom(0, headerRule(name));
    return this;
  }

  copy(): Headers {
    const copy = new Headers();
    copy.#fields.push(...this.#fields);
    copy.#rules.push(...this.#rules);
    return copy;
  }

  get size(): number {
    return this.#fields.length;
  }

  [Symbol.iterator](): Iterator<HeaderField> {
    return this.#fields[Symbol.iterator]();
  }

  #indexOf(rule: HeaderRule, start: number): number {
    // A header we know has one rule object in the whole program; that of a stranger is made anew each time.
    if (rule.known) return this.#rules.indexOf(rule, start);
    for (let at = start; at < this.#rules.length; at += 1) if (this.#rules[at]?.key === rule.key) return at;
    return -1;
  }

  #removeFrom(start: number, rule: HeaderRule): void {
    for (let at = this.#indexOf(rule, start); at >= 0; at = this.#indexOf(rule, at)) {
      this.#fields.splice(at, 1);
      this.#rules.splice(at, 1);
    }
  }
}

/** What the reader must know about a header before it looks at the value. */
export interface HeaderRule {
  /** The spelling under which it is kept and printed. */
  readonly name: string;
  /** Lower-case name. */
  readonly key: string;
  /** One of ours; then there is exactly one rule object for it. */
  readonly known: boolean;
  /**
   * `addresses`: a comma list of structured values, each printed on a line of its own. `tokens`: a comma list that is
   * printed on one line. `single`: at most one value per message. `text`: a comma is part of the value.
   */
  readonly shape: 'addresses' | 'tokens' | 'single' | 'text';
}

/** RFC 3261 section 7.3.3 and the registry of header fields. */
const compactForms: Readonly<Record<string, string>> = {
  'Accept-Contact': 'a',
  'Allow-Events': 'u',
  'Call-ID': 'i',
  Contact: 'm',
  'Content-Encoding': 'e',
  'Content-Length': 'l',
  'Content-Type': 'c',
  Event: 'o',
  From: 'f',
  Identity: 'y',
  'Refer-To': 'r',
  'Referred-By': 'b',
  'Reject-Contact': 'j',
  'Request-Disposition': 'd',
  'Session-Expires': 'x',
  Subject: 's',
  Supported: 'k',
  To: 't',
  Via: 'v',
};

const namesByShape: Readonly<Record<HeaderRule['shape'], string>> = {
  addresses:
    'Via Contact Route Record-Route Path Service-Route P-Asserted-Identity P-Preferred-Identity P-Associated-URI Diversion History-Info Alert-Info Call-Info Error-Info Accept-Contact Reject-Contact',
  tokens:
    'Accept Accept-Encoding Accept-Language Allow Allow-Events Content-Encoding Content-Language In-Reply-To Proxy-Require Reason Request-Disposition Require Supported Unsupported Warning',
  single:
    'Call-ID Content-Disposition Content-Length Content-Type CSeq Event Expires From Max-Forwards MIME-Version Min-Expires Min-SE RAck Refer-To Referred-By Replaces RSeq Session-Expires Subscription-State To',
  text: 'Authentication-Info Authorization Date Geolocation Identity Organization Priority Privacy Proxy-Authenticate Proxy-Authorization Proxy-Authentication-Info Retry-After Server SIP-ETag SIP-If-Match Subject Timestamp User-Agent WWW-Authenticate',
};

const rules: ReadonlyMap<string, HeaderRule> = new Map(allSpellings());

function* allSpellings(): Generator<[string, HeaderRule]> {
  for (const [shape, names] of Object.entries(namesByShape)) {
    for (const name of names.split(' ')) {
      const rule = { name, key: name.toLowerCase(), known: true, shape: shape as HeaderRule['shape'] };
      const compact = compactForms[name];
      for (const spelling of [name, rule.key]) yield [spelling, rule];
      if (compact !== undefined) yield [compact, rule];
    }
  }
}

/** The rule of a header we know, named in any case, long or compact. */
export function knownHeaderRule(name: string): HeaderRule | undefined {
  return rules.get(name) ?? rules.get(name.toLowerCase());
}

/** The same for any header; one we do not know is `text` under its own spelling. */
export function headerRule(name: string): HeaderRule {
  return knownHeaderRule(name) ?? { name, key: name.toLowerCase(), known: false, shape: 'text' };
}

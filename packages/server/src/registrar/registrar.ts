import type { Registration } from '@parley/contract';
import {
  Draft,
  type ExtensionRow,
  extensionKey,
  type Moment,
  type Monotonic,
  type PasswordHashes,
  type Put,
} from '@parley/core';
import {
  type Binding,
  defaultRegistrarLimits,
  type HeaderPair,
  type InquiryId,
  inOrderOfCalling,
  parseNameAddr,
  parseRegister,
  parseUri,
  type Path,
  type Refusal,
  register,
  type RegisterOutcome,
  type RegisterRequest,
  type SipOutput,
  type SipRequest,
  type SipUri,
} from '@parley/sip';
import { Alarm } from '../clock.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { Login, type LoginFailure } from './login.ts';
import { OpenRequests } from './open-requests.ts';
import { isSamePlace, type Registered, RegisteredPhones } from './registered.ts';
import type { CallerIdentity, RegisteredContact, RegistrarDirectory } from './registrar-directory.ts';
import type { RegistrarDeps } from './registrar-deps.ts';
import { bindingsOf, registrationOf, rowOf } from './rows.ts';

const limits = defaultRegistrarLimits;

type Inquiry = Extract<SipOutput, { kind: 'outOfDialog' }>;

/**
 * Which phones are registered for which extension. It asks phones to prove that they are who they say, lets the pure
 * registrar of the SIP package decide, keeps the outcome in memory and in the store, and answers once it is durable. It
 * owns its rows: nobody else writes them.
 */
export class Registrar implements RegistrarDirectory {
  readonly #deps: RegistrarDeps;
  readonly #phones = new RegisteredPhones();
  readonly #attempts: AttemptLimiter;
  #loginWhenNeeded: Login | undefined;
  readonly #open = new OpenRequests();
  readonly #alarm: Alarm;
  #firstCustomer: string | undefined;
  /** Extensions of which was told that they have phones. */
  readonly #told = new Set<string>();

  constructor(deps: RegistrarDeps) {
    this.#deps = deps;
    this.#attempts = new AttemptLimiter(deps.attemptLimits);
    this.#alarm = new Alarm(deps.clock, () => this.#sweep());
  }

  /** Goes on with the phones that were registered when the last process ended, before it is asked anything. */
  async start(): Promise<void> {
    const { store, clock } = this.#deps;
    this.#firstCustomer = (await store.customers())[0]?.row.id;
    const rows = (await store.live('registration')).map(({ row }) => row);
    const extensions = await Promise.all(rows.map(({ id }) => store.get('extension', id)));
    const now = clock.now();
    for (const [index, row] of rows.entries()) {
      const extension = extensions[index]?.row;
      if (extension === undefined) continue;
      const bindings = isDeleted(extension) ? [] : bindingsOf(row, now);
      this.#phones.set({ extension, since: row.tm_create, bindings });
      if (bindings.length < row.contacts.length)
        void this.#write({ extension, since: row.tm_create, bindings }, now);
      this.#tell(extension);
    }
    this.#alarm.set(this.#phones.wakeAt());
  }

  sizes(): { readonly contacts: number; readonly extensions: number; readonly failingSources: number } {
    const { contacts, extensions } = this.#phones;
    return { contacts, extensions, failingSources: this.#attempts.size };
  }

  /** When the next registration ends; it is woken by its own alarm. */
  wakeAt(): Monotonic | undefined {
    return this.#phones.wakeAt();
  }

  /** Whether a request outside of any call is looked at; who is not gets no answer at all. */
  admits(path: Path, method: string): boolean {
    const { address } = path.remote;
    if (method !== 'REGISTER' && this.#deps.settings.trusts(address)) return true;
    if (this.#phones.knowsPlace(path)) return true;
    const isKnown = method === 'REGISTER' || this.#phones.knowsAddress(address);
    return isKnown && this.#attempts.allows(address, this.#deps.clock.now().mono);
  }

  /** What a REGISTER without credentials is answered, before anything is kept of it. */
  screen(request: SipRequest): Refusal | undefined {
    if (request.method !== 'REGISTER') return undefined;
    if (this.#login.hasCredentials(request.headers.all('Authorization'))) return undefined;
    this.#deps.tally.refused('challenged');
    return { status: 401, headers: this.#login.challenge('WWW-Authenticate', request, false) };
  }

  /** A REGISTER with credentials. */
  async receive({ inquiry, request, path }: Inquiry): Promise<void> {
    const visit = this.#open.begin(path);
    try {
      await this.#register(inquiry, request, path, () => visit.isGone);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'a phone could not be registered');
      this.#refuse(inquiry, 'storeFailed', { status: 503, headers: [['Retry-After', '5']] });
    } finally {
      this.#open.end(path, visit);
    }
  }

  /** A connection is gone: the phones on it cannot be called any more. */
  disconnected(path: Path): void {
    if (path.connection === undefined) return;
    this.#open.closed(path.connection);
    for (const id of this.#phones.onConnection(path.connection))
      this.#keep(id, (binding) => binding.path.connection !== path.connection);
  }

  /** These rows have just become durable. */
  changed(puts: readonly Put[]): void {
    for (const put of puts) {
      if (put.kind === 'customer') this.#firstCustomer ??= put.row.id;
      if (put.kind === 'extension') this.#extensionChanged(put.row);
    }
  }

  contactsOf(customerId: string, extension: string): readonly RegisteredContact[] {
    const registered = this.#phones.byKey(extensionKey(customerId, extension));
    if (registered === undefined) return [];
    return inOrderOfCalling(registered.bindings, this.#deps.clock.now().mono);
  }

  /** What the API shows of an extension's phones. */
  registrationsOf(extensionId: string): readonly Registration[] {
    const registered = this.#phones.byId(extensionId);
    if (registered === undefined) return [];
    const now = this.#deps.clock.now();
    return inOrderOfCalling(registered.bindings, now.mono).map((each) =>
      registrationOf(registered, each, now),
    );
  }

  /** `{customer id}.{domain}` is that customer's; anything else a phone may have been told belongs to the first customer. */
  customerOf(host: string): string | undefined {
    const name = host.toLowerCase();
    const suffix = `.${this.#deps.settings.domain}`;
    return name.endsWith(suffix) ? name.slice(0, -suffix.length) : this.#firstCustomer;
  }

  async whoIs(invite: SipRequest, path: Path): Promise<CallerIdentity> {
    const from = aorOf(invite.headers.get('From') ?? '');
    const customerId = from && this.customerOf(from.host);
    const registered = this.#phones.byKey(extensionKey(customerId ?? '', from?.user ?? ''));
    if (registered !== undefined && this.#isOwnPlace(registered, path)) {
      return { kind: 'extension', extension: registered.extension };
    }
    const credentials = credentialsOf(invite);
    if (!this.#login.hasCredentials(credentials)) {
      if (this.#deps.settings.trusts(path.remote.address)) return { kind: 'stranger' };
      return { kind: 'refused', ...this.#answerTo('noCredentials', invite, path) };
    }
    const { method, uri: requestUri } = invite;
    const login = await this.#login.check({
      method,
      requestUri,
      credentials,
      customerId,
      extension: undefined,
    });
    if (login.ok) return { kind: 'extension', extension: login.extension };
    return { kind: 'refused', ...this.#answerTo(login.why, invite, path) };
  }

  /** The user name that the credentials of an INVITE are of, true or not; undefined: it has none for us. */
  credentialsIn(invite: SipRequest): string | undefined {
    return this.#login.usernameIn(credentialsOf(invite));
  }

  /** Whether an INVITE proves to be from a user who is no extension, such as a trunk. */
  proves(
    invite: SipRequest,
    user: { readonly username: string; readonly hashes: PasswordHashes | undefined },
  ): 'yes' | LoginFailure {
    const { method, uri: requestUri } = invite;
    return this.#login.verify({ method, requestUri, credentials: credentialsOf(invite) }, user);
  }

  /** The 407 for an INVITE that has to prove who it is from, whoever that is. */
  asksForProof(invite: SipRequest, path: Path, stale: boolean): CallerIdentity {
    return { kind: 'refused', ...this.#answerTo(stale ? 'stale' : 'noCredentials', invite, path) };
  }

  /**
   * A request on the very connection that a phone has registered over is the phone's: nobody else can put one there. The
   * source address of a datagram can be forged, so it counts only where addresses are believed anyway.
   */
  #isOwnPlace({ bindings }: Registered, path: Path): boolean {
    if (path.connection === undefined && !this.#deps.settings.trusts(path.remote.address)) return false;
    const now = this.#deps.clock.now().mono;
    return bindings.some((binding) => binding.expiresAt > now && isSamePlace(binding.path, path));
  }

  /** Made for the first phone: its secrets are of no use to a server without any. */
  get #login(): Login {
    const { store, hash, chance, clock, settings } = this.#deps;
    return (this.#loginWhenNeeded ??= new Login({
      store,
      hash,
      chance,
      realm: settings.domain,
      now: () => clock.now().mono,
      remembered: (key) => this.#phones.byKey(key)?.extension,
    }));
  }

  async #register(inquiry: InquiryId, request: SipRequest, path: Path, isGone: () => boolean): Promise<void> {
    const parsed = parseRegister(request, path, limits);
    if (!parsed.ok) return this.#refuse(inquiry, 'malformed', parsed.error);
    const { aor } = parsed.value;
    const login = await this.#login.check({
      method: request.method,
      requestUri: request.uri,
      credentials: request.headers.all('Authorization'),
      customerId: this.customerOf(aor.host),
      extension: aor.user ?? '',
    });
    if (!login.ok) return this.#respond(inquiry, this.#answerTo(login.why, request, path));
    if (isGone()) return undefined;
    await this.#decide(inquiry, login.extension, parsed.value);
  }

  /** Nothing waits between the look at the bindings and their change, so phones of one extension do not overtake each other. */
  async #decide(inquiry: InquiryId, extension: ExtensionRow, request: RegisterRequest): Promise<void> {
    const now = this.#deps.clock.now();
    const before = this.#phones.byId(extension.id);
    const bindings = before?.bindings ?? [];
    const outcome = register(bindings, request, limits, now.mono);
    if (outcome.status !== 200) return this.#refuse(inquiry, 'notGranted', outcome);
    if (outcome.bindings !== bindings) {
      const since = before?.since ?? new Draft(now, this.#deps.chance).stamp;
      await this.#set({ extension, since, bindings: outcome.bindings }, now);
    }
    this.#deps.tally.registered(whatHappened(bindings, outcome));
    this.#respond(inquiry, outcome);
    // Not before it is durable and the phone knows: it may be rung at once.
    this.#tell(extension);
  }

  /** At once in memory, as calls are; resolves when it is durable. */
  #set(registered: Registered, now: Moment): Promise<void> {
    this.#phones.set(registered);
    this.#alarm.set(this.#phones.wakeAt());
    if (registered.bindings.length === 0) this.#tell(registered.extension);
    return this.#write(registered, now);
  }

  /** Tells whether an extension has phones as it is by now, if that is news. */
  #tell({ id, customer_id: customerId, extension }: ExtensionRow): void {
    const isRegistered = this.#phones.byId(id) !== undefined;
    if (isRegistered === this.#told.has(id)) return;
    if (isRegistered) this.#told.add(id);
    else this.#told.delete(id);
    this.#deps.changed(customerId, extension, isRegistered);
  }

  async #write(registered: Registered, now: Moment): Promise<void> {
    const draft = new Draft(now, this.#deps.chance);
    draft.put('registration', rowOf(registered, now));
    await this.#deps.submit(draft);
  }

  /** Ends all registrations of an extension but those. Nobody waits for it, so a failure can only be told. */
  #keep(extensionId: string, isKept: (binding: Binding) => boolean): void {
    const registered = this.#phones.byId(extensionId);
    if (registered === undefined) return;
    const bindings = registered.bindings.filter(isKept);
    this.#set({ ...registered, bindings }, this.#deps.clock.now()).catch((error: unknown) => {
      this.#deps.log.error({ err: error }, 'the end of a registration could not be written');
    });
  }

  /** A new password, or none any more, ends what the old one opened. */
  #extensionChanged(extension: ExtensionRow): void {
    this.#loginWhenNeeded?.changed();
    const registered = this.#phones.byId(extension.id);
    if (registered === undefined) return;
    const isSamePassword = registered.extension.password_hashes.sha256 === extension.password_hashes.sha256;
    if (isDeleted(extension) || !isSamePassword) this.#keep(extension.id, () => false);
    else this.#phones.set({ ...registered, extension });
  }

  #sweep(): void {
    const { mono } = this.#deps.clock.now();
    for (let id = this.#phones.takeDue(mono); id !== undefined; id = this.#phones.takeDue(mono))
      this.#keep(id, ({ expiresAt }) => expiresAt > mono);
    this.#alarm.set(this.#phones.wakeAt());
  }

  /** An unknown extension and a wrong password are told in the same words. */
  #answerTo(why: LoginFailure, request: SipRequest, path: Path) {
    const { tally, log, clock } = this.#deps;
    const isRegister = request.method === 'REGISTER';
    tally.refused(why === 'noCredentials' ? 'challenged' : why === 'uriMismatch' ? 'malformed' : why);
    if (why === 'noCredentials' || why === 'stale') {
      const header = isRegister ? 'WWW-Authenticate' : 'Proxy-Authenticate';
      const headers = this.#login.challenge(header, request, why === 'stale');
      return { status: isRegister ? 401 : 407, headers };
    }
    this.#attempts.failed(path.remote.address, clock.now().mono);
    if (why === 'otherRealm')
      log.warn('a phone cannot log in: its password was set for another sipDomain; set it again');
    const status = why === 'malformed' || why === 'uriMismatch' ? 400 : 403;
    return { status, headers: [] as readonly HeaderPair[] };
  }

  #refuse(inquiry: InquiryId, why: 'malformed' | 'notGranted' | 'storeFailed', refusal: Refusal): void {
    this.#deps.tally.refused(why);
    this.#respond(inquiry, refusal);
  }

  #respond(inquiry: InquiryId, { status, reason, headers }: Refusal): void {
    this.#deps.respond(inquiry, status, reason, headers ?? []);
  }
}

function whatHappened(before: readonly Binding[], { bindings }: RegisterOutcome) {
  if (bindings === before) return 'asked';
  if (bindings.length < before.length) return 'ended';
  return bindings.length > before.length ? 'added' : 'refreshed';
}

function credentialsOf({ headers }: SipRequest): readonly string[] {
  return [...headers.all('Proxy-Authorization'), ...headers.all('Authorization')];
}

function aorOf(value: string): SipUri | undefined {
  const address = parseNameAddr(value);
  const uri = address.ok ? parseUri(address.value.uri) : address;
  return uri.ok ? uri.value : undefined;
}

function isDeleted(row: { readonly tm_delete: string }): boolean {
  return !row.tm_delete.startsWith('9999-');
}

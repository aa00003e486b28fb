import type { ReceivedRequest } from './received-request.ts';

/**
 * The INVITE server transactions outside of dialogs that are still known: to see a request that reached us twice over
 * different ways (RFC 3261 section 8.2.2.2), and how many of them one source has caused.
 */
export class InviteLedger {
  readonly #identities = new Set<string>();
  readonly #bySource = new Map<string, number>();

  /** Entries, for leak tests. */
  get size(): number {
    return this.#identities.size + this.#bySource.size;
  }

  isMerged(request: ReceivedRequest): boolean {
    return this.#identities.has(identityOf(request));
  }

  countFrom(request: ReceivedRequest): number {
    return this.#bySource.get(request.path.remote.address) ?? 0;
  }

  /** Enters a transaction; call the result when it is forgotten. */
  enter(request: ReceivedRequest): () => void {
    const identity = identityOf(request);
    const source = request.path.remote.address;
    this.#identities.add(identity);
    this.#bySource.set(source, this.countFrom(request) + 1);
    return this.#exit(identity, source);
  }

  /** Apart from `enter`, so that the request is not kept with the function. */
  #exit(identity: string, source: string): () => void {
    return () => {
      this.#identities.delete(identity);
      const left = (this.#bySource.get(source) ?? 1) - 1;
      if (left === 0) this.#bySource.delete(source);
      else this.#bySource.set(source, left);
    };
  }
}

function identityOf(request: ReceivedRequest): string {
  const { callId, fromTag, cseq } = request.envelope;
  return `${callId} ${fromTag} ${cseq.number}`;
}

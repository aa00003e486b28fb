import type { CallRecord } from './call-record.ts';
import type { CallId } from './output.ts';

/** All calls: by our id while they live, by our tag as long as their dialog may still be spoken to. */
export class CallTable {
  readonly #byId = new Map<CallId, CallRecord>();
  readonly #byTag = new Map<string, CallRecord>();

  /** Calls that have not ended. */
  get live(): number {
    return this.#byId.size;
  }

  /** Calls that have not ended and those that wait for the response to a BYE. */
  get dialogs(): number {
    return this.#byTag.size;
  }

  add(record: CallRecord): void {
    this.#byId.set(record.id, record);
    this.#byTag.set(record.localTag, record);
  }

  find(id: CallId): CallRecord | undefined {
    return this.#byId.get(id);
  }

  findByTag(localTag: string, callId: string): CallRecord | undefined {
    const record = this.#byTag.get(localTag);
    return record?.callId === callId ? record : undefined;
  }

  /** The call has ended; its dialog may still be closing. */
  retire(record: CallRecord): void {
    this.#byId.delete(record.id);
  }

  forget(record: CallRecord): void {
    this.#byId.delete(record.id);
    this.#byTag.delete(record.localTag);
  }
}

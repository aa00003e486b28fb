import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Every address of a name, IPv4 and IPv6. */
export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** Given to a connection attempt when none of a name's addresses may be connected to. */
export class TargetRefusedError extends Error {
  constructor(hostname: string) {
    super(`${hostname} has no address that may be connected to`);
    this.name = 'TargetRefusedError';
  }
}

/**
 * A `lookup` for sockets that hands out only addresses that `allows` accepts. The socket connects to what this
 * answered and asks nobody again, so a name that resolves to something else a moment later gains nothing.
 */
export function createGuardedLookup(
  allows: (address: string) => boolean,
  resolve: Resolve = resolveBySystem,
): LookupFunction {
  const shared = shareLookups(resolve);
  return (hostname, options, callback) => {
    shared(hostname, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(
        ({ address, family }) => fits(options.family, family) && allows(address),
      );
      const [first] = allowed;
      if (first === undefined) return callback(new TargetRefusedError(hostname), []);
      return options.all === true ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}

function fits(wanted: number | string | undefined, family: number): boolean {
  return wanted === undefined || wanted === 0 || wanted === family || wanted === `IPv${family}`;
}

function resolveBySystem(hostname: string, done: Parameters<Resolve>[1]): void {
  systemLookup(hostname, { all: true }, (error, addresses) => done(error, addresses));
}

/**
 * The system resolver has four threads for the whole process. Sixty-four connections opened at once to one slow name
 * must cost one of them, not all: whoever asks for a name that is being looked up waits for the same answer.
 */
function shareLookups(resolve: Resolve): Resolve {
  const underWay = new Map<string, Parameters<Resolve>[1][]>();
  return (hostname, done) => {
    const waiting = underWay.get(hostname);
    if (waiting !== undefined) return void waiting.push(done);
    const all = [done];
    underWay.set(hostname, all);
    resolve(hostname, (error, addresses) => {
      underWay.delete(hostname);
      for (const tell of all) tell(error, addresses);
    });
  };
}

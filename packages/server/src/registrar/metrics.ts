import { Counter, Gauge, type Registry } from 'prom-client';
import type { Registrar } from './registrar.ts';
import type { RegistrarTally } from './tally.ts';

export function createRegistrarMetrics(registry: Registry): RegistrarTally {
  const registers = [registry];
  const accepted = new Counter({
    name: 'parley_registrations_total',
    help: 'REGISTER requests that were accepted, by what they did',
    labelNames: ['what'],
    registers,
  });
  const refused = new Counter({
    name: 'parley_registrations_refused_total',
    help: 'Requests of phones that were not let in, by why; a phone is challenged before it is let in',
    labelNames: ['why'],
    registers,
  });
  return { registered: (what) => accepted.inc({ what }), refused: (why) => refused.inc({ why }) };
}

/** From now on these are shown. */
export function observeRegistrar(registry: Registry, registrar: Pick<Registrar, 'sizes'>): void {
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('parley_registered_contacts', 'Phones that are registered', () => registrar.sizes().contacts);
  gauge('parley_registered_extensions', 'Extensions with a phone', () => registrar.sizes().extensions);
  gauge(
    'parley_login_failure_sources',
    'Addresses that failed to log in and are remembered for it',
    () => registrar.sizes().failingSources,
  );
}

import { Counter, Gauge, type Registry } from 'prom-client';
import type { CarrierFigures } from './carriers.ts';

/** From now on these are shown. Providers are not named: their figures would grow with the customers. The log names them. */
export function observeCarriers(registry: Registry, figures: () => CarrierFigures): void {
  const shown = (
    Kind: typeof Gauge | typeof Counter,
    name: string,
    help: string,
    label: string,
    read: (all: CarrierFigures) => Readonly<Record<string, number>>,
  ): void => {
    registry.registerMetric(
      new Kind({
        name,
        help,
        labelNames: [label],
        registers: [],
        collect() {
          this.reset();
          for (const [value, count] of Object.entries(read(figures()))) this.inc({ [label]: value }, count);
        },
      }),
    );
  };
  shown(Gauge, 'parley_providers', 'Providers by how they do', 'health', ({ providers }) => providers);
  shown(
    Gauge,
    'parley_provider_registrations',
    'Providers that we register with, by whether they know us',
    'state',
    ({ registrations: { registered, wanted } }) => ({ registered, missing: wanted - registered }),
  );
  shown(
    Counter,
    'parley_provider_checks_total',
    'OPTIONS to providers, by what came of them',
    'outcome',
    ({ checks }) => checks,
  );
  shown(
    Counter,
    'parley_provider_limited_total',
    'Calls that went to another provider, or nowhere, because one was full',
    'why',
    ({ limited }) => ({ max_calls: limited.maxCalls, calls_per_second: limited.callsPerSecond }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'parley_trunks',
      help: 'Trunks that calls may come in over',
      registers: [],
      collect() {
        this.set(figures().trunks);
      },
    }),
  );
}

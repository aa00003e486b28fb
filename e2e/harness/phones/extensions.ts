import type { Extension, RegistrationList } from '@parley/contract';
import type { ServerProcess } from '../server-process.ts';
import { until } from '../until.ts';

/** What a phone needs to log in. */
export interface Login {
  readonly extension: string;
  readonly password: string;
  /** Resolves when a phone has logged in as this. */
  registered(): Promise<void>;
}

/** A new extension, as a user makes it. */
export async function newExtension(server: ServerProcess, extension: string): Promise<Login> {
  const password = 'rye-and-spelt';
  const { id } = await server.api.post<Extension>('/v1.0/extensions', { extension, password });
  return {
    extension,
    password,
    registered: async () => {
      await until(`a phone of extension ${extension}`, async () => {
        const { result } = await server.api.get<RegistrationList>(`/v1.0/extensions/${id}/registrations`);
        return result[0];
      });
    },
  };
}

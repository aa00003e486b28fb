import { nilId } from '@parley/contract';
import { createExtension, deleteExtension, publicExtension, updateExtension } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned } from '../presence.ts';

type ExtensionHandlers = Pick<
  Handlers,
  | 'listExtensions'
  | 'createExtension'
  | 'getExtension'
  | 'updateExtension'
  | 'deleteExtension'
  | 'listRegistrations'
>;

export function createExtensionHandlers({ deps, change }: HandlerContext): ExtensionHandlers {
  return {
    async listExtensions({ caller, query }) {
      const { domain_id: domainId, ...pageQuery } = query;
      if (!isDomainOf(caller.customer.id, domainId)) return answer({ result: [], next_page_token: '' });
      const page = await listPage(deps, 'extension', caller.customer.id, pageQuery);
      return page.ok ? answer({ ...page.value, result: page.value.result.map(publicExtension) }) : page;
    },
    createExtension: ({ caller, body }) =>
      change('extension', async (draft) => {
        const { domain_id: domainId, ...details } = body;
        if (!isDomainOf(caller.customer.id, domainId)) return unknownDomain();
        return answer(publicExtension(createExtension(draft, deps, caller.customer.id, details)));
      }),
    async getExtension({ caller, params }) {
      const found = await findOwned(deps, 'extension', params.id, caller.customer.id);
      return found.ok ? answer(publicExtension(found.value.row)) : found;
    },
    updateExtension: ({ caller, params, body }) =>
      change('extension', async (draft) => {
        const found = await findOwned(deps, 'extension', params.id, caller.customer.id);
        if (!found.ok) return found;
        return answer(publicExtension(updateExtension(draft, deps.hashPassword, found.value, body)));
      }),
    deleteExtension: ({ caller, params }) =>
      change('extension', async (draft) => {
        const found = await findOwned(deps, 'extension', params.id, caller.customer.id);
        return found.ok ? answer(publicExtension(deleteExtension(draft, found.value))) : found;
      }),
    async listRegistrations({ caller, params }) {
      const found = await findOwned(deps, 'extension', params.id, caller.customer.id);
      if (!found.ok) return found;
      return answer({ result: [...deps.registrationsOf(params.id)], next_page_token: '' });
    },
  };
}

/** A customer has one domain, with its own id; clients that know of domains may say so, or leave it open. */
function isDomainOf(customerId: string, domainId: string | undefined): boolean {
  return domainId === undefined || domainId === nilId || domainId === customerId;
}

function unknownDomain(): Outcome<never> {
  const message = 'is not the id of your customer, which is the id of your only domain; leave it out';
  return refuse('INVALID_ARGUMENT', { problem: `"domain_id" in the body ${message}` }, [
    { in: 'body', path: 'domain_id', reason: 'not_one_of', message },
  ]);
}

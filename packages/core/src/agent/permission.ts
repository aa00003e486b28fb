/** Bits of an agent's `permission`. Those that are not here are kept for the customer's own programs. */
const permissionBits = {
  /** An administrator, as programs of the beginning say it. */
  administrator: 0x01,
  customerAdministrator: 0x20,
  customerManager: 0x40,
} as const;

/** Whether an agent may hear the talks of others, and speak in them. */
export function maySupervise({ permission }: { readonly permission: number }): boolean {
  const { administrator, customerAdministrator, customerManager } = permissionBits;
  const may = administrator | customerAdministrator | customerManager;
  return (permission & may) !== 0;
}

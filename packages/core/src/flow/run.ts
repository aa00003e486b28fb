import { type Action, finishActionId, nilId, startActionId } from '@parley/contract';
import { limits } from '../limits.ts';
import { jsonBytes } from './json-size.ts';

/** One list of actions being walked: the flow's own, or one nested by an action of the frame below. */
interface Frame {
  actions: Action[];
  /** The action of the frame below that put this one on; the walk goes on after it. */
  readonly owner: string;
}

/** Where an activeflow stands in its nested lists. */
export class Run {
  readonly #frames: Frame[];
  #currentId: string = startActionId;
  #inForce: Action[];

  constructor(actions: Action[]) {
    this.#frames = [{ actions, owner: nilId }];
    this.#inForce = actions;
  }

  /**
   * The lists as one, each nested one right after the action that put it on: what `activeflow.actions` shows. Made anew
   * when they change; rows and events hold it, so nobody may change it.
   */
  get actions(): Action[] {
    return this.#inForce;
  }

  /** Makes the next action the current one; undefined when there is none left. */
  advance(): Action | undefined {
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#leave()) {
      if (this.#currentId === startActionId && frame.actions[0] !== undefined)
        return this.#enter(frame.actions[0]);
      const at = frame.actions.findIndex((action) => action.id === this.#currentId);
      const current = frame.actions[at];
      if (current !== undefined && current.next_id !== nilId) return this.jump(current.next_id);
      const following = current === undefined ? undefined : frame.actions[at + 1];
      if (following !== undefined) return this.#enter(following);
    }
    return undefined;
  }

  /**
   * Makes that action the current one, leaving nested lists it is not in; of several with the id the innermost counts.
   * Undefined when no list has it, and for the finish action.
   */
  jump(actionId: string): Action | undefined {
    if (actionId === finishActionId) return undefined;
    const depth = this.#frames.findLastIndex((frame) => frame.actions.some(({ id }) => id === actionId));
    const action = this.#frames[depth]?.actions.find(({ id }) => id === actionId);
    if (action === undefined) return undefined;
    if (depth + 1 < this.#frames.length) {
      this.#frames.length = depth + 1;
      this.#relist();
    }
    return this.#enter(action);
  }

  /** Leaves all lists that the action put on, or that were put on by those: it is the current one again. False: it is in none. */
  returnTo(ownerId: string): boolean {
    const depth = this.#frames.findLastIndex((frame) => frame.actions.some(({ id }) => id === ownerId));
    if (depth === -1) return false;
    this.#frames.length = depth + 1;
    this.#currentId = ownerId;
    this.#relist();
    return true;
  }

  /** Whether a list that the action put on is being walked. */
  isWithin(ownerId: string): boolean {
    return this.#frames.some(({ owner }) => owner === ownerId);
  }

  /** Puts a list on top, to be walked before what follows the current action. Answers why that cannot be done, if so. */
  nest(actions: Action[]): string | undefined {
    if (this.#frames.length > limits.nesting) return `flows are nested more than ${limits.nesting} deep`;
    const all = this.#frames.reduce((sum, frame) => sum + frame.actions.length, actions.length);
    if (all > limits.actionsInForce)
      return `flow and nested flows have ${all} actions together; at most ${limits.actionsInForce} may be in force`;
    const bytes = jsonBytes(actions) + jsonBytes(this.#inForce);
    if (bytes > limits.actionsBytes)
      return `flow and nested flows have ${bytes} bytes together; at most ${limits.actionsBytes} may be in force`;
    this.#frames.push({ actions, owner: this.#currentId });
    this.#currentId = startActionId;
    this.#relist();
    return undefined;
  }

  /** Changes the copy of the current action that later passes will see. */
  rewrite(option: Readonly<Record<string, unknown>>): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    frame.actions = frame.actions.map((action) =>
      action.id === this.#currentId ? { ...action, option: { ...action.option, ...option } } : action,
    );
    this.#relist();
  }

  /** Goes back to the list below, where its owner is the current action again; undefined from the flow's own. */
  #leave(): Frame | undefined {
    if (this.#frames.length === 1) return undefined;
    this.#currentId = this.#frames.pop()?.owner ?? startActionId;
    this.#relist();
    return this.#frames.at(-1);
  }

  #enter(action: Action): Action {
    this.#currentId = action.id;
    return action;
  }

  #relist(): void {
    this.#inForce = this.#frames.reduceRight<Action[]>((nested, frame, depth) => {
      const owner = this.#frames[depth + 1]?.owner;
      const at = frame.actions.findIndex((action) => action.id === owner) + 1;
      return at === 0 ? frame.actions : frame.actions.toSpliced(at, 0, ...nested);
    }, []);
  }
}

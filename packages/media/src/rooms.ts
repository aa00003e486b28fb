import type { Leg } from './leg.ts';
import { Room, type Seat } from './room.ts';

/** The rooms by name; one exists while somebody is in it. */
export class Rooms {
  readonly #rooms = new Map<string, Room>();

  get(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  /** Seats the leg, out of the room it was in if that is another; false when the room is full. */
  join(leg: Leg, seat: Seat): boolean {
    const room = this.#rooms.get(seat.room) ?? new Room(seat.room);
    const before = leg.seat?.room;
    if (room !== before && room.full) return false;
    if (room !== before) this.leave(leg);
    this.#rooms.set(seat.room, room);
    room.join(leg, seat);
    return true;
  }

  leave(leg: Leg): void {
    const room = leg.seat?.room;
    if (room === undefined) return;
    room.leave(leg);
    if (room.empty) this.#rooms.delete(room.name);
  }

  /** Rooms by themselves, for the tick. */
  all(): Iterable<Room> {
    return this.#rooms.values();
  }
}

/** Everything that is told through the outbox, and what each message carries. */
export type Events = {
  "user.registered": { userId: string };
};

export type EventType = keyof Events;

/** What travels through a queue. */
export type Message<T extends EventType = EventType> = {
  id: string;
  type: T;
  payload: Events[T];
  requestId: string;
};

/** A body as it was stored by the cache, with what its headers say. */
export class Stored {
  constructor(
    readonly text: string,
    readonly headers: Record<string, string>,
  ) {}
}

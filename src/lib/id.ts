let lastTime = 0;
let counter = 0;

/** Random bytes are drawn for many ids at once: each draw costs as much as the rest of an id. */
const pool = new Uint8Array(2_048);
let drawn = pool.length;
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A UUIDv7 (RFC 9562): ids made later in one isolate sort later, also while its clock stands still. */
export function newId(now = Date.now()): string {
  if (drawn + 10 > pool.length) {
    crypto.getRandomValues(pool);
    drawn = 0;
  }
  const at = drawn;
  drawn += 10;
  if (now > lastTime) {
    lastTime = now;
    counter = ((pool[at]! << 8) | pool[at + 1]!) & 0x3ff;
  } else if (++counter > 0xfff) {
    lastTime += 1;
    counter = 0;
  }
  const time = lastTime.toString(16).padStart(12, "0");
  const byte = (i: number) => hex[pool[at + i]!]!;
  const sequence = (0x7000 | counter).toString(16);
  const variant = hex[0x80 | (pool[at + 2]! & 0x3f)]! + byte(3);
  const tail = byte(4) + byte(5) + byte(6) + byte(7) + byte(8) + byte(9);
  return `${time.slice(0, 8)}-${time.slice(8)}-${sequence}-${variant}-${tail}`;
}

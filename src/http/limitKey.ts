/**
 * Whom requests from an address count against: the address itself, of IPv6 the /64 it is in, since
 * that is what one household or machine has. What is no address shares one key.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return ipv4(address)?.join(".") ?? "unknown";
  const groups = ipv6(address.toLowerCase());
  if (!groups) return "unknown";
  const [a, b, c, d, e, f, g = 0, h = 0] = groups;
  if (a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff)
    return [g >> 8, g & 255, h >> 8, h & 255].join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

function ipv4(text: string): number[] | null {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet))) return null;
  const numbers = octets.map(Number);
  return numbers.every((number) => number <= 255) ? numbers : null;
}

/** The eight groups of any spelling of RFC 4291, section 2.2, with or without a zone. */
function ipv6(text: string): number[] | null {
  const [address = ""] = text.split("%");
  const tail = address.slice(address.lastIndexOf(":") + 1);
  const embedded = tail.includes(".") ? ipv4(tail) : [];
  if (!embedded) return null;
  const [a, b, c, d] = embedded as [number, number, number, number];
  const plain =
    embedded.length === 4
      ? `${address.slice(0, -tail.length)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
      : address;
  const halves = plain.split("::");
  if (halves.length > 2) return null;
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...left, ...Array<string>(missing).fill("0"), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return null;
  return groups.map((group) => Number.parseInt(group, 16));
}

import { utf8 } from "../../../lib/crypto";
import data from "./passwords.bin";

/** Sorted; one of 240,000 good passwords is taken for a common one. */
const table = new DataView(data);

/** Whether it is one of the passwords that attackers try first, in any case. */
export async function isCommon(password: string): Promise<boolean> {
  const text = utf8(password.normalize("NFKC").toLowerCase());
  const wanted = new DataView(await crypto.subtle.digest("SHA-256", text)).getUint32(0);
  let low = 0;
  let high = table.byteLength / 4;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = table.getUint32(middle * 4);
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle;
  }
  return false;
}

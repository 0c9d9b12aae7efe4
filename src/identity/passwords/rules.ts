import { refuse } from "../problems";
import { isCommon } from "./common/common";

const wordsOf = (text: string) => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);

/** Refuses what is little more than the address, the name or this site, and what everybody uses. */
export async function refuseGuessable(
  password: string,
  address: string,
  name = "",
  field = "password",
): Promise<void> {
  const why = isPersonal(password, address, name)
    ? "The password is little more than your address, your name or the name of this site."
    : (await isCommon(password)) && "The password is one that many people use.";
  if (!why) return;
  throw refuse("weak_password", {
    detail: why,
    errors: [{ path: `body.${field}`, message: "is too easy to guess" }],
  });
}

function isPersonal(password: string, address: string, name: string): boolean {
  const normal = (text: string) => text.normalize("NFKC").toLowerCase();
  const words = ["rimlight", ...wordsOf(normal(address)), ...wordsOf(normal(name))];
  let rest = normal(password);
  for (const word of words.toSorted((a, b) => b.length - a.length))
    rest = rest.replaceAll(word, "");
  return rest !== normal(password) && [...rest].length < 5;
}

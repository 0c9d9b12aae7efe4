import { refuse } from "../problems";

const wordsOf = (text: string) => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);

/** Refuses a password that is little more than the address, the name or this site. */
export function refuseGuessable(
  password: string,
  address: string,
  name = "",
  field = "password",
): void {
  const normal = (text: string) => text.normalize("NFKC").toLowerCase();
  const words = ["rimlight", ...wordsOf(normal(address)), ...wordsOf(normal(name))];
  let rest = normal(password);
  for (const word of words.toSorted((a, b) => b.length - a.length))
    rest = rest.replaceAll(word, "");
  if (rest === normal(password) || [...rest].length >= 5) return;
  throw refuse("weak_password", {
    detail: "The password is little more than your address, your name or the name of this site.",
    errors: [{ path: `body.${field}`, message: "is too easy to guess" }],
  });
}

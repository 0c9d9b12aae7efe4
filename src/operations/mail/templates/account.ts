import type { Content } from "../letter";
import { lay } from "./layout";

export const welcomeMail = ({ name, home }: { name: string; home: string }): Content =>
  lay({
    subject: "Welcome to Rimlight",
    heading: greeting("Welcome", name),
    paragraphs: [
      "Your account is ready.",
      "A second mail asks you to confirm that this address is yours.",
    ],
    action: { label: "Open Rimlight", url: home },
    note: "If you did not open this account, ignore this mail: nobody can confirm the address but you.",
  });

export const verificationMail = ({ name, link }: { name: string; link: string }): Content =>
  lay({
    subject: "Confirm your mail address",
    heading: greeting("Hello", name),
    paragraphs: ["Please confirm that this address is yours. The link works once, for 24 hours."],
    action: { label: "Confirm this address", url: link },
    note: "If you did not ask for this, ignore this mail, and nothing will happen.",
  });

export const sessionReuseMail = ({ name, home }: { name: string; home: string }): Content =>
  lay({
    subject: "A session of yours was ended",
    heading: greeting("Hello", name),
    paragraphs: [
      "An old sign-in token of your account was used a second time, as happens when somebody has copied it. We ended that session, so whoever used it is signed out.",
      "If you do not know how this came about, change your password and look through your sessions.",
    ],
    action: { label: "Open Rimlight", url: home },
  });

/**
 * Anyone may register anyone's address under any name: a name that could carry an advertisement or
 * a link to a stranger is left out.
 */
export const isGreetable = (name: string) =>
  [...name].length <= 40 && !/[/:@\\<>]|\p{L}\.\p{L}|www|\p{N}{4}/iu.test(name);

export const greeting = (word: string, name: string) =>
  isGreetable(name) && name ? `${word}, ${name}` : word;

import type { Content } from "../letter";
import { greeting } from "./account";
import { lay } from "./layout";

type OrderWords = {
  name: string;
  number: number | null;
  lines: readonly { title: string; quantity: number; total: string }[];
  total: string;
  link: string;
};

const named = (number: number | null) => (number === null ? "your order" : `order ${number}`);

export const orderConfirmationMail = ({ name, number, lines, total, link }: OrderWords): Content =>
  lay({
    subject: `We have received ${named(number)}`,
    heading: greeting("Thank you", name),
    paragraphs: [
      `${capital(named(number))} is paid and on its way to whoever ships it.`,
      ...lines.map(({ title, quantity, total: sum }) => `${quantity} × ${title}: ${sum}`),
      `Total: ${total}`,
    ],
    action: { label: "Look at the order", url: link },
  });

export const orderShippedMail = ({ name, number, link }: OrderWords): Content =>
  lay({
    subject: `Something of ${named(number)} is on its way`,
    heading: greeting("Hello", name),
    paragraphs: [
      `A parcel of ${named(number)} has left. The order says what is in it and how to follow it.`,
    ],
    action: { label: "Look at the order", url: link },
  });

export const orderCancelledMail = ({ name, number, total, link }: OrderWords): Content =>
  lay({
    subject: `${capital(named(number))} is cancelled`,
    heading: greeting("Hello", name),
    paragraphs: [
      `${capital(named(number))} is cancelled. ${total} go back the way they came; banks take a few days.`,
    ],
    action: { label: "Look at the order", url: link },
  });

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

import type { Role } from "../identity/roles";
import type { NewTask } from "../tasks/schema";

/** Known to everyone, so these accounts exist in development only. */
export const password = "Rimlight-Demo-2026";

export const people = [
  { email: "admin@rimlight.dev", displayName: "Alma Admin", role: "super_admin" },
  { email: "seller@rimlight.dev", displayName: "Selma Seller", role: "seller" },
  { email: "ada@rimlight.dev", displayName: "Ada Lindqvist", role: "user" },
  { email: "bob@rimlight.dev", displayName: "Bob Okafor", role: "user" },
] as const satisfies readonly { email: string; displayName: string; role: Role }[];

type DemoTask = Pick<NewTask, "title" | "description" | "status"> & {
  assignee: "ada" | "bob" | null;
  /** Days from the day of the seed; null for no date. */
  due: number | null;
};

const task = (
  title: string,
  description: string,
  status: NewTask["status"],
  assignee: DemoTask["assignee"],
  due: number | null,
): DemoTask => ({ title, description, status, assignee, due });

export const tasks: readonly DemoTask[] = [
  task("Photograph the autumn lamps", "Daylight, three angles, one in use.", "done", "ada", -6),
  task("Write the return policy", "Thirty days, and who pays for the parcel.", "done", "bob", -4),
  task("Agree on parcel prices", "Call both carriers again.", "in_progress", "bob", 2),
  task("Translate the size guide", "Swedish and German first.", "in_progress", "ada", 3),
  task("Check the colours on a phone", "The linen looked green.", "in_progress", "ada", 4),
  task("Order sample boxes", "Twenty of each size.", "todo", "bob", 6),
  task("Answer the three oldest letters", "Two ask about the oak table.", "todo", "ada", 1),
  task("Plan the opening weekend", "Music, tea, and one thing to win.", "todo", "bob", 12),
  task("Count the storeroom", "Before the first order, not after.", "todo", "ada", 9),
  task("Choose a name for the newsletter", "", "todo", null, null),
];

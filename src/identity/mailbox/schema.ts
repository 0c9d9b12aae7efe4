import { z } from "zod";
import { Email, Password } from "../schema";

export const AddressChange = z
  .object({ email: Email, password: Password })
  .meta({ id: "AddressChange" });
export type AddressChange = z.output<typeof AddressChange>;

export const Proved = z.object({ email: z.string() }).meta({ id: "ProvedAddress" });

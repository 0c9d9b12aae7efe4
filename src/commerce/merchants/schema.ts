import { z } from "zod";
import { BasisPoints, Country, Currency } from "../schema";
import { merchantRoles } from "./roles";

export const MerchantRole = z.enum(merchantRoles);

export const Merchant = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    country: Country,
    currency: Currency,
    commission: BasisPoints,
    paused: z.boolean(),
    role: MerchantRole.nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.int(),
  })
  .meta({ id: "Merchant" });
export type Merchant = z.output<typeof Merchant>;

const name = z
  .string()
  .trim()
  .min(2)
  .max(80)
  .regex(/^\P{Cc}+$/u, "Control characters are not allowed");
const description = z.string().trim().max(2_000);

export const NewMerchant = z
  .object({ name, description: description.default(""), country: Country, currency: Currency })
  .meta({ id: "NewMerchant" });
export type NewMerchant = z.output<typeof NewMerchant>;

export const MerchantChange = z
  .object({
    name,
    description,
    country: Country,
    currency: Currency,
    paused: z.boolean(),
    commission: BasisPoints,
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, "name at least one field to change")
  .meta({ id: "MerchantChange" });
export type MerchantChange = z.output<typeof MerchantChange>;

export const MerchantId = z.object({ id: z.uuid() });
export const MemberId = z.object({ id: z.uuid(), userId: z.uuid() });

export const Member = z
  .object({
    userId: z.uuid(),
    displayName: z.string(),
    role: MerchantRole,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "MerchantMember" });
export type Member = z.output<typeof Member>;

export const NewMember = z
  .object({ userId: z.uuid(), role: MerchantRole })
  .meta({ id: "NewMerchantMember" });
export type NewMember = z.output<typeof NewMember>;

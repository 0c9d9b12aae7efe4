import { z } from "zod";
import { Email, NewPassword, Password } from "../schema";
import { MailedToken } from "../tokens/schema";

export const PasswordChange = z
  .object({ currentPassword: Password, newPassword: NewPassword })
  .meta({ id: "PasswordChange" });
export type PasswordChange = z.output<typeof PasswordChange>;

export const ForgottenPassword = z.object({ email: Email }).meta({ id: "ForgottenPassword" });

export const PasswordReset = z
  .object({ token: MailedToken, password: NewPassword })
  .meta({ id: "PasswordReset" });
export type PasswordReset = z.output<typeof PasswordReset>;

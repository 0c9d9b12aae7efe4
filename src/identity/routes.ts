import { anyone } from "../http/guard";
import { router } from "../http/route";
import { user } from "./guard";
import { Login, Profile, Registration, SignedIn } from "./schema";
import { login } from "./sessions/login";
import { readProfile } from "./users/profile";
import { register } from "./users/register";

export const auth = router("Identity");

const registration = {
  auth: anyone,
  body: Registration,
  returns: { 201: SignedIn },
  throws: ["email_taken", "weak_password"],
} as const;
auth.post("/register", "Register", registration, ({ ctx, body }) => register(ctx, body));
auth.post("/signup", "Register", registration, ({ ctx, body }) => register(ctx, body));

auth.post(
  "/login",
  "Sign in",
  { auth: anyone, body: Login, returns: { 200: SignedIn }, throws: ["invalid_credentials"] },
  ({ ctx, body }) => login(ctx, body),
);

auth.get("/me", "Read one's own account", { auth: user, returns: { 200: Profile } }, ({ ctx }) =>
  readProfile(ctx),
);

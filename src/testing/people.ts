import { env } from "cloudflare:workers";
import type { Role } from "../identity/roles";
import { type Api, api, data, newAddress } from "./api";

export type Person = {
  id: string;
  email: string;
  password: string;
  displayName: string;
  token: string;
  refreshToken: string;
  /** The address every request of theirs comes from. */
  ip: string;
  api: Api;
};

let people = 0;

/** A new person, registered through the API, with any role; their token says the same. */
export async function person(
  wish: { role?: Role; email?: string; password?: string; displayName?: string; ip?: string } = {},
): Promise<Person> {
  people += 1;
  const {
    role = "user",
    email = `person${people}.${crypto.randomUUID().slice(0, 8)}@example.com`,
    password = "a quiet horse in the rain",
    displayName = `Person ${people}`,
    ip = newAddress(),
  } = wish;
  const { user, accessToken, refreshToken } = await data(
    201,
    api({ ip }).post("/auth/register", { email, password, displayName }),
  );
  const known = { id: user.id, email, password, displayName, ip };
  if (role === "user")
    return { ...known, token: accessToken, refreshToken, api: api({ token: accessToken, ip }) };
  await env.DB.prepare("UPDATE users SET role = ? WHERE id = ?").bind(role, user.id).run();
  const raised = await data(200, api({ ip }).post("/auth/refresh", { refreshToken }));
  const token = raised.accessToken;
  return { ...known, token, refreshToken: raised.refreshToken, api: api({ token, ip }) };
}

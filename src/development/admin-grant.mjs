import { parseArgs } from "node:util";
import { normalizeAddress } from "../identity/users/address.ts";
import { newId } from "../lib/id.ts";
import { runWrangler } from "./wrangler.mjs";

const usage = `npm run admin:grant -- <address> [--remote] [--role super_admin|admin] [--unverified]

Makes a registered person an administrator, here or (--remote) where it is deployed. Whoever has not
proved the address could be anybody, so that takes --unverified.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    remote: { type: "boolean", default: false },
    role: { type: "string", default: "super_admin" },
    unverified: { type: "boolean", default: false },
    "persist-to": { type: "string" },
  },
});

const place = values.remote
  ? ["--remote"]
  : ["--local", ...(values["persist-to"] ? ["--persist-to", values["persist-to"]] : [])];

async function run(sql) {
  const output = await runWrangler(["d1", "execute", "DB", ...place, "--json", "--command", sql]);
  return JSON.parse(output.slice(output.indexOf("[\n")))[0].results;
}

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

function refuse(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** As the Worker's own changes do: what was issued before is refused, and the audit log tells of it. */
const granting = (id, role, now = Date.now()) => {
  const event = (type, payload) =>
    `(${[newId(), type, "EVENTS", JSON.stringify(payload), "admin-grant"].map(quoted)}, ${now})`;
  const record = {
    actorId: null,
    action: "user.granted",
    targetType: "user",
    targetId: id,
    detail: { role },
  };
  return `UPDATE users SET role = ${quoted(role)}, token_version = token_version + 1,
    version = version + 1, updated_at = ${now} WHERE id = ${quoted(id)};
  INSERT INTO events (id, type, queue, payload, request_id, created_at) VALUES
    ${event("audit.recorded", record)},
    ${event("session.revoked", { scope: "user", id, reason: "changed" })};`;
};

const email = positionals.length === 1 ? normalizeAddress(positionals[0]) : null;
if (!email || !["admin", "super_admin"].includes(values.role)) refuse(usage);

const [known] = await run(
  `SELECT id, role, verified_at AS verified, suspended_at AS suspended, deleted_at AS deleted
   FROM users WHERE email = ${quoted(email)}`,
).catch((error) => refuse(`The database does not answer. ${error.message}`));

if (!known) refuse(`Nobody has registered as ${email}. Register first, then run this again.`);
if (known.suspended || known.deleted) refuse(`The account of ${email} is suspended or deleted.`);
if (!known.verified && !values.unverified)
  refuse(`${email} has not been proved: open the link in the verification mail first.`);
if (known.role === values.role) console.log(`${email} is ${values.role} already.`);
else {
  await run(granting(known.id, values.role));
  console.log(`${email} is ${values.role} now. Sign in again, or wait for the next refresh.`);
}
